import SystemIO
import Synchronization
public import Coordination

extension Broker {
    /// Where a group stands in a partition.
    public func position(of group: String, in partition: TopicPartition) -> OffsetAndMetadata? {
        state.withLock { $0.positions[group]?[partition] }
    }

    /// Every group with its positions.
    public var groups: [String: [TopicPartition: OffsetAndMetadata]] { state.withLock { $0.positions } }

    /// Commits positions by themselves, durably.
    public func commitPositions(_ commits: [OffsetCommit]) throws {
        try state.withLock { state in
            // Else recovery would put back the positions of the last transaction.
            try settleTransactions(&state)
            try record(commits, &state)
            try state.offsetsLog?.flush()
        }
    }

    /// Forgets a group's positions.
    public func deleteGroup(_ group: String) throws {
        try state.withLock { state in
            try settleTransactions(&state)
            guard let positions = state.positions.removeValue(forKey: group) else { return }
            try state.offsetsLog?.append(positions.keys.sorted().map { (OffsetRecord.encodeKey(group: group, partition: $0), nil) })
            try state.offsetsLog?.flush()
        }
    }

    /// Appends positions to `__consumer_offsets` and to the table; durable with the next flush.
    func record(_ commits: [OffsetCommit], _ state: inout BrokerState) throws {
        let now = clock.wallMilliseconds()
        try state.offsetsLog?.append(
            commits.map { commit in
                (
                    OffsetRecord.encodeKey(group: commit.group, partition: commit.partition),
                    OffsetRecord.encodeValue(commit.position, timestampMilliseconds: now)
                )
            })
        for commit in commits { state.positions[commit.group, default: [:]][commit.partition] = commit.position }
        let positions = state.positions
        try state.offsetsLog?.restateIfGrown {
            positions.flatMap { group, partitions in
                partitions.map { partition, position in
                    (
                        OffsetRecord.encodeKey(group: group, partition: partition),
                        OffsetRecord.encodeValue(position, timestampMilliseconds: now)
                    )
                }
            }
        }
    }
}
