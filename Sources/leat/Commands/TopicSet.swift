import Broker
import LogClient
import Pipeline
import Records
import Streams

/// The declared topics that a topology uses.
struct TopicSet {
    private let topics: [DeclaredTopic]
    private let all: [DeclaredTopic]

    /// `models`: the recipe's topics that are declared under another name. Throws where a stage names a topic that no file declares.
    init(declared: [DeclaredTopic], models: [String: String] = [:], stages: [Stage]) throws {
        try self.init(declared: declared, models: models, topics: stages.flatMap(\.topics))
    }

    init(declared: [DeclaredTopic], models: [String: String], topics names: [String]) throws {
        let used = Set(names).union(["ingest.archives"])
        all = DeclaredTopic.completing(declared, models: models)
        topics = all.filter { used.contains($0.name) }
        let missing = used.subtracting(topics.map(\.name)).sorted()
        guard missing.isEmpty else {
            throw PipelineError("no file declares the topics \(missing.joined(separator: ", ")); add topics/\(models[missing[0]] ?? missing[0]).yaml")
        }
    }

    func declare(in broker: Broker) throws {
        for topic in topics {
            try broker.declareTopic(
                TopicDeclaration(name: topic.name, partitions: topic.partitions, settings: topic.settings))
        }
    }

    /// Makes on a cluster what is not there yet.
    ///
    /// A cluster's retention does not know what a stage has yet to read, as the embedded log's does: so none of the sizes declared for that are asked
    /// for there, and records stay for the cluster's own time.
    func create(on configuration: ClusterConfiguration, note: (String) -> Void) throws {
        let admin = try ClusterAdmin(configuration)
        defer { admin.close() }
        let present = Set(try admin.topics().map(\.name))
        for topic in topics where !present.contains(topic.name) {
            var settings = topic.settings
            for key in ["retention.bytes", "retention.ms", "segment.bytes", "flush.policy"] { settings[key] = nil }
            do {
                try admin.createTopic(topic.name, partitions: topic.partitions, replicas: nil, settings: settings)
                note("topic \(topic.name) made, \(topic.partitions) partitions")
            } catch let error as ClusterError where error.kind == .alreadyExists {
                // Another service was faster.
            }
        }
    }

    /// How those who produce compress, by topic: `compression.type` as declared.
    var compression: @Sendable (String) -> CompressionCodec { compression(like: [:]) }

    /// The same, with topics that are made like declared ones.
    func compression(like models: [String: String]) -> @Sendable (String) -> CompressionCodec {
        var codecs = Dictionary(
            uniqueKeysWithValues: all.map { ($0.name, CompressionCodec(name: $0.settings["compression.type"] ?? "none") ?? .none) })
        for (topic, model) in models { codecs[topic] = codecs[model] }
        return { [codecs] in codecs[$0] ?? .none }
    }
}
