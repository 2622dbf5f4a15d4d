public import Coordination
import Synchronization

/// Whoever wants to know when a partition has more to read: the server, whose fetches wait for that. Thread rule: any thread.
final class GrowthObserver: Sendable {
    private let observer = Mutex<(@Sendable (TopicPartition) -> Void)?>(nil)
    private let isObserved = Atomic<Bool>(false)

    func set(_ observer: (@Sendable (TopicPartition) -> Void)?) {
        self.observer.withLock { $0 = observer }
        isObserved.store(observer != nil, ordering: .releasing)
    }

    func grew(_ partition: TopicPartition) {
        guard isObserved.load(ordering: .acquiring) else { return }
        observer.withLock { $0 }?(partition)
    }
}

extension Broker {
    /// Has `observer` called when a partition has more to read than before; nil ends it. It is called under the partition's lock: it must
    /// only take note, and not call the broker.
    public func observeGrowth(_ observer: (@Sendable (TopicPartition) -> Void)?) { topicStore.growth.set(observer) }
}
