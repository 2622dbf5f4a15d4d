// The settings of a topic: Kafka's (org.apache.kafka.common.config.TopicConfig and LogConfig, names, types, ranges and
// defaults) and ours (flush.policy, producer.id.expiration.ms).

/// The table of topic settings, and what is done with it: validating, changing, describing.
public enum TopicSettings {
    private static let most = Int64.max
    private static let int = Int64(Int32.max)

    public static let definitions: [SettingDefinition] = [
        .init(
            "cleanup.policy", .list, "delete", .list(of: ["delete", "compact"]), .log, broker: "log.cleanup.policy",
            "What happens to old records: delete removes whole segments by age and size, compact keeps the last record of each key; both may be given."),
        .init(
            "compression.type", .string, "producer",
            .oneOf(["producer", "uncompressed", "none", "zstd", "lz4", "snappy", "gzip"]), .broker, broker: "compression.type",
            "The codec that producers of the engine use; batches from clients are kept as they come."),
        .init("compression.gzip.level", .integer, "-1", .integer(-1, 9), .inert, "Accepted for gzip; batches are kept as they come."),
        .init("compression.lz4.level", .integer, "9", .integer(1, 17), .inert, "Accepted for lz4; batches are kept as they come."),
        .init("compression.zstd.level", .integer, "3", .integer(-131_072, 22), .inert, "Accepted for zstd; batches are kept as they come."),
        .init(
            "delete.retention.ms", .long, "86400000", .integer(0, most), .log, broker: "log.cleaner.delete.retention.ms",
            "How long compaction keeps the tombstone of a deleted key."),
        .init(
            "file.delete.delay.ms", .long, "60000", .integer(0, most), .inert, broker: "log.segment.delete.delay.ms",
            "Accepted; files are removed at once, because readers hold what they read open."),
        .init(
            "flush.messages", .long, "9223372036854775807", .integer(1, most), .inert, broker: "log.flush.interval.messages",
            "Accepted; flush.policy says when records become durable."),
        .init(
            "flush.ms", .long, "9223372036854775807", .integer(0, most), .inert, broker: "log.flush.interval.ms",
            "Accepted; flush.policy says when records become durable."),
        .init(
            "flush.policy", .string, "group", .flushPolicy, .log, broker: "log.flush.policy",
            "When records are durable: group (acks=all waits for a shared fdatasync), interval:<n>ms, or never (left to the system)."),
        .init(
            "follower.replication.throttled.replicas", .list, "", .list(of: []), .inert,
            "Accepted; a single node replicates nothing."),
        .init(
            "index.interval.bytes", .integer, "4096", .integer(0, int), .log, broker: "log.index.interval.bytes",
            "Bytes of log between two entries of the offset index."),
        .init(
            "leader.replication.throttled.replicas", .list, "", .list(of: []), .inert,
            "Accepted; a single node replicates nothing."),
        .init(
            "local.retention.bytes", .long, "-2", .integer(-2, most), .log, broker: "log.local.retention.bytes",
            "With tiered storage, bytes of a partition that stay on the local disk; -2 for what retention.bytes says."),
        .init(
            "local.retention.ms", .long, "-2", .integer(-2, most), .log, broker: "log.local.retention.ms",
            "With tiered storage, how long segments stay on the local disk; -2 for what retention.ms says."),
        .init(
            "max.compaction.lag.ms", .long, "9223372036854775807", .integer(1, most), .log, broker: "log.cleaner.max.compaction.lag.ms",
            "The longest time that a record may stay without compaction looking at it."),
        .init(
            "max.message.bytes", .integer, "1048588", .integer(0, int), .log, broker: "message.max.bytes",
            "The largest record batch that is accepted, in bytes as sent."),
        .init(
            "message.downconversion.enable", .boolean, "true", .boolean, .inert, broker: "log.message.downconversion.enable",
            "Accepted; only the current message format is served."),
        .init(
            "message.format.version", .string, "3.0-IV1", .list(of: []), .inert, broker: "log.message.format.version",
            "Accepted; record batches are of format 2."),
        .init(
            "message.timestamp.after.max.ms", .long, "3600000", .integer(0, most), .log,
            broker: "log.message.timestamp.after.max.ms", "How far a record's time may lie after the broker's."),
        .init(
            "message.timestamp.before.max.ms", .long, "9223372036854775807", .integer(0, most), .log,
            broker: "log.message.timestamp.before.max.ms", "How far a record's time may lie before the broker's."),
        .init(
            "message.timestamp.difference.max.ms", .long, "9223372036854775807", .integer(0, most), .inert,
            broker: "log.message.timestamp.difference.max.ms", "Accepted; message.timestamp.before.max.ms and after.max.ms replace it."),
        .init(
            "message.timestamp.type", .string, "CreateTime", .oneOf(["CreateTime", "LogAppendTime"]), .log,
            broker: "log.message.timestamp.type", "Whether records keep the producer's time or get the time of their append."),
        .init(
            "min.cleanable.dirty.ratio", .double, "0.5", .decimal(0, 1), .log, broker: "log.cleaner.min.cleanable.ratio",
            "How much of a compacted log must be new before it is compacted again."),
        .init(
            "min.compaction.lag.ms", .long, "0", .integer(0, most), .log, broker: "log.cleaner.min.compaction.lag.ms",
            "How long a record stays before compaction may remove it."),
        .init(
            "min.insync.replicas", .integer, "1", .integer(1, int), .inert, broker: "min.insync.replicas",
            "Accepted; a single node is its only replica."),
        .init("preallocate", .boolean, "false", .boolean, .inert, broker: "log.preallocate", "Accepted; segments grow as they are written."),
        .init(
            "producer.id.expiration.ms", .long, "86400000", .integer(1, most), .log, broker: "producer.id.expiration.ms",
            "How long a silent idempotent producer is remembered."),
        .init("remote.log.copy.disable", .boolean, "false", .boolean, .inert, "Accepted; see remote.storage.enable."),
        .init("remote.log.delete.on.disable", .boolean, "false", .boolean, .inert, "Accepted; see remote.storage.enable."),
        .init("remote.storage.enable", .boolean, "false", .boolean, .log, "Whether sealed segments are copied to the object store."),
        .init(
            "retention.bytes", .long, "-1", .integer(-1, most), .log, broker: "log.retention.bytes",
            "The size of a partition above which its oldest segments go; -1 for no bound."),
        .init(
            "retention.ms", .long, "604800000", .integer(-1, most), .log, broker: "log.retention.ms",
            "The age at which segments go; -1 for never."),
        .init(
            "segment.bytes", .integer, "1073741824", .integer(14, int), .log, broker: "log.segment.bytes",
            "The size at which a new segment begins; at least 1024 is used."),
        .init(
            "segment.index.bytes", .integer, "10485760", .integer(4, int), .inert, broker: "log.index.size.max.bytes",
            "Accepted; an index is as large as its segment needs."),
        .init("segment.jitter.ms", .long, "0", .integer(0, most), .inert, broker: "log.roll.jitter.ms", "Accepted; segments roll when they are due."),
        .init(
            "segment.ms", .long, "604800000", .integer(1, most), .log, broker: "log.roll.ms",
            "The age at which a new segment begins."),
        .init(
            "unclean.leader.election.enable", .boolean, "false", .boolean, .inert, broker: "unclean.leader.election.enable",
            "Accepted; a single node elects nobody."),
    ]

    static let byName: [String: SettingDefinition] = .init(uniqueKeysWithValues: definitions.map { ($0.name, $0) })

    /// Throws ``BrokerError/Kind/invalidSetting`` for an unknown key or a value outside of its range.
    static func validate(_ settings: [String: String], topic: String) throws(BrokerError) {
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            try definition(key, topic: topic).validate(value)
        }
    }

    static func definition(_ key: String, topic: String) throws(BrokerError) -> SettingDefinition {
        guard let definition = byName[key] else {
            throw BrokerError(.invalidSetting, "topic \(topic): there is no topic setting \(key)")
        }
        return definition
    }

    /// The settings after some changes, validated as a whole.
    static func settings(
        _ present: [String: String], after changes: [SettingChange], defaults: [String: String], topic: String
    ) throws(BrokerError) -> [String: String] {
        var settings = present
        for change in changes {
            let definition = try definition(change.key, topic: topic)
            settings[change.key] = try change.applied(
                to: settings[change.key], definition, inherited: defaults[change.key], place: "topic \(topic)")
        }
        try validate(settings, topic: topic)
        return settings
    }

    /// Every setting of a topic with the value in force. `broker`: where what the topic does not say comes from.
    static func describe(_ settings: [String: String], broker: BrokerSettings) -> [SettingDescription] {
        definitions.map { definition in
            var synonyms: [SettingDescription.Synonym] = []
            if let value = settings[definition.name] {
                synonyms.append(.init(name: definition.name, value: value, source: .dynamicTopic))
            }
            let inherited = broker.synonyms(of: definition.brokerName ?? "")
            // What the broker was given in hours is described in milliseconds.
            let value = synonyms.first?.value ?? (inherited.isEmpty ? definition.defaultValue : broker.topicDefaults[definition.name])
            synonyms += inherited
            synonyms.append(.init(name: definition.brokerName ?? definition.name, value: definition.defaultValue, source: .defaultValue))
            return SettingDescription(
                name: definition.name, value: value, source: synonyms[0].source, type: definition.type,
                documentation: definition.documentation, synonyms: synonyms)
        }
    }
}
