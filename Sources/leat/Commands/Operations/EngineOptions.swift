import ArgumentParser
import Foundation
import LogClient
import Pipeline

/// Which log an operator's command works on, with which recipe; and the one place where such a log is opened.
struct EngineOptions: ParsableArguments {
    @OptionGroup var place: PlaceOption
    @Option(help: ArgumentHelp("The recipe; topics/pipelines/web.yaml by default.", valueName: "file")) var pipeline: String?
    @Option(help: ArgumentHelp("The folder of declared topics, beside the program's checkout or here by default.", valueName: "dir"))
    var topics: String?

    var topicsFolder: String { topics ?? DataOptions.find("topics") }
    var modelsFolder: String { ProcessInfo.processInfo.environment["LEAT_MODELS"] ?? DataOptions.find(".local/models") }

    /// Reads the recipe. `set`: changed settings. A line that ran with `--set dedup.matchers=…` is seen as it ran.
    func recipe(set: [String] = []) throws -> Recipe {
        let path = pipeline ?? topicsFolder + "/pipelines/web.yaml"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("the recipe \(path) cannot be read; name one with --pipeline")
        }
        let matchers = set.contains { $0.hasPrefix("dedup.matchers=") } ? 0 : try matchersOfLog()
        let recipe = try Recipe(yaml: text, path: path, overrides: set)
        guard matchers > 1, case .dedup(let settings)? = recipe.stage("dedup")?.settings, settings.matchers == 1 else { return recipe }
        return try Recipe(yaml: text, path: path, overrides: set + ["dedup.matchers=\(matchers)"])
    }

    /// How many matchers have written into this log; 0 too where there is no log.
    private func matchersOfLog() throws -> Int {
        let administration = try place.administration()
        defer { administration.close() }
        let topics = place.isCluster ? try administration.topics() : (try? administration.topics()) ?? []
        return Recipe.matchers(amongTopics: topics.filter { topic in topic.partitions.contains { $0.end > 0 } }.map(\.name))
    }

    /// The topics that are declared, by name.
    func declaredTopics() throws -> [DeclaredTopic] {
        var options = DataOptions()
        options.data = place.folder
        options.topics = topicsFolder
        options.models = modelsFolder
        return try options.declaredTopics()
    }

    func environment() -> PipelineEnvironment {
        PipelineEnvironment(dataFolder: place.folder, modelsFolder: modelsFolder, build: BuildInformation.build)
    }

    /// Opens the log to write in it. Of a data folder this process becomes the owner; `purpose` says for what, where somebody else is.
    /// `clientID`: how a cluster knows this client, for its quotas.
    func open(to purpose: String, clientID: String? = nil) throws -> OpenedEngine {
        guard !place.isCluster else { return try cluster(clientID: clientID) }
        _ = try place.reader()
        return OpenedEngine(broker: try .owning(place.folder, to: purpose))
    }

    /// Opens the log to look at it: of a data folder also while another process owns it.
    func look() throws -> OpenedEngine {
        guard !place.isCluster else { return try cluster() }
        _ = try place.reader()
        return try OpenedEngine(looking: place.folder)
    }

    private func cluster(clientID: String? = nil) throws -> OpenedEngine { try OpenedEngine(cluster: try place.clusterConfiguration(clientID: clientID)) }
}
