public import Coordination
public import Records
import LogStorage
import Synchronization

/// An open transaction of the embedded broker.
///
/// Thread rule: `append` from any thread, one thread a partition at a time; `commit` and `abort` when no append is under way.
public final class BrokerTransaction: Sendable {
    private let broker: Broker
    private let record: TransactionRecord
    /// The next sequence number in each partition that has data of this transaction.
    private let sequences = Mutex<[TopicPartition: Int32]>([:])

    init(broker: Broker, record: TransactionRecord) {
        self.broker = broker
        self.record = record
    }

    /// Ends the builder's batch under this transaction and appends it; the builder is empty afterwards. Returns the last offset.
    @discardableResult
    public func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws -> Int64 {
        let log = try broker.partition(partition)
        let count = builder.recordCount
        let sequence = sequences.withLock { sequences -> Int32? in
            defer { sequences[partition] = (sequences[partition] ?? 0) &+ count }
            return sequences[partition]
        }
        if sequence == nil { broker.enlist(partition, in: record) }
        builder.producerId = record.producerID
        builder.producerEpoch = record.producerEpoch
        builder.baseSequence = sequence ?? 0
        builder.isTransactional = true
        return try log.append(batches: try builder.finish(), leaderEpoch: 0).lastOffset
    }

    /// Makes data and positions durable and visible as one.
    public func commit(_ positions: [OffsetCommit]) throws {
        var record = record
        record.partitions = sequences.withLock { $0.keys.sorted() }
        record.offsets = positions
        try broker.commit(record)
    }

    public func abort() throws {
        var record = record
        record.partitions = sequences.withLock { $0.keys.sorted() }
        try broker.abort(record)
    }
}
