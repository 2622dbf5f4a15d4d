import Broker
import Pipeline
import Records
import Streams

/// The declared topics that a topology uses.
struct TopicSet {
    private let topics: [DeclaredTopic]
    private let all: [DeclaredTopic]

    /// Throws where a stage names a topic that no file declares.
    init(declared: [DeclaredTopic], stages: [Stage]) throws {
        let used = Set(stages.flatMap(\.topics)).union(["ingest.archives"])
        all = declared
        topics = declared.filter { used.contains($0.name) }
        let missing = used.subtracting(topics.map(\.name)).sorted()
        guard missing.isEmpty else {
            throw PipelineError("no file declares the topics \(missing.joined(separator: ", ")); add topics/\(missing[0]).yaml")
        }
    }

    func declare(in broker: Broker) throws {
        for topic in topics {
            try broker.declareTopic(
                TopicDeclaration(name: topic.name, partitions: topic.partitions, settings: topic.settings))
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
