public import Coordination
import LogStorage
import SystemIO

extension Broker {
    /// Removes what retention no longer covers. No record at or after the offset given in `keeping` for its partition goes.
    @discardableResult
    public func applyRetention(keeping: [TopicPartition: Int64]) throws -> Int {
        let now = clock.wallMilliseconds()
        var removed = 0
        for (partition, log) in topicStore.partitions where !InternalTopics.isInternal(partition.topic) {
            removed += try log.applyRetention(now: now, keeping: keeping[partition] ?? .max)
        }
        return removed
    }

    /// What is done every `log.retention.check.interval.ms` or so: retention of every partition; the owner calls it from one timer. What is
    /// due every second, the time-outs of transactions, is ``TransactionService/tick(now:)``.
    ///
    /// A partition that fails does not keep the others from their turn; the first failure is thrown at the end.
    public func housekeep(now: Int64, keeping: [TopicPartition: Int64] = [:]) throws {
        var failure: (any Error)?
        for (partition, log) in topicStore.partitions where !InternalTopics.isInternal(partition.topic) {
            do {
                try log.applyRetention(now: now, keeping: keeping[partition] ?? .max)
            } catch LogError.closed, LogError.offline {
                // Deleted meanwhile, or out of order since an earlier failure that was told.
            } catch { failure = failure ?? error }
        }
        transactions.tick(now: now)
        if let failure { throw failure }
    }
}
