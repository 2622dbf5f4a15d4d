/// Puts records together into one batch (magic 2; the format is above `RecordBatchHeader`), again and again with the same
/// buffers. One owner, one thread.
///
///     let builder = RecordBatchBuilder(compression: .zstd)
///     try builder.append(key: "a", value: "one", timestamp: now)
///     let bytes = try builder.finish()          // the builder is empty again
public final class RecordBatchBuilder {
    public let compression: CompressionCodec
    /// The codec's own scale; `nil` for its default.
    public var compressionLevel: Int32?
    /// All but these have to be set anew for each batch of an idempotent producer.
    public var producerId: Int64 = -1
    public var producerEpoch: Int16 = -1
    public var baseSequence: Int32 = -1
    public var isTransactional = false
    public var isControl = false
    /// For writing a batch anew, as compaction does: what stands in place of what the records would say. `nil` or false for a new batch.
    public var rewriting = Rewriting()

    /// Fields of a batch that are kept when some of its records go.
    public struct Rewriting: Sendable {
        public var lastOffsetDelta: Int32?
        /// Times are written relative to it; with `hasDeleteHorizon` it is that horizon.
        public var baseTimestamp: Int64?
        public var hasDeleteHorizon = false
        /// All records have this time, set by the log when they were appended.
        public var logAppendTime: Int64?

        public init() {}
    }

    public private(set) var recordCount: Int32 = 0
    private var lastOffsetDelta: Int32 = -1
    private var firstTimestamp: Int64 = -1
    private var maxTimestamp: Int64 = -1
    /// The header's place, then the records.
    private let plain: GrowableBytes
    private let packed: GrowableBytes
    private let compressor = Compressor()

    public init(compression: CompressionCodec = .none, initialCapacity: Int = 16 << 10) {
        self.compression = compression
        plain = GrowableBytes(capacity: max(initialCapacity, RecordBatchHeader.size))
        packed = GrowableBytes(capacity: compression == .none ? 0 : initialCapacity)
        plain.count = RecordBatchHeader.size
    }

    public var isEmpty: Bool { recordCount == 0 }
    /// Bytes of the batch so far, before compression.
    public var byteCount: Int { plain.count }
    /// The largest batch that the format can hold (its length is an i32).
    static let maximumBytes = Int(Int32.max)

    /// Adds a record. `timestamp`: milliseconds since 1970. `offsetDelta`: for batches with gaps; by default the next.
    public func append(
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [RecordHeader] = [], timestamp: Int64,
        offsetDelta: Int32? = nil
    ) throws(RecordError) {
        let offsetDelta = offsetDelta ?? lastOffsetDelta + 1
        guard offsetDelta > lastOffsetDelta, recordCount < Int32.max else {
            throw .invalidHeader(field: "offset delta", value: Int64(offsetDelta))
        }
        let first = rewriting.baseTimestamp ?? (isEmpty ? timestamp : firstTimestamp)
        let timestampDelta = timestamp &- first
        let size = try Self.bodySize(key, value, headers, timestampDelta, offsetDelta)
        guard size <= Self.maximumBytes - plain.count - 5 else { throw .tooLarge(limit: Self.maximumBytes) }
        plain.reserve(size + 10)
        var next = Varint.write(Int64(size), at: plain.start + plain.count)
        next.storeBytes(of: 0, as: UInt8.self)
        next = Varint.write(timestampDelta, at: next + 1)
        next = Varint.write(Int64(offsetDelta), at: next)
        next = Self.write(key, at: next)
        next = Self.write(value, at: next)
        next = Varint.write(Int64(headers.count), at: next)
        for header in headers {
            next = Self.write(header, at: next)
        }
        plain.count = next - plain.start
        firstTimestamp = first
        maxTimestamp = isEmpty ? timestamp : max(maxTimestamp, timestamp)
        lastOffsetDelta = offsetDelta
        recordCount += 1
    }

    /// Ends the batch and hands it out; the builder is empty again, its settings stay. `baseOffset` and `leaderEpoch`
    /// are the log's to assign.
    public func finish(baseOffset: Int64 = 0, leaderEpoch: Int32 = -1) throws(RecordError) -> [UInt8] {
        Array(try finishInPlace(baseOffset: baseOffset, leaderEpoch: leaderEpoch))
    }

    /// Ends the batch and adds it to `bytes`.
    public func finish(into bytes: inout [UInt8], baseOffset: Int64 = 0, leaderEpoch: Int32 = -1) throws(RecordError) {
        bytes.append(contentsOf: try finishInPlace(baseOffset: baseOffset, leaderEpoch: leaderEpoch))
    }

    /// Forgets the records added so far.
    public func reset() {
        plain.count = RecordBatchHeader.size
        recordCount = 0
        lastOffsetDelta = -1
        firstTimestamp = -1
        maxTimestamp = -1
    }

    /// The bytes stay valid until the next call on this builder.
    private func finishInPlace(baseOffset: Int64, leaderEpoch: Int32) throws(RecordError) -> UnsafeRawBufferPointer {
        guard !isEmpty else { throw .invalidHeader(field: "record count", value: 0) }
        var whole = plain
        if compression != .none {
            packed.count = RecordBatchHeader.size
            let records = UnsafeRawBufferPointer(rebasing: plain.used[RecordBatchHeader.size...])
            try compressor.compress(records, codec: compression, level: compressionLevel, into: packed)
            guard packed.count <= Self.maximumBytes else { throw .tooLarge(limit: Self.maximumBytes) }
            whole = packed
        }
        let start = whole.start
        start.storeBigEndian(baseOffset, at: 0)
        start.storeBigEndian(Int32(whole.count - RecordBatchHeader.lengthOverhead), at: 8)
        start.storeBigEndian(leaderEpoch, at: 12)
        start.storeBigEndian(Int8(2), at: 16)
        let attributes = RecordBatchAttributes(
            compression: compression, timestampsAreLogs: rewriting.logAppendTime != nil, isTransactional: isTransactional,
            isControl: isControl)
        start.storeBigEndian(attributes.rawValue | (rewriting.hasDeleteHorizon ? 0x40 : 0), at: 21)
        start.storeBigEndian(rewriting.lastOffsetDelta ?? lastOffsetDelta, at: 23)
        start.storeBigEndian(firstTimestamp, at: 27)
        start.storeBigEndian(rewriting.logAppendTime ?? maxTimestamp, at: 35)
        start.storeBigEndian(producerId, at: 43)
        start.storeBigEndian(producerEpoch, at: 51)
        start.storeBigEndian(baseSequence, at: 53)
        start.storeBigEndian(recordCount, at: 57)
        start.storeBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: whole.used[21...])), at: 17)
        let batch = whole.used
        reset()
        return batch
    }

    /// Bytes of a record after its length.
    private static func bodySize(
        _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?, _ headers: [RecordHeader], _ timestampDelta: Int64,
        _ offsetDelta: Int32
    ) throws(RecordError) -> Int {
        var size = 1 + Varint.size(timestampDelta) + Varint.size(Int64(offsetDelta)) + Varint.size(Int64(headers.count))
        size += fieldSize(key?.count) + fieldSize(value?.count)
        for header in headers {
            size += fieldSize(header.key.utf8.count) + fieldSize(header.value?.count)
        }
        guard size <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
        return size
    }

    @inline(__always)
    private static func fieldSize(_ count: Int?) -> Int {
        guard let count else { return 1 }
        return Varint.size(Int64(count)) + count
    }

    @inline(__always)
    private static func write(
        _ field: UnsafeRawBufferPointer?, at pointer: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        guard let field else { return Varint.write(-1, at: pointer) }
        let next = Varint.write(Int64(field.count), at: pointer)
        if let start = field.baseAddress { next.copyMemory(from: start, byteCount: field.count) }
        return next + field.count
    }

    private static func write(_ header: RecordHeader, at pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var key = header.key
        let next = key.withUTF8 { write(UnsafeRawBufferPointer($0), at: pointer) }
        guard let value = header.value else { return Varint.write(-1, at: next) }
        return value.withUnsafeBytes { write($0, at: next) }
    }
}

extension RecordBatchBuilder {
    public func append(
        key: RawSpan, value: RawSpan, headers: [RecordHeader] = [], timestamp: Int64
    ) throws(RecordError) {
        try key.withUnsafeBytes { (key) throws(RecordError) in
            try value.withUnsafeBytes { (value) throws(RecordError) in
                try append(key: key, value: value, headers: headers, timestamp: timestamp)
            }
        }
    }

    public func append(
        key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [], timestamp: Int64, offsetDelta: Int32? = nil
    ) throws(RecordError) {
        var failure: RecordError?
        (key ?? []).withUnsafeBytes { keyBytes in
            (value ?? []).withUnsafeBytes { valueBytes in
                do throws(RecordError) {
                    try append(
                        key: key == nil ? nil : keyBytes, value: value == nil ? nil : valueBytes, headers: headers,
                        timestamp: timestamp, offsetDelta: offsetDelta)
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
    }

    public func append(
        key: String?, value: String?, headers: [RecordHeader] = [], timestamp: Int64
    ) throws(RecordError) {
        try append(
            key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) }, headers: headers, timestamp: timestamp)
    }
}
