import ArgumentParser
import Foundation
import Pipeline
import Streams

/// `leat stage`: one stage in a process of its own.
struct StageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Run one stage by itself: as a service on a cluster.")

    @Argument(help: "The stage, as the recipe names it.") var stage: String
    @OptionGroup(title: "As a service") var service: ServiceOptions
    @Flag(name: .long, help: "No closing line on standard error.") var quiet = false
    @Option(name: .long, help: "The recipe.") var pipeline: String?
    @Option(name: .long, help: ArgumentHelp("Change a setting of the recipe: stage.key=value. May be given more than once.", valueName: "key=value"))
    var set: [String] = []
    @Option(name: .long, help: "The folder of declared topics, where the recipe lies. Default: topics, beside the program's checkout or here.")
    var topics: String?
    @Option(name: .long, help: "The folder of models. Default: .local/models, as above.") var models: String?

    func run() throws {
        let topicsFolder = topics ?? DataOptions.find("topics")
        let recipePath = pipeline ?? topicsFolder + "/pipelines/web.yaml"
        guard let text = try? String(contentsOfFile: recipePath, encoding: .utf8) else {
            throw PipelineError("the recipe \(recipePath) cannot be read; name one with --pipeline")
        }
        let recipe = try Recipe(yaml: text, path: recipePath, overrides: set)
        let environment = PipelineEnvironment(
            dataFolder: service.data, modelsFolder: models ?? ProcessInfo.processInfo.environment["LEAT_MODELS"] ?? DataOptions.find(".local/models"),
            build: BuildInformation.build)
        try StageService(options: service, stage: stage, quiet: quiet).run(
            recipe, environment, declared: try DataOptions.declaredTopics(in: topicsFolder))
    }
}
