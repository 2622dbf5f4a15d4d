public import Broker
public import Coordination
import LogStorage
import Records
import Synchronization

/// The log in this process: ``LogEngine`` over a ``Broker``.
public final class EmbeddedEngine: LogEngine {
    public let broker: Broker

    public init(broker: Broker) { self.broker = broker }

    public func partitionCount(of topic: String) throws(EngineError) -> Int32 {
        guard let declaration = broker.topic(topic) else {
            throw EngineError(.unknownTopic, "there is no topic \(topic); `leat topics list` shows those that are")
        }
        return declaration.partitions
    }

    public func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        try translated { try broker.partition(partition).startOffset }
    }

    public func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        try translated { try broker.partition(partition).lastStableOffset }
    }

    public func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog {
        try translated {
            let log = try broker.partition(partition)
            // A reader that has all that is visible has no lag, though markers may lie behind it.
            let (stable, first) = (log.lastStableOffset, max(offset, log.startOffset))
            guard first < stable else { return Backlog(records: 0, bytes: 0) }
            return Backlog(records: Int(stable - first), bytes: Int(try log.byteCount(from: first)))
        }
    }

    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        records.removeAll()
        records.nextOffset = offset
        let reader = RecordBatchReader()
        do {
            let log = try broker.partition(partition)
            // Batches of control records and of aborted transactions yield nothing: go on until something is found.
            while records.isEmpty, records.nextOffset < log.lastStableOffset {
                let slice = try log.read(from: records.nextOffset, maxBytes: maximumBytes, upTo: .lastStableOffset)
                guard slice.nextOffset > records.nextOffset else { return }
                try CommittedRecords.copy(slice, from: offset, reader, into: &records)
                records.nextOffset = slice.nextOffset
            }
        } catch {
            throw EngineError(translating: error, "\(partition)")
        }
    }

    public func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] {
        var found: [TopicPartition: OffsetAndMetadata] = [:]
        for partition in partitions { found[partition] = broker.position(of: group, in: partition) }
        return found
    }

    public func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) {
        try translated { try broker.commitPositions(positions) }
    }

    public func beginTransaction(id: String) throws(EngineError) -> any LogTransaction {
        EmbeddedTransaction(try translated { try broker.beginTransaction(id: id) })
    }

    public func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {
        try translated { _ = try broker.applyRetention(keeping: keeping) }
    }

    private func translated<Result>(_ body: () throws -> Result) throws(EngineError) -> Result {
        do { return try body() } catch { throw EngineError(translating: error, broker.folder) }
    }
}

private final class EmbeddedTransaction: LogTransaction {
    private let transaction: BrokerTransaction
    private let ends = Mutex<[TopicPartition: Int64]>([:])

    init(_ transaction: BrokerTransaction) { self.transaction = transaction }

    func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws(EngineError) {
        do {
            let last = try transaction.append(builder, to: partition)
            ends.withLock { $0[partition] = max($0[partition] ?? 0, last + 1) }
        } catch {
            throw EngineError(translating: error, "\(partition)")
        }
    }

    func endOffset(of partition: TopicPartition) -> Int64? { ends.withLock { $0[partition] } }

    func commit(_ positions: [OffsetCommit]) throws(EngineError) {
        do { try transaction.commit(positions) } catch { throw EngineError(translating: error, "commit") }
    }

    func abort() throws(EngineError) {
        do { try transaction.abort() } catch { throw EngineError(translating: error, "abort") }
    }
}

extension EngineError {
    /// Brings the errors of the layers below to one type; `place` names where it happened.
    init(translating error: any Error, _ place: String) {
        switch error {
        case let error as EngineError: self = error
        case let error as BrokerError:
            let kind: Kind =
                switch error.kind {
                case .unknownTopic: .unknownTopic
                case .unknownPartition: .unknownPartition
                case .locked: .locked
                case .fenced: .fenced
                case .inputOutput: .inputOutput
                case .topicExists, .invalidRequest, .invalidTopicName, .invalidPartitions, .invalidSetting, .transaction, .refused: .invalidRequest
                case .damaged: .corruptBatch
                }
            self.init(kind, error.description)
        case let error as TransactionError:
            let kind: Kind =
                switch error.code {
                case .producerFenced, .invalidProducerEpoch, .invalidProducerIDMapping: .fenced
                case .kafkaStorageError: .inputOutput
                default: .invalidRequest
                }
            self.init(kind, "\(place): \(error)")
        case let error as LogError:
            let kind: Kind =
                switch error {
                case .offsetOutOfRange: .offsetOutOfRange
                case .corruptBatch, .damagedFile: .corruptBatch
                case .fencedProducer, .outOfOrderSequence, .invalidTransactionState: .fenced
                case .offline, .closed: .offline
                default: .invalidRequest
                }
            self.init(kind, "\(place): \(error)")
        default: self.init(.inputOutput, "\(place): \(error)")
        }
    }
}
