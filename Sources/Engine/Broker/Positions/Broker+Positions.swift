import SystemIO
import Synchronization
public import Coordination

extension Broker {
    /// Where a group stands in a partition.
    public func position(of group: String, in partition: TopicPartition) -> OffsetAndMetadata? {
        positions.position(of: group, in: partition)?.position
    }

    /// Every group with its positions.
    public var groups: [String: [TopicPartition: OffsetAndMetadata]] {
        positions.all.mapValues { $0.mapValues(\.position) }
    }

    /// Commits positions by themselves, durably.
    public func commitPositions(_ commits: [OffsetCommit]) throws { try positions.commit(commits) }

    /// Forgets a group's positions.
    public func deleteGroup(_ group: String) throws { try positions.forget(group: group) }
}
