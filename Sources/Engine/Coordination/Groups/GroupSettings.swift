/// What an operator can set for groups. Times are milliseconds; names and defaults are Kafka's unless a field says otherwise.
public struct GroupSettings: Hashable, Sendable {
    /// How long a new group waits for more members before its first generation (`group.initial.rebalance.delay.ms`). Kafka waits
    /// 3,000; one node that starts in milliseconds need not.
    public var initialRebalanceDelayMilliseconds: Int64 = 100
    /// `group.min.session.timeout.ms`
    public var minimumSessionTimeoutMilliseconds: Int64 = 6_000
    /// `group.max.session.timeout.ms`
    public var maximumSessionTimeoutMilliseconds: Int64 = 1_800_000
    /// `group.max.size`: members of one classic group.
    public var maximumSize = Int(Int32.max)
    /// How many members of one group may have been given an identifier without having joined with it. Kafka has no such bound;
    /// without one a rude client could fill the memory.
    public var maximumPendingMembers = 10_000
    /// How many groups there may be, also such as have positions alone. Kafka has no such bound.
    public var maximumGroups = 1_000_000
    /// How long a member without an identifier may wait in a join before it is taken for gone.
    public var newMemberJoinTimeoutMilliseconds: Int64 = 300_000
    /// `group.consumer.session.timeout.ms`
    public var consumerSessionTimeoutMilliseconds: Int64 = 45_000
    /// `group.consumer.heartbeat.interval.ms`
    public var consumerHeartbeatIntervalMilliseconds: Int64 = 5_000
    /// `group.consumer.max.size`
    public var consumerMaximumSize = Int(Int32.max)
    /// `group.consumer.migration.policy`: whether a classic group with live members may become a consumer group.
    public var allowsUpgrade = true
    /// `group.consumer.migration.policy`: whether a consumer group with live members may become a classic group.
    public var allowsDowngrade = true
    /// `offsets.retention.minutes`, in milliseconds.
    public var offsetsRetentionMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// `offsets.retention.check.interval.ms`
    public var offsetsRetentionCheckMilliseconds: Int64 = 600_000
    /// `offset.metadata.max.bytes`
    public var maximumOffsetMetadataBytes = 4_096

    public init() {}
}
