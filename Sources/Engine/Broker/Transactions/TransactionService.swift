public import Coordination
import LogStorage
import Synchronization
import SystemIO

/// The transactions of the broker: the coordinator's state, its records in `__transaction_state`, markers and positions.
///
/// State is under a lock that is never held over I/O; records are written one at a time for each transactional id, so that different
/// transactions share the disk's syncs and do not wait for each other. Requests of the protocol are answered through completions, on
/// the flush scheduler's threads or at once. Thread rule: any thread.
public final class TransactionService: Sendable {
    public typealias Completion<Value> = @Sendable (Result<Value, TransactionError>) -> Void

    /// What is known of an id beside the coordinator's state.
    struct Slot {
        /// Counts the changes of the state, and says which of them are in the log.
        var version = 0
        var durableVersion = 0
        var isWriting = false
        var waiters: [(version: Int, completion: FlushScheduler.Completion)] = []
        /// Batches that were admitted and are being appended: the end of their transaction waits for them.
        var appending = 0
        var whenAppended: (@Sendable () -> Void)?
        /// Called once the transaction that is being ended has ended.
        var whenEnded: [@Sendable () -> Void] = []
        /// Markers and positions of the last outcome that may not be durable: the record that says the outcome must not be replaced
        /// before they are.
        var unsettled: [UnsettledPlace] = []
    }

    /// A place in a log that has to be durable; the log counts only while the partition is in the catalogue.
    struct UnsettledPlace {
        var partition: TopicPartition
        var log: PartitionLog
        var offset: Int64
    }

    struct State {
        var coordinator = TransactionCoordinator()
        var slots: [String: Slot] = [:]
    }

    let state = Mutex(State())
    let log: InternalLog
    let topics: TopicStore
    let positions: PositionStore
    let scheduler: FlushScheduler
    let producers: ProducerIdentifiers
    let clock: any TimeSource

    init(
        log: InternalLog, topics: TopicStore, positions: PositionStore, scheduler: FlushScheduler, producers: ProducerIdentifiers,
        clock: any TimeSource, coordinator: TransactionCoordinator
    ) {
        self.log = log
        self.topics = topics
        self.positions = positions
        self.scheduler = scheduler
        self.producers = producers
        self.clock = clock
        state.withLock { $0.coordinator = coordinator }
    }

    var now: Int64 { clock.wallMilliseconds() }

    /// A producer id for the next step of this id, if it may need one. Taken outside of the lock, since it may have to reserve a block.
    func freshProducerID(for id: String) throws(TransactionError) -> Int64? {
        guard state.withLock({ $0.coordinator.needsProducerID(id) }) else { return nil }
        return try newProducerID()
    }

    func newProducerID() throws(TransactionError) -> Int64 {
        do { return try producers.next() } catch { throw Self.storageError(error) }
    }

    static func storageError(_ error: any Error) -> TransactionError {
        error as? TransactionError ?? TransactionError(.kafkaStorageError, "\(error)")
    }

    // MARK: - Looking

    /// DescribeTransactions.
    public func describe(_ id: String) throws(TransactionError) -> TransactionRecord {
        try state.withLock { state throws(TransactionError) in try state.coordinator.describe(id) }
    }

    /// ListTransactions.
    public func list(
        states: [String] = [], producers: [Int64] = [], minimumMilliseconds: Int64 = -1
    ) -> (unknownStates: [String], transactions: [TransactionRecord]) {
        let now = now
        return state.withLock {
            $0.coordinator.list(states: states, producers: producers, minimumMilliseconds: minimumMilliseconds, now: now)
        }
    }

    /// The partitions in which an undecided transaction would move a group's position.
    public func pendingPartitions(of group: String) -> Set<TopicPartition> { state.withLock { $0.coordinator.pendingPartitions(of: group) } }

    /// Whether an undecided transaction would move this position: OffsetFetch with `requireStable` answers UNSTABLE_OFFSET_COMMIT then.
    public func hasPendingOffsets(of group: String, in partition: TopicPartition) -> Bool {
        state.withLock { $0.coordinator.hasPendingOffsets(of: group, in: partition) }
    }
}
