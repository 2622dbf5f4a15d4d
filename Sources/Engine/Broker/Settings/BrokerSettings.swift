// The broker-wide settings: Kafka's names (ServerLogConfigs, GroupCoordinatorConfig, TransactionStateManagerConfig) and defaults.

/// What a broker is started with: one value, made from flags and a properties file, by Kafka's own names.
///
/// Throws ``BrokerError/Kind/invalidSetting`` for unknown names and values outside of their ranges. Besides these, every broker-wide
/// name in ``TopicSettings`` (`log.retention.ms`…) sets the default for topics.
///
///     let settings = try BrokerSettings(["num.partitions": "4", "log.retention.ms": "86400000"])
public struct BrokerSettings: Hashable, Sendable {
    /// What was given, by name.
    public let values: [String: String]
    /// Defaults for topics, by the topic's key.
    public let topicDefaults: [String: String]

    public init(_ values: [String: String] = [:]) throws(BrokerError) {
        var defaults: [String: String] = [:]
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if let definition = Self.byName[key] { try definition.validate(value) }
            if let definition = Self.topicDefinitions[key] {
                try definition.validate(value)
                defaults[definition.name] = value
            } else if let factor = Self.retentionUnits[key] {
                guard let number = Int64(value), number >= -1, number < Int64.max / 3_600_000 else {
                    throw BrokerError(.invalidSetting, "setting \(key)=\(value): a whole number from -1 on is needed")
                }
                if values["log.retention.ms"] == nil { defaults["retention.ms"] = String(number < 0 ? -1 : number * factor) }
            } else if Self.byName[key] == nil {
                throw BrokerError(.invalidSetting, "there is no broker setting \(key)")
            }
        }
        self.values = values
        topicDefaults = defaults
    }

    private init() {
        values = [:]
        topicDefaults = [:]
    }

    /// Nothing given: every default.
    public static let standard = BrokerSettings()

    private static let retentionUnits: [String: Int64] = ["log.retention.hours": 3_600_000, "log.retention.minutes": 60_000]
    private static let most = Int64.max
    private static let int = Int64(Int32.max)

    public static let definitions: [SettingDefinition] = [
        .init("auto.create.topics.enable", .boolean, "true", .boolean, .broker, "Whether a client that asks for a missing topic gets it made."),
        .init("delete.topic.enable", .boolean, "true", .boolean, .broker, "Whether clients may delete topics."),
        .init("num.partitions", .integer, "1", .integer(1, 10_000), .broker, "Partitions of a topic that is made without a number."),
        .init("default.replication.factor", .integer, "1", .integer(1, 1), .broker, "Replicas of a topic; a single node keeps one."),
        .init("log.flush.threads", .integer, "4", .integer(1, 64), .broker, "Threads that make partitions durable; they wait on the disk."),
        .init("log.recovery.threads", .integer, "0", .integer(0, 64), .broker, "Threads that open partitions at the start; 0 for one a core, two at least."),
        .init("log.retention.check.interval.ms", .long, "300000", .integer(1, most), .broker, "How often retention and compaction look at every partition."),
        .init("offset.metadata.max.bytes", .integer, "4096", .integer(0, 32_767), .broker, "The longest metadata of a committed position, in bytes."),
        .init("offsets.retention.minutes", .integer, "10080", .integer(1, int), .broker, "How long the positions of an empty group are kept."),
        .init("offsets.retention.check.interval.ms", .long, "600000", .integer(1, most), .broker, "How often positions are looked through for old ones."),
        .init("group.initial.rebalance.delay.ms", .integer, "3000", .integer(0, int), .broker, "How long a new classic group waits for members to join."),
        .init("group.min.session.timeout.ms", .integer, "6000", .integer(1, int), .broker, "The shortest session time-out of a member."),
        .init("group.max.session.timeout.ms", .integer, "1800000", .integer(1, int), .broker, "The longest session time-out of a member."),
        .init("group.max.size", .integer, "2147483647", .integer(1, int), .broker, "Members of a classic group at most."),
        .init("group.consumer.session.timeout.ms", .integer, "45000", .integer(1, int), .broker, "The session time-out of the consumer protocol."),
        .init("group.consumer.min.session.timeout.ms", .integer, "45000", .integer(1, int), .broker, "The shortest session time-out of the consumer protocol."),
        .init("group.consumer.max.session.timeout.ms", .integer, "60000", .integer(1, int), .broker, "The longest session time-out of the consumer protocol."),
        .init("group.consumer.heartbeat.interval.ms", .integer, "5000", .integer(1, int), .broker, "How often members of the consumer protocol report."),
        .init("group.consumer.min.heartbeat.interval.ms", .integer, "5000", .integer(1, int), .broker, "The shortest heartbeat interval of the consumer protocol."),
        .init("group.consumer.max.heartbeat.interval.ms", .integer, "15000", .integer(1, int), .broker, "The longest heartbeat interval of the consumer protocol."),
        .init("group.consumer.max.size", .integer, "2147483647", .integer(1, int), .broker, "Members of a group of the consumer protocol at most."),
        .init("transaction.max.timeout.ms", .integer, "900000", .integer(1, int), .broker, "The longest time-out that a transactional producer may ask for."),
        .init("transactional.id.expiration.ms", .integer, "604800000", .integer(1, int), .broker, "How long a silent transactional id is remembered."),
        .init("transaction.abort.timed.out.transaction.cleanup.interval.ms", .integer, "1000", .integer(1, int), .broker, "How often open transactions are looked through for those past their time-out."),
        .init("socket.request.max.bytes", .integer, "16777216", .integer(1024, int), .broker, "The largest request, in bytes."),
        .init("connections.max.idle.ms", .long, "600000", .integer(-1, most), .broker, "How long a silent connection stays open."),
        .init("max.connections", .integer, "1000", .integer(1, int), .broker, "Connections at most."),
        .init("fetch.max.bytes", .integer, "57671680", .integer(1024, int), .broker, "The largest answer to a fetch, in bytes."),
        .init("max.incremental.fetch.session.cache.slots", .integer, "1000", .integer(0, int), .broker, "Fetch sessions that are remembered."),
    ]

    private static let byName: [String: SettingDefinition] = .init(uniqueKeysWithValues: definitions.map { ($0.name, $0) })
    private static let topicDefinitions: [String: SettingDefinition] = .init(
        TopicSettings.definitions.compactMap { definition in definition.brokerName.map { ($0, definition) } }, uniquingKeysWith: { first, _ in first })

    /// The value of a whole-number setting; `name` is one of ``definitions``.
    public func integer(_ name: String) -> Int64 {
        // Values are validated when they are given, and defaults are ours.
        (values[name] ?? Self.byName[name]?.defaultValue).flatMap(Int64.init) ?? 0
    }

    public func boolean(_ name: String) -> Bool { (values[name] ?? Self.byName[name]?.defaultValue)?.lowercased() == "true" }

    public var createsTopics: Bool { boolean("auto.create.topics.enable") }
    public var partitionCount: Int32 { Int32(clamping: integer("num.partitions")) }

    /// Every broker-wide setting with the value in force.
    public func describe() -> [SettingDescription] {
        let topicDefaults = Self.topicDefinitions.values.filter { Self.byName[$0.brokerName ?? ""] == nil }
        let own = Self.definitions.map { ($0.name, $0) } + topicDefaults.map { ($0.brokerName ?? $0.name, $0) }
        return own.sorted { $0.0 < $1.0 }.map { name, definition in
            var synonyms: [SettingDescription.Synonym] = []
            if let value = values[name] { synonyms.append(.init(name: name, value: value, source: .staticBroker)) }
            synonyms.append(.init(name: name, value: definition.defaultValue, source: .defaultValue))
            return SettingDescription(
                name: name, value: synonyms[0].value, source: synonyms[0].source, type: definition.type, isReadOnly: true,
                documentation: definition.documentation, synonyms: synonyms)
        }
    }
}
