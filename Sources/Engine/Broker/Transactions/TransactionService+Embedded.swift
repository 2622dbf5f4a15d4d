import Coordination
import Dispatch
import LogStorage
import Synchronization

extension TransactionService {
    /// Begins a transaction of a caller in this process; an open one of the id is aborted first (fenced).
    func beginEmbedded(_ id: String) throws -> TransactionRecord {
        while true {
            let fresh = try freshProducerID(for: id)
            let now = now
            var abandoned: TransactionRecord?
            let wait = DispatchSemaphore(value: 0)
            let (record, isPrepared, isWaiting) = state.withLock { state -> (TransactionRecord?, Bool, Bool) in
                let (record, isPrepared) = state.coordinator.beginEmbedded(id, fresh: fresh, now: now, abandoned: &abandoned)
                if isPrepared { Self.change(id, &state) }
                if record != nil { _ = state.slots[id, default: Slot()] }
                let isWaiting = record == nil && !isPrepared && state.coordinator[id].map { $0.record.status != .ongoing } ?? false
                if isWaiting { state.slots[id, default: Slot()].whenEnded.append { wait.signal() } }
                return (record, isPrepared, isWaiting)
            }
            if let abandoned { try abortAbandoned(abandoned) }
            if let record { return record }
            if isPrepared { _ = try waited { end(id, $0) } }
            // At most for the time of a commit; where the disk failed, the next round says so.
            if isWaiting, wait.wait(timeout: .now() + .seconds(10)) == .timedOut {
                throw BrokerError(.transaction(.concurrentTransactions), "transactional id \(id): its last transaction is still being ended")
            }
        }
    }

    private func abortAbandoned(_ record: TransactionRecord) throws {
        var record = record
        record.status = .prepareAbort
        let places = try Self.applyOutcome(record, topics: topics, positions: positions)
        state.withLock { $0.slots[record.transactionalID, default: Slot()].unsettled += places }
    }

    /// When this returns, data and positions are durable and visible; a crash before the one durable record takes all of it back, a
    /// crash after it brings all of it forward.
    func commitEmbedded(_ record: TransactionRecord) throws {
        let isOpen = state.withLock { state -> Bool in
            guard state.coordinator.prepareEmbeddedCommit(record, now: now) else { return false }
            Self.change(record.transactionalID, &state)
            return true
        }
        guard isOpen else {
            throw BrokerError(.fenced, "transaction \(record.transactionalID) epoch \(record.producerEpoch) was fenced by a newer one")
        }
        _ = try waited { end(record.transactionalID, $0) }
        try log.restateIfGrown()
        try positions.log.restateIfGrown()
    }

    func abortEmbedded(_ record: TransactionRecord) throws {
        guard state.withLock({ $0.coordinator.abortEmbedded(record, now: now) }) else { return }
        _ = try waited { end(record.transactionalID, $0) }
    }

    /// Notes that a transaction has data in a partition, so that a fencing successor can abort it.
    func enlist(_ partition: TopicPartition, in record: TransactionRecord) {
        state.withLock { $0.coordinator.enlist(partition, in: record) }
    }

    private func waited<Value: Sendable>(_ body: (@escaping Completion<Value>) -> Void) throws(TransactionError) -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Answer<Value>()
        body { answer in
            result.value.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        guard let answer = result.value.withLock({ $0 }) else { throw TransactionError(.unknownServerError, "no answer") }
        return try answer.get()
    }

    private final class Answer<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, TransactionError>?>(nil)
    }
}
