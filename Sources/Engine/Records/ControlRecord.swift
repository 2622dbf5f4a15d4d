// A control record (Kafka's documentation, "Control Batches"): key: version i16 = 0, type i16 (0 abort, 1 commit);
// value of these two (EndTxnMarker): version i16 = 0, coordinator epoch i32. Big-endian.

/// The end of a transaction, as the one record of a control batch.
public struct EndTransactionMarker: Sendable, Equatable {
    public var isCommit: Bool
    public var coordinatorEpoch: Int32

    public init(isCommit: Bool, coordinatorEpoch: Int32 = 0) {
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// `nil` for a control record of another type, which readers skip.
    public init?(_ record: borrowing RecordView) throws(RecordError) {
        let key = record.key
        guard key.byteCount >= 4 else { throw .truncated(needed: 4, available: key.byteCount) }
        switch key.bigEndian(Int16.self, at: 2) {
        case 0: isCommit = false
        case 1: isCommit = true
        default: return nil
        }
        let value = record.value
        guard value.byteCount >= 6 else { throw .truncated(needed: 6, available: value.byteCount) }
        coordinatorEpoch = value.bigEndian(Int32.self, at: 2)
    }

    /// A whole control batch with this marker.
    public func batch(producerId: Int64, producerEpoch: Int16, timestamp: Int64) throws(RecordError) -> [UInt8] {
        let builder = RecordBatchBuilder(initialCapacity: 128)
        builder.producerId = producerId
        builder.producerEpoch = producerEpoch
        builder.isTransactional = true
        builder.isControl = true
        let epoch = UInt32(bitPattern: coordinatorEpoch)
        try builder.append(
            key: [0, 0, 0, isCommit ? 1 : 0],
            value: [0, 0] + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: epoch >> $0) },
            timestamp: timestamp)
        return try builder.finish()
    }
}
