import ArgumentParser
import Broker
import Foundation
import LogClient
import Pipeline
import Records
import Streams

/// `leat run`: the whole line in one process.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a whole pipeline in one process, from archives to shards and lake.",
        discussion: """
            INPUT is a WARC or ARC file (gzip, zstd, lz4 or plain), a folder of them, a folder of HTML files, an http(s):// or s3:// \
            address, or a list of Common Crawl: warc.paths.gz, with a range of its lines as warc.paths.gz#1-10.

            With --external, stages of the recipe are left to other processes, in any language, which join over --listen as members of the stages' consumer \
            groups. The run counts on their outputs, keeps what they have yet to read, and ends when they have done their part too.

            A killed run is resumed by the same command: nothing is lost and nothing is doubled. More inputs may be added to a data \
            folder at any time.

            EXAMPLES
              leat run --data web crawl.warc.gz               one archive
              leat run --data web warc.paths.gz#1-8           eight archives of Common Crawl
              leat run --data docs --page-base https://docs.example/ html/
              leat run --data web --json crawl.warc.gz        the report as JSON on standard output
              leat run --data web --follow --listen 127.0.0.1:9092   Kafka clients read and write the topics meanwhile
              leat run --data web --listen 127.0.0.1:9092 --external filter crawl.warc.gz     and, beside it:
                leat stage filter --brokers 127.0.0.1:9092
              leat run --data web --remote s3://bucket/leat crawl.warc.gz   old segments of topics that ask for it go there
              leat run --data web --set dedup.matchers=2 crawl.warc.gz   the search for near-duplicates in two stages; the same results
              leat run --data web --set filter.gopher_quality.min_doc_words=30 crawl.warc.gz
            """)

    @OptionGroup var options: DataOptions
    @OptionGroup var remote: RemoteOption
    @OptionGroup(title: "Letting Kafka clients join") var server: ServerOptions
    @Option(name: .long, help: "The recipe.") var pipeline: String?
    @Option(name: .long, help: ArgumentHelp("Change a setting of the recipe: stage.key=value. May be given more than once.", valueName: "key=value"))
    var set: [String] = []
    @Option(
        name: .long,
        help: ArgumentHelp("Leave a stage to other processes, which join over --listen. May be given more than once, or as a list.", valueName: "stage,…"))
    var external: [String] = []
    @Option(name: .long, help: "Put in front of the paths of HTML files, to make their addresses.") var pageBase: String?
    @Option(name: .long, help: "Threads that run tasks. Default: one a core.") var threads: Int?
    @Flag(name: .long, help: "Go on for ever: wait for more inputs. Stop with an interrupt.") var follow = false
    @Flag(name: .long, help: "Print the final report as one JSON object on standard output.") var json = false
    @Flag(name: .long, help: "No live progress.") var quiet = false
    @Argument(help: "What to read.") var input: [String] = []

    func validate() throws {
        if !external.isEmpty, server.listen.isEmpty {
            throw ValidationError("--external leaves stages to other processes, which need --listen host:port to join.")
        }
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads \(threads): 1 to 256 are allowed.") }
    }

    func run() throws {
        let recipePath = pipeline ?? options.topicsFolder + "/pipelines/web.yaml"
        guard let text = try? String(contentsOfFile: recipePath, encoding: .utf8) else {
            throw PipelineError("the recipe \(recipePath) cannot be read; name one with --pipeline")
        }
        let recipe = try Recipe(yaml: text, path: recipePath, overrides: set)
        let environment = PipelineEnvironment(
            dataFolder: options.data, modelsFolder: options.modelsFolder, build: BuildInformation.build)
        let topology = try WebTopology(recipe: recipe, environment: environment, outside: try outside(recipe))
        let declared = try TopicSet(
            declared: try options.declaredTopics(), models: recipe.topicModels, topics: PipelineMap(recipe: recipe).stages.flatMap(\.topics))
        let inputs = try SourceList.expand(input, pageBase: pageBase)
        let broker = try options.openBroker(remote: remote.store())
        try declared.declare(in: broker)
        let served = server.listen.isEmpty ? nil : try server.serve(broker, keepsHouse: false)
        let engine = EmbeddedEngine(broker: broker)
        var sources = try SourceList(engine: engine)
        let listed = try sources.add(inputs, closes: !follow)
        let progress = ProgressDisplay(isEnabled: !quiet && !json)
        if let served, !quiet {
            FileHandle.standardError.write(Data("leat: Kafka clients may join at \(served.addresses.joined(separator: ", "))\n".utf8))
        }
        if !topology.outside.isEmpty, !quiet {
            let stages = topology.outside.map { "\($0.name) (group \($0.group))" }.joined(separator: ", ")
            FileHandle.standardError.write(Data("leat: left to other processes: \(stages)\n".utf8))
        }
        progress.begin(added: listed.added, known: listed.known)
        let runner = PipelineRunner(
            engine: engine, topology: topology, stateFolder: options.data + "/state", build: BuildInformation.build,
            workerCount: threads ?? ProcessInfo.processInfo.activeProcessorCount, compression: declared.compression)
        let interrupts = InterruptHandler { runner.requestStop() }
        defer { interrupts.stop() }
        var report = try runner.run(follow: follow) { progress.show($0) }
        progress.end()
        report.examples = try RejectionExamples.read(from: engine)
        try OutputSurvey(folder: options.data).complete(&report)
        served?.close()
        try broker.close()
        try ReportFiles.write(report, folder: options.data)
        if json {
            print(try ReportFiles.json(report))
        } else {
            print(TerminalReport(report, folder: options.data).text)
        }
        guard report.isBalanced else {
            throw PipelineError("the ledger does not balance: see the stages above; `leat log verify` checks the data folder")
        }
    }

    /// The stages that `--external` names. Throws where there is none of a name.
    private func outside(_ recipe: Recipe) throws -> Set<String> {
        let names = external.flatMap { $0.split(separator: ",").map { String($0).trimmingCharacters(in: .whitespaces) } }
        do {
            return Set(try names.flatMap { try recipe.stages(named: $0).map(\.name) })
        } catch let error as PipelineError {
            throw PipelineError("--external: \(error)")
        }
    }
}
