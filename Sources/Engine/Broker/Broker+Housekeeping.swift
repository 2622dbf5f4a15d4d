public import Coordination
import LogStorage
import SystemIO

extension Broker {
    /// Removes what retention no longer covers, and begins, in the background, to compact and to move to the remote store what is to be. No record at
    /// or after the offset given in `keeping` for its partition goes.
    @discardableResult
    public func applyRetention(keeping: [TopicPartition: Int64]) throws -> Int {
        let now = clock.wallMilliseconds()
        var removed = 0
        for (partition, log) in topicStore.partitions where !InternalTopics.isInternal(partition.topic) {
            removed += try log.applyRetention(now: now, keeping: keeping[partition] ?? .max)
        }
        maintenance.begin(topicStore, now: now, keeping: keeping)
        return removed
    }

    /// Whether some topic is to be compacted or moved to the remote store: then ``beginMaintenance(now:)`` is called more often.
    public var hasMaintenance: Bool {
        topicStore.topics.contains { topic in
            !topic.isInternal && topic.partitions.first.map { $0.configuration.isCompacted || $0.hasRemote } ?? false
        }
    }

    /// Begins, in the background, to compact and to move to the remote store what is to be; what that is the topics' settings say.
    public func beginMaintenance(now: Int64) { maintenance.begin(topicStore, now: now, keeping: [:]) }

    /// What is done every `log.retention.check.interval.ms` or so: retention of every partition, and in the background
    /// compaction, tiering and the syncing of what nobody waits for; the owner calls it from one timer. What is
    /// due every second, the time-outs of transactions, is ``TransactionService/tick(now:)``.
    ///
    /// A partition that fails does not keep the others from their turn; the first failure is thrown at the end, also one of what went on in the
    /// background since the last call.
    public func housekeep(now: Int64, keeping: [TopicPartition: Int64] = [:]) throws {
        // With a remote store attached, tiering is what removes: see `PartitionLog.tier`.
        var failure: (any Error)?
        for (partition, log) in topicStore.partitions where !InternalTopics.isInternal(partition.topic) {
            do {
                try log.applyRetention(now: now, keeping: keeping[partition] ?? .max)
            } catch LogError.closed, LogError.offline {
                // Deleted meanwhile, or out of order since an earlier failure that was told.
            } catch { failure = failure ?? error }
        }
        failure = failure ?? maintenance.takeFailure()
        maintenance.begin(topicStore, now: now, keeping: keeping)
        transactions.tick(now: now)
        if let failure { throw failure }
    }
}
