public import Coordination
public import Records
import LogStorage
import Synchronization

/// An open transaction of the embedded broker.
///
/// Thread rule: `append` from any thread, also to one partition at once; `commit` and `abort` when no append is under way.
public final class BrokerTransaction: Sendable {
    private let broker: Broker
    private let record: TransactionRecord
    /// One for each partition that has data of this transaction.
    private let lanes = Mutex<[TopicPartition: Lane]>([:])

    /// Holds the partition's next sequence number while a batch takes it and is appended: batches must arrive in the order of their numbers.
    private final class Lane: Sendable {
        let nextSequence = Mutex<Int32>(0)
    }

    init(broker: Broker, record: TransactionRecord) {
        self.broker = broker
        self.record = record
    }

    /// Ends the builder's batch under this transaction and appends it; the builder is empty afterwards. Returns the last offset.
    @discardableResult
    public func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws -> Int64 {
        let log = try broker.partition(partition)
        let (lane, isNew) = lanes.withLock { lanes -> (Lane, Bool) in
            if let lane = lanes[partition] { return (lane, false) }
            let lane = Lane()
            lanes[partition] = lane
            return (lane, true)
        }
        if isNew { broker.transactions.enlist(partition, in: record) }
        return try lane.nextSequence.withLock { sequence in
            let count = builder.recordCount
            builder.producerId = record.producerID
            builder.producerEpoch = record.producerEpoch
            builder.baseSequence = sequence
            builder.isTransactional = true
            let last = try log.append(batches: try builder.finish(), leaderEpoch: 0).lastOffset
            sequence &+= count
            return last
        }
    }

    /// Makes data and positions durable and visible as one.
    public func commit(_ positions: [OffsetCommit]) throws {
        var record = record
        record.partitions = lanes.withLock { $0.keys.sorted() }
        record.offsets = positions
        try broker.transactions.commitEmbedded(record)
    }

    public func abort() throws {
        var record = record
        record.partitions = lanes.withLock { $0.keys.sorted() }
        try broker.transactions.abortEmbedded(record)
    }
}
