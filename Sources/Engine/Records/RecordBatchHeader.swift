// A record batch, magic 2 (Kafka's documentation, "Message Format"; DefaultRecordBatch.java). Big-endian.
//
//  at  size  field
//   0     8  base offset: the offset of the first record; written by the log
//   8     4  length: bytes after this field, so the whole batch is 12 bytes longer
//  12     4  leader epoch; written by the log
//  16     1  magic: 2
//  17     4  CRC-32C of everything from the attributes to the end
//  21     2  attributes: bits 0-2 compression, 3 timestamps are the log's, 4 transactional, 5 control, 6 delete horizon
//  23     4  last offset delta: last offset minus base offset
//  27     8  first timestamp (milliseconds); the delete horizon when bit 6 is set
//  35     8  max timestamp (milliseconds)
//  43     8  producer id, -1 for none
//  51     2  producer epoch, -1 for none
//  53     4  base sequence, -1 for none
//  57     4  record count
//  61        records, compressed as one run

/// The 61 bytes before the records of a batch. Base offset and leader epoch are not under the checksum, so the log
/// writes them over in place.
public struct RecordBatchHeader: Sendable, Equatable {
    public static let size = 61
    /// Bytes before what `length` counts.
    public static let lengthOverhead = 12

    public internal(set) var baseOffset: Int64
    /// Bytes of the whole batch, header included.
    public internal(set) var byteCount: Int
    public internal(set) var leaderEpoch: Int32
    public internal(set) var checksum: UInt32
    public internal(set) var attributes: RecordBatchAttributes
    public internal(set) var lastOffsetDelta: Int32
    public internal(set) var firstTimestamp: Int64
    public internal(set) var maxTimestamp: Int64
    public internal(set) var producerId: Int64
    public internal(set) var producerEpoch: Int16
    public internal(set) var baseSequence: Int32
    public internal(set) var recordCount: Int32

    public var lastOffset: Int64 { baseOffset + Int64(lastOffsetDelta) }
    /// The offset after the last one.
    public var nextOffset: Int64 { lastOffset + 1 }
    /// The sequence number of the last record; after Int32.max comes 0.
    public var lastSequence: Int32 {
        guard baseSequence >= 0 else { return -1 }
        return Int32((Int64(baseSequence) + Int64(lastOffsetDelta)) % (Int64(Int32.max) + 1))
    }
    /// Whether an idempotent or transactional producer wrote it.
    public var hasProducer: Bool { producerId >= 0 }

    /// Reads and checks the header at the start of `bytes`, which may hold more or less than the batch: only the
    /// header must be there. The checksum is not looked at.
    public init(_ bytes: RawSpan) throws(RecordError) {
        guard bytes.byteCount >= Self.size else {
            throw .truncated(needed: Self.size, available: bytes.byteCount)
        }
        let magic = bytes.bigEndian(Int8.self, at: 16)
        guard magic == 2 else { throw .unsupportedMagic(magic) }
        let length = bytes.bigEndian(Int32.self, at: 8)
        guard length >= Int32(Self.size - Self.lengthOverhead) else {
            throw .invalidHeader(field: "length", value: Int64(length))
        }
        byteCount = Int(length) + Self.lengthOverhead
        baseOffset = bytes.bigEndian(Int64.self, at: 0)
        leaderEpoch = bytes.bigEndian(Int32.self, at: 12)
        checksum = bytes.bigEndian(UInt32.self, at: 17)
        attributes = RecordBatchAttributes(rawValue: bytes.bigEndian(Int16.self, at: 21))
        lastOffsetDelta = bytes.bigEndian(Int32.self, at: 23)
        firstTimestamp = bytes.bigEndian(Int64.self, at: 27)
        maxTimestamp = bytes.bigEndian(Int64.self, at: 35)
        producerId = bytes.bigEndian(Int64.self, at: 43)
        producerEpoch = bytes.bigEndian(Int16.self, at: 51)
        baseSequence = bytes.bigEndian(Int32.self, at: 53)
        recordCount = bytes.bigEndian(Int32.self, at: 57)
        guard lastOffsetDelta >= 0 else { throw .invalidHeader(field: "last offset delta", value: Int64(lastOffsetDelta)) }
        guard recordCount >= 0 else { throw .invalidHeader(field: "record count", value: Int64(recordCount)) }
        guard baseOffset >= -1, baseOffset <= Int64.max - Int64(Int32.max) - 1 else {
            throw .invalidHeader(field: "base offset", value: baseOffset)
        }
    }

    /// Reads the header of a batch that must be whole within `bytes`, and checks its checksum.
    public init(checking bytes: RawSpan) throws(RecordError) {
        try self.init(bytes)
        guard byteCount <= bytes.byteCount else { throw .truncated(needed: byteCount, available: bytes.byteCount) }
        let computed = Checksum.crc32c(bytes.extracting(21..<byteCount))
        guard computed == checksum else { throw .checksumMismatch(stored: checksum, computed: computed) }
    }

    public var compression: CompressionCodec? { attributes.compression }

    /// The header as it is once the log has assigned `baseOffset`.
    public func moved(to baseOffset: Int64) -> RecordBatchHeader {
        var header = self
        header.baseOffset = baseOffset
        return header
    }
}

/// Bits of a batch's attributes.
public struct RecordBatchAttributes: RawRepresentable, Sendable, Equatable {
    public var rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    public init(
        compression: CompressionCodec, timestampsAreLogs: Bool = false, isTransactional: Bool = false, isControl: Bool = false
    ) {
        rawValue =
            compression.rawValue | (timestampsAreLogs ? 0x08 : 0) | (isTransactional ? 0x10 : 0) | (isControl ? 0x20 : 0)
    }

    /// `nil` for a codec that is not known.
    public var compression: CompressionCodec? { CompressionCodec(rawValue: rawValue & 0x07) }
    /// Every record's time is the batch's max timestamp, set by the log when it was appended.
    public var timestampsAreLogs: Bool { rawValue & 0x08 != 0 }
    public var isTransactional: Bool { rawValue & 0x10 != 0 }
    public var isControl: Bool { rawValue & 0x20 != 0 }
    public var hasDeleteHorizon: Bool { rawValue & 0x40 != 0 }
}
