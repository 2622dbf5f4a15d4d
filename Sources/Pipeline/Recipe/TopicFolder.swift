import Yams

/// Topics as files declare them: one YAML file each, in the shape of Strimzi's `KafkaTopic`.
///
///     apiVersion: kafka.strimzi.io/v1
///     kind: KafkaTopic
///     metadata: { name: web.pages }
///     spec: { partitions: 4, config: { retention.bytes: 1073741824 } }
public struct DeclaredTopic: Hashable, Sendable {
    public var name: String
    public var partitions: Int32
    /// Kafka's keys and ours, as text.
    public var settings: [String: String]

    /// The declarations with those of topics that are like a declared one (``Recipe/topicModels``), under their own names.
    public static func completing(_ declared: [DeclaredTopic], models: [String: String]) -> [DeclaredTopic] {
        declared
            + models.sorted { $0.key < $1.key }.compactMap { name, model in
                guard !declared.contains(where: { $0.name == name }), var topic = declared.first(where: { $0.name == model }) else { return nil }
                topic.name = name
                return topic
            }
    }

    /// Reads one file's text. Errors name the file and the key.
    public init(yaml: String, path: String) throws {
        guard let root = try Yams.compose(yaml: yaml), root["kind"]?.string == "KafkaTopic" else {
            throw PipelineError("\(path): a topic's file has kind: KafkaTopic")
        }
        guard let name = root["metadata"]?["name"]?.string else { throw PipelineError("\(path): metadata.name is missing") }
        guard let partitions = root["spec"]?["partitions"]?.int, (1...10_000).contains(partitions) else {
            throw PipelineError("\(path): spec.partitions must be a number from 1 to 10000")
        }
        self.name = name
        self.partitions = Int32(partitions)
        settings = [:]
        for (key, value) in root["spec"]?["config"]?.mapping ?? [:] {
            guard let key = key.string, let value = value.scalar?.string else {
                throw PipelineError("\(path): spec.config holds keys with plain values")
            }
            settings[key] = value
        }
    }
}
