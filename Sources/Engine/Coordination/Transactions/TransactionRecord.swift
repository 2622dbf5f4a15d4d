// A record of `__transaction_state` (Kafka: TransactionLogKey.json, TransactionLogValue.json).
//   key, version 0:   version i16 = 0 | transactional id string
//   value, version 1: version i16 = 1 | producer id i64 | producer epoch i16 | timeout ms i32 | status i8
//                     | partitions: compact array of (topic compact string, compact array of i32, tagged fields), null when empty
//                     | last update ms i64 | start ms i64 | tagged fields:
//   tag 0: previous producer id i64 · tag 1: next producer id i64 · tag 2: the client's transaction version i16
// Version 1 is flexible, so readers step over tags they do not know. Leat adds two, with what makes the record the whole commit
// ("The commit, embedded", streams design):
//   tag 10,000: consumed offsets: compact array of (group, topic: compact strings, partition i32, offset i64, leader epoch i32,
//               metadata compact string)
//   tag 10,001: the end of `__consumer_offsets` before these offsets were written to it, i64

/// Where a transaction stands, as Kafka numbers it.
public enum TransactionStatus: Int8, Sendable, CaseIterable {
    case empty = 0, ongoing, prepareCommit, prepareAbort, completeCommit, completeAbort, dead, prepareEpochFence

    /// As DescribeTransactions and ListTransactions name it.
    public var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .prepareCommit: "PrepareCommit"
        case .prepareAbort: "PrepareAbort"
        case .completeCommit: "CompleteCommit"
        case .completeAbort: "CompleteAbort"
        case .dead: "Dead"
        case .prepareEpochFence: "PrepareEpochFence"
        }
    }
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
    /// How long the transaction may stay open, in milliseconds.
    public var timeoutMilliseconds: Int32 = 60_000
    /// The producer id before the present one, -1 for none.
    public var previousProducerID: Int64 = -1
    /// The producer id that takes over when the transaction has ended, -1 for the same.
    public var nextProducerID: Int64 = -1
    /// Of the client that ends the transaction; from 2 on the epoch rises with each end (KIP-890).
    public var clientVersion: Int16 = 0
    /// The end of `__consumer_offsets` before ``offsets`` were written to it; -1 where it is not known.
    public var offsetsPosition: Int64 = -1

    /// The epoch of the transaction's data. A prepared record carries the epoch of its markers, which may be the next one.
    public var dataEpoch: Int16 {
        let isBumped = clientVersion >= 2 && (status == .prepareCommit || status == .prepareAbort)
        return isBumped ? producerEpoch - 1 : producerEpoch
    }

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
    static let offsetsPositionTag: UInt32 = 10_001

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
        writer.write(timeoutMilliseconds)
        writer.write(status.rawValue)
        encodePartitions(&writer)
        writer.write(updateMilliseconds)
        writer.write(startMilliseconds)
        encodeTags(&writer)
        return writer.bytes
    }

    private func encodePartitions(_ writer: inout FieldWriter) {
        // As Kafka: nothing, not an empty list, while there is no transaction.
        if status == .empty { return writer.write(unsignedVarint: 0) }
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
    }

    private func encodeTags(_ writer: inout FieldWriter) {
        var tags: [(UInt32, [UInt8])] = []
        func add(_ tag: UInt32, _ value: some FixedWidthInteger) {
            var field = FieldWriter()
            field.write(value)
            tags.append((tag, field.bytes))
        }
        if previousProducerID != -1 { add(0, previousProducerID) }
        if nextProducerID != -1 { add(1, nextProducerID) }
        if clientVersion != 0 { add(2, clientVersion) }
        if !offsets.isEmpty {
            tags.append((Self.offsetsTag, encodeOffsets()))
            if offsetsPosition >= 0 { add(Self.offsetsPositionTag, offsetsPosition) }
        }
        writer.write(unsignedVarint: UInt32(tags.count))
        for (tag, bytes) in tags {
            writer.write(unsignedVarint: tag)
            writer.write(unsignedVarint: UInt32(bytes.count))
            writer.bytes.append(contentsOf: bytes)
        }
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

    /// The transactional id of a key: all that a tombstone has.
    public static func decodeKey(_ key: UnsafeRawBufferPointer) throws(CoordinationError) -> String {
        var reader = FieldReader(key)
        _ = try reader.read(Int16.self)
        return try reader.readString()
    }

    public static func decode(
        key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer
    ) throws(CoordinationError) -> TransactionRecord {
        let identifier = try decodeKey(key)
        var reader = FieldReader(value)
        let version = try reader.read(Int16.self)
        guard version == 1 else { throw CoordinationError("transaction state of version \(version), expected 1") }
        let producerID = try reader.read(Int64.self)
        let epoch = try reader.read(Int16.self)
        let timeout = try reader.read(Int32.self)
        let code = try reader.read(Int8.self)
        guard let status = TransactionStatus(rawValue: code) else {
            throw CoordinationError("transaction \(identifier) has the unknown status \(code)")
        }
        var record = TransactionRecord(
            transactionalID: identifier, producerID: producerID, producerEpoch: epoch, status: status)
        record.timeoutMilliseconds = timeout
        record.partitions = try decodePartitions(&reader)
        record.updateMilliseconds = try reader.read(Int64.self)
        record.startMilliseconds = try reader.read(Int64.self)
        for _ in 0..<(try reader.readUnsignedVarint()) {
            let tag = try reader.readUnsignedVarint()
            let size = Int(try reader.readUnsignedVarint())
            switch tag {
            case 0: record.previousProducerID = try reader.read(Int64.self)
            case 1: record.nextProducerID = try reader.read(Int64.self)
            case 2: record.clientVersion = try reader.read(Int16.self)
            case offsetsTag: record.offsets = try decodeOffsets(&reader)
            case offsetsPositionTag: record.offsetsPosition = try reader.read(Int64.self)
            default: try reader.skip(size)
            }
        }
        return record
    }

    private static func decodePartitions(_ reader: inout FieldReader) throws(CoordinationError) -> [TopicPartition] {
        var partitions: [TopicPartition] = []
        guard try reader.peek() != 0 else {
            _ = try reader.read(UInt8.self)
            return []
        }
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

extension FieldReader {
    /// The next byte, which stays: 0 where a compact array is null.
    fileprivate func peek() throws(CoordinationError) -> UInt8 {
        var copy = self
        return try copy.read(UInt8.self)
    }
}
