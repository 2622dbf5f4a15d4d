import Coordination
import NIOCore
import Synchronization

/// Fetches that wait for data, by the partitions they wait for (Kafka's purgatory).
///
/// A partition that nobody waits for costs one look at a counter when it grows. Thread rule: any thread.
final class FetchWaiters: Sendable {
    private struct Waiter {
        var partitions: [TopicPartition]
        var wake: @Sendable () -> Void
    }

    private struct State {
        var nextIdentifier: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var byPartition: [TopicPartition: Set<UInt64>] = [:]
    }

    private let state = Mutex(State())
    private let count = Atomic<Int>(0)

    /// Registers a fetch; `wake` is called, once for each time any of the partitions grows, until it is removed. It must only
    /// schedule work: it is called under the partition's lock.
    func add(_ partitions: [TopicPartition], wake: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            let identifier = state.nextIdentifier
            state.nextIdentifier += 1
            state.waiters[identifier] = Waiter(partitions: partitions, wake: wake)
            for partition in partitions { state.byPartition[partition, default: []].insert(identifier) }
            count.store(state.waiters.count, ordering: .releasing)
            return identifier
        }
    }

    func remove(_ identifier: UInt64) {
        state.withLock { state in
            guard let waiter = state.waiters.removeValue(forKey: identifier) else { return }
            for partition in waiter.partitions {
                guard var waiting = state.byPartition.removeValue(forKey: partition) else { continue }
                waiting.remove(identifier)
                if !waiting.isEmpty { state.byPartition[partition] = waiting }
            }
            count.store(state.waiters.count, ordering: .releasing)
        }
    }

    /// A partition has more to read than before.
    func advanced(_ partition: TopicPartition) {
        guard count.load(ordering: .acquiring) > 0 else { return }
        let wakes = state.withLock { state in
            (state.byPartition[partition] ?? []).compactMap { state.waiters[$0]?.wake }
        }
        for wake in wakes { wake() }
    }
}
