public import Coordination
public import LogStorage
import Synchronization

/// How a produce request wants its batches treated.
public struct ProduceOptions: Hashable, Sendable {
    /// Answer only when the records are as durable as the topic's `flush.policy` promises (`acks=all`).
    public var waitsForDurability: Bool
    /// Of the request, where its batches are transactional.
    public var transactionalID: String?
    /// Its partitions come into the transaction by it (Produce from version 12 on).
    public var addsPartitions: Bool
    /// TRANSACTION_ABORTABLE is known (Produce from version 11 on).
    public var knowsAbortable: Bool

    public init(
        waitsForDurability: Bool, transactionalID: String? = nil, addsPartitions: Bool = false, knowsAbortable: Bool = false
    ) {
        self.waitsForDurability = waitsForDurability
        self.transactionalID = transactionalID
        self.addsPartitions = addsPartitions
        self.knowsAbortable = knowsAbortable
    }
}

extension Broker {
    public typealias ProduceCompletion = @Sendable (Result<AppendResult, any Error>) -> Void

    /// Appends what a producer sent to one partition, and calls `completion` when it may be answered: at once on the caller's thread, or on
    /// one of the flush scheduler's. The bytes are used during the call alone.
    ///
    /// `producer`: of the request's first transactional batch, nil where none is transactional. Fails with ``BrokerError``, `LogError`,
    /// `TransactionError` or `SystemIOError`.
    public func produce(
        _ batches: UnsafeRawBufferPointer, to partition: TopicPartition, producer: ProducerIdentity? = nil, _ options: ProduceOptions,
        _ completion: @escaping ProduceCompletion
    ) {
        do {
            let log = try self.partition(partition)
            guard let producer else {
                let result = try log.append(batches: batches, leaderEpoch: 0)
                return answer(result, log, options, completion)
            }
            guard let id = options.transactionalID else {
                throw TransactionError(.invalidRecord, "\(partition): a transactional batch needs the request's transactional id")
            }
            try transactions.admitAppend(
                to: partition, of: id, producer, addsPartition: options.addsPartitions, knowsAbortable: options.knowsAbortable)
            let result = Result { try log.append(batches: batches, leaderEpoch: 0) }
            // The transaction's record and the data become durable beside each other.
            let both = BothAnswers(result, completion)
            transactions.finishAppend(of: id) { both.answer($0.mapError { $0 }) }
            switch result {
            case .success(let appended): answer(appended, log, options) { both.answer($0.map { _ in () }) }
            case .failure: both.answer(.success(()))
            }
        } catch {
            completion(.failure(error))
        }
    }

    private func answer(
        _ result: AppendResult, _ log: PartitionLog, _ options: ProduceOptions, _ completion: @escaping ProduceCompletion
    ) {
        guard options.waitsForDurability else {
            flushScheduler.noteAppend(to: log)
            return completion(.success(result))
        }
        flushScheduler.whenAcknowledged(log: log, upTo: result.lastOffset + 1) { durable in completion(durable.map { result }) }
    }
}

/// Waits for two answers to one append.
private final class BothAnswers: Sendable {
    private let state: Mutex<(open: Int, result: Result<AppendResult, any Error>)>
    private let completion: Broker.ProduceCompletion

    init(_ result: Result<AppendResult, any Error>, _ completion: @escaping Broker.ProduceCompletion) {
        state = Mutex((2, result))
        self.completion = completion
    }

    func answer(_ answer: Result<Void, any Error>) {
        let result = state.withLock { state -> Result<AppendResult, any Error>? in
            state.open -= 1
            if case .failure(let error) = answer, case .success = state.result { state.result = .failure(error) }
            return state.open == 0 ? state.result : nil
        }
        if let result { completion(result) }
    }
}
