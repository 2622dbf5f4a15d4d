// A record of `__transaction_state` (Kafka: TransactionLogKey.json, TransactionLogValue.json).
//   key, version 0:   version i16 = 0 | transactional id string
//   value, version 1: version i16 = 1 | producer id i64 | producer epoch i16 | timeout ms i32 | status i8
//                     | partitions: compact array of (topic compact string, compact array of i32, tagged fields)
//                     | last update ms i64 | start ms i64 | tagged fields
// Version 1 is flexible, so readers step over tags they do not know. Leat adds one, tag 10,000, with what makes the record the
// whole commit ("The commit, embedded", streams design):
//   consumed offsets: compact array of (group, topic: compact strings, partition i32, offset i64, leader epoch i32, metadata compact string)

/// Where a transaction stands, as Kafka numbers it.
public enum TransactionStatus: Int8, Sendable {
    case empty = 0, ongoing, prepareCommit, prepareAbort, completeCommit, completeAbort, dead
}

/// The state of one transactional id: with status `prepareCommit`, the durable fact that a commit is.
public struct TransactionRecord: Hashable, Sendable {
    public var transactionalID: String
    public var producerID: Int64
    public var producerEpoch: Int16
    public var status: TransactionStatus
    /// Partitions that hold data of the transaction, in ascending order.
    public var partitions: [TopicPartition]
    /// Consumed positions that become true with the commit.
    public var offsets: [OffsetCommit]
    public var startMilliseconds: Int64
    public var updateMilliseconds: Int64

    public init(
        transactionalID: String, producerID: Int64, producerEpoch: Int16, status: TransactionStatus,
        partitions: [TopicPartition] = [], offsets: [OffsetCommit] = [], startMilliseconds: Int64 = 0,
        updateMilliseconds: Int64 = 0
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.status = status
        self.partitions = partitions
        self.offsets = offsets
        self.startMilliseconds = startMilliseconds
        self.updateMilliseconds = updateMilliseconds
    }

    static let offsetsTag: UInt32 = 10_000

    public func encodeKey() -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Int16(0))
        writer.write(string: transactionalID)
        return writer.bytes
    }

    public func encodeValue() -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Int16(1))
        writer.write(producerID)
        writer.write(producerEpoch)
        writer.write(Int32(60_000))
        writer.write(status.rawValue)
        let topics = partitions.reduce(into: [(topic: String, partitions: [Int32])]()) { topics, next in
            if topics.last?.topic == next.topic {
                topics[topics.count - 1].partitions.append(next.partition)
            } else {
                topics.append((next.topic, [next.partition]))
            }
        }
        writer.write(compactCount: topics.count)
        for topic in topics {
            writer.write(compactString: topic.topic)
            writer.write(compactCount: topic.partitions.count)
            for partition in topic.partitions { writer.write(partition) }
            writer.write(unsignedVarint: 0)
        }
        writer.write(updateMilliseconds)
        writer.write(startMilliseconds)
        guard !offsets.isEmpty else {
            writer.write(unsignedVarint: 0)
            return writer.bytes
        }
        let tagged = encodeOffsets()
        writer.write(unsignedVarint: 1)
        writer.write(unsignedVarint: Self.offsetsTag)
        writer.write(unsignedVarint: UInt32(tagged.count))
        writer.bytes.append(contentsOf: tagged)
        return writer.bytes
    }

    private func encodeOffsets() -> [UInt8] {
        var writer = FieldWriter()
        writer.write(compactCount: offsets.count)
        for commit in offsets {
            writer.write(compactString: commit.group)
            writer.write(compactString: commit.partition.topic)
            writer.write(commit.partition.partition)
            writer.write(commit.position.offset)
            writer.write(commit.position.leaderEpoch)
            writer.write(compactString: commit.position.metadata)
        }
        return writer.bytes
    }

    public static func decode(
        key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer
    ) throws(CoordinationError) -> TransactionRecord {
        var keyReader = FieldReader(key)
        _ = try keyReader.read(Int16.self)
        let identifier = try keyReader.readString()
        var reader = FieldReader(value)
        let version = try reader.read(Int16.self)
        guard version == 1 else { throw CoordinationError("transaction state of version \(version), expected 1") }
        let producerID = try reader.read(Int64.self)
        let epoch = try reader.read(Int16.self)
        _ = try reader.read(Int32.self)
        let code = try reader.read(Int8.self)
        guard let status = TransactionStatus(rawValue: code) else {
            throw CoordinationError("transaction \(identifier) has the unknown status \(code)")
        }
        var record = TransactionRecord(
            transactionalID: identifier, producerID: producerID, producerEpoch: epoch, status: status)
        record.partitions = try decodePartitions(&reader)
        record.updateMilliseconds = try reader.read(Int64.self)
        record.startMilliseconds = try reader.read(Int64.self)
        for _ in 0..<(try reader.readUnsignedVarint()) {
            let tag = try reader.readUnsignedVarint()
            let size = Int(try reader.readUnsignedVarint())
            if tag == offsetsTag {
                record.offsets = try decodeOffsets(&reader)
            } else {
                try reader.skip(size)
            }
        }
        return record
    }

    private static func decodePartitions(_ reader: inout FieldReader) throws(CoordinationError) -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 3)) {
            let topic = try reader.readCompactString()
            for _ in 0..<(try reader.readCompactCount(minimumBytes: 4)) {
                partitions.append(TopicPartition(topic, try reader.read(Int32.self)))
            }
            guard try reader.readUnsignedVarint() == 0 else {
                throw CoordinationError("unknown tagged fields in a transaction's partitions")
            }
        }
        return partitions
    }

    private static func decodeOffsets(_ reader: inout FieldReader) throws(CoordinationError) -> [OffsetCommit] {
        var offsets: [OffsetCommit] = []
        for _ in 0..<(try reader.readCompactCount(minimumBytes: 19)) {
            let group = try reader.readCompactString()
            let topic = try reader.readCompactString()
            let partition = try reader.read(Int32.self)
            let offset = try reader.read(Int64.self)
            let epoch = try reader.read(Int32.self)
            let metadata = try reader.readCompactString()
            offsets.append(
                OffsetCommit(
                    group: group, partition: TopicPartition(topic, partition),
                    position: OffsetAndMetadata(offset: offset, leaderEpoch: epoch, metadata: metadata)))
        }
        return offsets
    }
}
