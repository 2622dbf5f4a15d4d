import Coordination
import SystemIO

extension Broker {
    /// Begins to coordinate consumer groups, from what `__consumer_offsets` says of them. Once, while the broker is open.
    ///
    /// Whoever opens them runs their time: see ``GroupService``.
    public func openGroups(onEarlierDeadline: @escaping @Sendable (_ inMilliseconds: Int64) -> Void) throws -> GroupService {
        try GroupService(
            settings: GroupSettings(settings), table: GroupPositionTable(positions: positions, transactions: transactions),
            topics: BrokerGroupTopics(topics: topicStore), clock: clock,
            replaying: { replay in try positions.log.replay { _, key, value in try replay(key, value) } },
            onEarlierDeadline: onEarlierDeadline)
    }
}

extension GroupSettings {
    /// What the broker was started with; what was not given keeps the coordinator's own default.
    init(_ settings: BrokerSettings) {
        self.init()
        func given(_ name: String, _ body: (Int64) -> Void) { if settings.values[name] != nil { body(settings.integer(name)) } }
        given("group.initial.rebalance.delay.ms") { initialRebalanceDelayMilliseconds = $0 }
        given("group.min.session.timeout.ms") { minimumSessionTimeoutMilliseconds = $0 }
        given("group.max.session.timeout.ms") { maximumSessionTimeoutMilliseconds = $0 }
        given("group.max.size") { maximumSize = Int($0) }
        given("group.consumer.session.timeout.ms") { consumerSessionTimeoutMilliseconds = $0 }
        given("group.consumer.heartbeat.interval.ms") { consumerHeartbeatIntervalMilliseconds = $0 }
        given("group.consumer.max.size") { consumerMaximumSize = Int($0) }
        given("offsets.retention.minutes") { offsetsRetentionMilliseconds = $0 * 60_000 }
        given("offsets.retention.check.interval.ms") { offsetsRetentionCheckMilliseconds = $0 }
        given("offset.metadata.max.bytes") { maximumOffsetMetadataBytes = Int($0) }
    }
}

/// The broker's positions and the transactions that may move them, as groups see them.
struct GroupPositionTable: PositionTable {
    let positions: PositionStore
    let transactions: TransactionService

    var groupsWithPositions: [String] { positions.groups }

    func groupPositions(of group: String) -> [TopicPartition: GroupPosition] {
        positions.positions(of: group).mapValues {
            GroupPosition(position: $0.position, committedMilliseconds: $0.committedMilliseconds)
        }
    }

    func hasPendingCommit(of group: String, in partition: TopicPartition) -> Bool {
        transactions.hasPendingOffsets(of: group, in: partition)
    }

    func keepsPositions(of group: String) -> Bool { group.hasPrefix(Self.pipelinePrefix) }

    /// Groups of stages are named so: a pipeline that rests for weeks goes on where it was.
    private static let pipelinePrefix = "leat-"

    func commitGroupPositions(_ commits: [OffsetCommit], _ completion: @escaping Completion) { positions.commit(commits, completion) }

    func appendGroupRecords(_ records: [GroupRecord], forgetting groups: [String], _ completion: @escaping Completion) {
        positions.append(records.map { ($0.key, $0.value) }, forgetting: groups, completion)
    }

    func forgetGroupPositions(_ partitions: [TopicPartition], of group: String, _ completion: @escaping Completion) {
        positions.forget(partitions, of: group, completion)
    }
}

/// The broker's topics, as groups see them.
struct BrokerGroupTopics: GroupTopics {
    let topics: TopicStore

    func topic(named name: String) -> GroupTopic? { topics.topic(name).map(Self.describe) }

    func topic(_ id: TopicID) -> GroupTopic? { topics.topic(UniqueIdentifier(high: id.high, low: id.low)).map(Self.describe) }

    var names: [String] { topics.topics.filter { !$0.isInternal }.map(\.name) }

    private static func describe(_ topic: Topic) -> GroupTopic {
        GroupTopic(
            name: topic.name, id: TopicID(high: topic.identifier.high, low: topic.identifier.low), partitions: Int32(topic.partitions.count))
    }
}
