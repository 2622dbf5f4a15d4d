import Dispatch
import LogStorage
import Synchronization

extension Broker {
    /// Makes several partitions durable at once: the disk merges what waits together. Throws the first failure.
    func synchronize(_ logs: [PartitionLog]) throws {
        guard logs.count > 1 else {
            try logs.first?.flush()
            return
        }
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: logs.count) { index in
            do {
                try logs[index].flush()
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
