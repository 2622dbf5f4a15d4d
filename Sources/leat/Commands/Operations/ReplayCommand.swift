import ArgumentParser
import Broker
import Foundation
import LogClient
import Pipeline
import Streams

/// `leat replay`: a stage again, over what the log still has, into topics of its own.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a stage again over its input's history, beside the live one, into new topics.",
        discussion: """
            The replay is a consumer group of its own: the live stage's positions, outputs and state stay as they are. Refusals go to INTO.rejected. \
            Running the same command again goes on where it stopped; --restart begins anew.

            EXAMPLES
              leat replay filter --from-beginning --into docs.filtered.v2 --set filter.gopher_quality.min_doc_words=20
              leat replay extract --from-beginning --into docs.extracted.v2
            """)

    @OptionGroup var options: DataOptions
    @Argument(help: "The stage.") var stage: String
    @Flag(name: .long, help: "Begin at the first record that the log still has.") var fromBeginning = false
    @Option(name: .long, help: "The topic to write; made like the stage's own output.") var into: String
    @Option(name: .long, help: "The recipe.") var pipeline: String?
    @Option(name: .long, help: ArgumentHelp("Change a setting: stage.key=value.", valueName: "key=value")) var set: [String] = []
    @Option(name: .long, help: "Threads that run tasks. Default: one a core.") var threads: Int?
    @Flag(name: .long, help: "Print the report as JSON.") var json = false

    func validate() throws {
        guard fromBeginning else {
            throw ValidationError("Say where the replay begins: --from-beginning.")
        }
        guard TopicDeclaration.isValidName(into) else { throw ValidationError("--into \(into): this is no name for a topic.") }
    }

    func run() throws {
        let recipePath = pipeline ?? options.topicsFolder + "/pipelines/web.yaml"
        guard let text = try? String(contentsOfFile: recipePath, encoding: .utf8) else {
            throw PipelineError("the recipe \(recipePath) cannot be read; name one with --pipeline")
        }
        let recipe = try Recipe(yaml: text, path: recipePath, overrides: set)
        let environment = PipelineEnvironment(
            dataFolder: options.data, modelsFolder: options.modelsFolder, build: BuildInformation.build)
        let replay = try WebReplay(stage: stage, into: into, recipe: recipe, environment: environment)
        let broker = try options.openBroker()
        defer { try? broker.close() }
        for (topic, model) in replay.topics {
            guard broker.topic(topic) == nil else { continue }
            guard var declaration = broker.topic(model) else {
                throw PipelineError("\(options.data) has no topic \(model): run the pipeline there before replaying a part of it")
            }
            declaration.name = topic
            try broker.createTopic(declaration)
        }
        let declared = try TopicSet(declared: try options.declaredTopics(), stages: [])
        let runner = PipelineRunner(
            engine: EmbeddedEngine(broker: broker), topology: replay.topology, stateFolder: options.data + "/state",
            build: BuildInformation.build, workerCount: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            compression: declared.compression(like: Dictionary(uniqueKeysWithValues: replay.topics)), transactionalID: "leat-replay-" + into)
        let interrupts = InterruptHandler { runner.requestStop() }
        defer { interrupts.stop() }
        let progress = ProgressDisplay(isEnabled: !json)
        let report = try runner.run(follow: false) { progress.show($0) }
        progress.end()
        if json { return print(try ReportFiles.json(report)) }
        let counts = report.stages[replay.topology.stages[0].name] ?? .init()
        print("\(counts.in) read, \(counts.out) to \(into), \(counts.rejected) to \(into).rejected, \(counts.dead) dead, in \(String(format: "%.1f", report.seconds)) s")
        for (rule, count) in counts.rules.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(12) { print("  \(count)  \(rule)") }
    }
}
