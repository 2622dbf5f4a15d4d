import ArgumentParser
import Broker
import Foundation
import ObjectStore
import Pipeline

/// Where the data folder, the declared topics and the models are.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: "The data folder: the log, state and outputs. Made where it is not there.")
    var data = "leat-data"

    @Option(name: .long, help: "The folder of declared topics (YAML). Default: topics, beside the program's checkout or here.")
    var topics: String?

    @Option(name: .long, help: "The folder of models that ops/setup installs. Default: .local/models, as above.")
    var models: String?

    var topicsFolder: String { topics ?? Self.find("topics") }
    var modelsFolder: String { models ?? ProcessInfo.processInfo.environment["LEAT_MODELS"] ?? Self.find(".local/models") }

    /// A folder of the checkout: in the working folder, or above the program's own place (.build/release/leat).
    static func find(_ relative: String) -> String {
        let files = FileManager.default
        if files.fileExists(atPath: relative) { return relative }
        var folder = URL(fileURLWithPath: (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0])
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent(relative).path
            if files.fileExists(atPath: candidate) { return candidate }
        }
        return relative
    }

    /// The topics that are declared, by name.
    func declaredTopics() throws -> [DeclaredTopic] { try Self.declaredTopics(in: topicsFolder) }

    static func declaredTopics(in topicsFolder: String) throws -> [DeclaredTopic] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: topicsFolder)) ?? []
        let files = names.filter { $0.hasSuffix(".yaml") }.sorted()
        guard !files.isEmpty else {
            throw PipelineError("\(topicsFolder) declares no topics (no *.yaml); name the folder with --topics")
        }
        return try files.map { name in
            let path = topicsFolder + "/" + name
            return try DeclaredTopic(yaml: try String(contentsOfFile: path, encoding: .utf8), path: path)
        }
    }

    /// Opens the data folder as its owner; the error names who has it, where somebody has.
    /// `remote`: without one, what LEAT_REMOTE names.
    func openBroker(remote: (any ObjectStore)? = nil) throws -> Broker {
        try Broker(folder: data, remote: try remote ?? RemoteOption.store())
    }
}
