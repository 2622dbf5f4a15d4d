/// One partition of a topic, by name.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var topic: String
    /// From 0 to the topic's number of partitions, exclusive.
    public var partition: Int32

    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    public var description: String { "\(topic)-\(partition)" }

    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

/// How far a consumer group has come in a partition.
public struct OffsetAndMetadata: Hashable, Sendable {
    /// The next offset to read: one past the last record that was handled.
    public var offset: Int64
    /// Leader epoch of the last record handled, -1 where unknown.
    public var leaderEpoch: Int32
    /// Free text of the committer, at most 4,096 bytes. The stream runtime keeps its ledger here.
    public var metadata: String

    public init(offset: Int64, leaderEpoch: Int32 = -1, metadata: String = "") {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
    }
}

/// A group's position in one partition, as it is committed.
public struct OffsetCommit: Hashable, Sendable {
    public var group: String
    public var partition: TopicPartition
    public var position: OffsetAndMetadata

    public init(group: String, partition: TopicPartition, position: OffsetAndMetadata) {
        self.group = group
        self.partition = partition
        self.position = position
    }
}
