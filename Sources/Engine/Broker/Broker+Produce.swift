public import Coordination
public import LogStorage
public import Records
import Synchronization

/// What a produce request says of all its batches.
public struct ProduceTerms: Hashable, Sendable {
    /// Of the request, where its batches are transactional.
    public var transactionalID: String?
    /// Its partitions come into the transaction by it (Produce from version 12 on).
    public var addsPartitions: Bool
    /// TRANSACTION_ABORTABLE is known (Produce from version 11 on).
    public var knowsAbortable: Bool

    public init(transactionalID: String? = nil, addsPartitions: Bool = false, knowsAbortable: Bool = false) {
        self.transactionalID = transactionalID
        self.addsPartitions = addsPartitions
        self.knowsAbortable = knowsAbortable
    }
}

/// Batches that were appended, and are not answered yet.
public struct ProducedBatches: Sendable {
    public let result: AppendResult
    fileprivate let log: PartitionLog
    /// Where they are a transaction's.
    fileprivate let transactionalID: String?
}

extension Broker {
    /// Appends what a producer sent to one partition: the first half of a produce request. What comes back is owed an ``acknowledge(_:waitsForDurability:_:)``.
    ///
    /// The batches get their offsets where they stand; the bytes are used during the call alone. Those of a transaction are let in by the
    /// coordinator first. Throws ``BrokerError``, `LogError`, `TransactionError` or `SystemIOError`, and has then appended nothing.
    public func produce(
        _ batches: UnsafeMutableRawBufferPointer, to partition: TopicPartition, in log: PartitionLog, _ terms: ProduceTerms
    ) throws -> ProducedBatches {
        let first = try? RecordBatchHeader(UnsafeRawBufferPointer(batches).bytes)
        guard let first, first.attributes.isTransactional else {
            return ProducedBatches(result: try log.append(batches: batches, leaderEpoch: 0), log: log, transactionalID: nil)
        }
        guard let id = terms.transactionalID else {
            throw TransactionError(.transactionalIDAuthorizationFailed, "\(partition): a transactional batch came without a transactional id")
        }
        let producer = ProducerIdentity(id: first.producerId, epoch: first.producerEpoch)
        try transactions.admitAppend(
            to: partition, of: id, producer, addsPartition: terms.addsPartitions, knowsAbortable: terms.knowsAbortable)
        do {
            return ProducedBatches(result: try log.append(batches: batches, leaderEpoch: 0), log: log, transactionalID: id)
        } catch {
            transactions.finishAppend(of: id) { _ in }
            throw error
        }
    }

    /// Calls `completion` when appended batches may be answered: at once on the caller's thread, or on one of the flush scheduler's.
    ///
    /// `waitsForDurability`: when they are as durable as the topic's `flush.policy` promises (`acks=all`). Those of a transaction wait in any
    /// case until the coordinator has written which partitions take part; that and the data become durable beside each other.
    public func acknowledge(
        _ produced: ProducedBatches, waitsForDurability: Bool, _ completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        guard let id = produced.transactionalID else { return wait(for: produced, waitsForDurability, completion) }
        let both = BothAnswers(completion)
        transactions.finishAppend(of: id) { both.answer($0.mapError { $0 }) }
        wait(for: produced, waitsForDurability) { both.answer($0) }
    }

    private func wait(
        for produced: ProducedBatches, _ waitsForDurability: Bool, _ completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        guard waitsForDurability else {
            flushScheduler.noteAppend(to: produced.log)
            return completion(.success(()))
        }
        flushScheduler.whenAcknowledged(log: produced.log, upTo: produced.result.lastOffset + 1) { completion($0.map { _ in () }) }
    }
}

/// Waits for two answers, and passes the first failure on.
private final class BothAnswers: Sendable {
    private let state = Mutex<(open: Int, failure: (any Error)?)>((2, nil))
    private let completion: @Sendable (Result<Void, any Error>) -> Void

    init(_ completion: @escaping @Sendable (Result<Void, any Error>) -> Void) { self.completion = completion }

    func answer(_ answer: Result<Void, any Error>) {
        let end = state.withLock { state -> (any Error)?? in
            state.open -= 1
            if case .failure(let error) = answer { state.failure = state.failure ?? error }
            return state.open == 0 ? .some(state.failure) : nil
        }
        if let end { completion(end.map { .failure($0) } ?? .success(())) }
    }
}
