// Names, types, ranges and defaults are Kafka's (SocketServerConfigs, ServerLogConfigs, GroupCoordinatorConfig, TransactionStateManagerConfig…),
// but that connections and requests are bounded more tightly from the start.

extension BrokerSettings {
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
        .init("connections.max.idle.ms", .long, "600000", .integer(-1, most), .broker, "How long a silent connection stays open; -1 for ever. A connection learns of a change when it is looked at next."),
        .init("max.connections", .integer, "1000", .integer(1, int), .broker, "Connections at most."),
        .init("max.connections.per.ip", .integer, "2147483647", .integer(0, int), .broker, "Connections from one address at most."),
        .init(
            "max.connections.per.ip.overrides", .string, "", .addressCounts, .broker,
            "Other bounds for some addresses, such as 10.0.0.7:50,10.0.0.8:5."),
        .init(
            "allow.everyone.if.no.acl.found", .boolean, "false", .boolean, .broker,
            "Whether a resource that no access rule is about is open to everybody; otherwise it is closed as soon as there is any rule at all."),
        .init("fetch.max.bytes", .integer, "57671680", .integer(1024, int), .broker, "The largest answer to a fetch, in bytes."),
        .init("max.incremental.fetch.session.cache.slots", .integer, "1000", .integer(0, int), .broker, "Fetch sessions that are remembered."),
    ]

    static let byName: [String: SettingDefinition] = .init(uniqueKeysWithValues: definitions.map { ($0.name, $0) })

    /// The topic's setting behind a broker-wide name.
    static let topicDefinitions: [String: SettingDefinition] = .init(
        TopicSettings.definitions.compactMap { definition in definition.brokerName.map { ($0, definition) } }, uniquingKeysWith: { first, _ in first })

    /// Broker-wide names whose value is a default for topics, in other units.
    static let retentionUnits: [String: Int64] = ["log.retention.hours": 3_600_000, "log.retention.minutes": 60_000]

    /// What can be changed while the broker runs (KIP-226): the broker-wide defaults of topics, and of the others these.
    static let dynamicNames: Set<String> = Set(topicDefinitions.keys).subtracting(["log.message.format.version"]).union([
        "auto.create.topics.enable", "delete.topic.enable", "num.partitions", "default.replication.factor", "log.retention.check.interval.ms",
        "socket.request.max.bytes", "connections.max.idle.ms", "max.connections", "max.connections.per.ip", "max.connections.per.ip.overrides",
        "fetch.max.bytes", "allow.everyone.if.no.acl.found",
    ])

    static func definition(_ name: String) throws(BrokerError) -> SettingDefinition {
        if let definition = byName[name] ?? topicDefinitions[name] { return definition }
        throw BrokerError(.invalidSetting, "there is no broker setting \(name)")
    }

    /// Throws where a setting is read when the broker starts, and not again.
    static func checkDynamic(_ name: String) throws(BrokerError) {
        guard !dynamicNames.contains(name) else { return }
        if retentionUnits[name] == nil { _ = try definition(name) }
        throw BrokerError(.invalidRequest, "setting \(name) is read-only while the broker runs; give it when the broker is started, with --set \(name)=…")
    }
}
