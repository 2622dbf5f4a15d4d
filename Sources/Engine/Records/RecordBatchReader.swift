/// Reads the records of batches. Buffers are reused from batch to batch: one thread at a time.
public final class RecordBatchReader {
    private let decompressor: Decompressor

    public init(limits: DecompressionLimits = DecompressionLimits()) {
        decompressor = Decompressor(limits: limits)
    }

    /// Calls `body` with each record of the batch at the start of `batch`, in order, in place; answers the header, whose
    /// `byteCount` is where the next batch begins. Records are checked one by one: `body` may have been called for
    /// earlier ones when a later one throws.
    @discardableResult
    public func forEachRecord(
        in batch: RawSpan, verifyingChecksum: Bool = true, _ body: (borrowing RecordView) throws -> Void
    ) throws -> RecordBatchHeader {
        let header = try wholeBatch(batch, verifyingChecksum: verifyingChecksum)
        let packed = batch.extracting(RecordBatchHeader.size..<header.byteCount)
        let codec = try Self.codec(of: header)
        if codec == .none {
            try Self.visit(packed, header, body)
        } else {
            try packed.withUnsafeBytes { try Self.visit(decompressor.decompress($0, codec: codec).bytes, header, body) }
        }
        return header
    }

    /// The batch at the start of `batch` with records of its own, which may be kept and read later.
    public func decode(_ batch: RawSpan, verifyingChecksum: Bool = true) throws(RecordError) -> DecodedRecordBatch {
        let header = try wholeBatch(batch, verifyingChecksum: verifyingChecksum)
        let packed = batch.extracting(RecordBatchHeader.size..<header.byteCount)
        let codec = try Self.codec(of: header)
        let records = try packed.withUnsafeBytes { (bytes) throws(RecordError) -> [UInt8] in
            Array(try decompressor.decompress(bytes, codec: codec))
        }
        return DecodedRecordBatch(header: header, recordBytes: records)
    }

    /// Copies of all records of all batches in `bytes`, which holds whole batches back to back.
    public func records(in bytes: [UInt8], verifyingChecksum: Bool = true) throws -> [Record] {
        var records: [Record] = []
        var position = 0
        let span = bytes.span.bytes
        while position < span.byteCount {
            let header = try forEachRecord(
                in: span.extracting(position..<span.byteCount), verifyingChecksum: verifyingChecksum
            ) { records.append($0.copy()) }
            position += header.byteCount
        }
        return records
    }

    private func wholeBatch(_ batch: RawSpan, verifyingChecksum: Bool) throws(RecordError) -> RecordBatchHeader {
        let header = verifyingChecksum ? try RecordBatchHeader(checking: batch) : try RecordBatchHeader(batch)
        guard header.byteCount <= batch.byteCount else {
            throw .truncated(needed: header.byteCount, available: batch.byteCount)
        }
        return header
    }

    private static func codec(of header: RecordBatchHeader) throws(RecordError) -> CompressionCodec {
        guard let codec = header.compression else { throw .unsupportedCompression(header.attributes.rawValue & 7) }
        return codec
    }

    private static func visit(
        _ records: RawSpan, _ header: RecordBatchHeader, _ body: (borrowing RecordView) throws -> Void
    ) throws {
        var cursor = RecordCursor(records: records, header: header)
        while let record = try cursor.next() { try body(record) }
    }
}

/// A batch whose records are unpacked and its own.
public struct DecodedRecordBatch: Sendable {
    public let header: RecordBatchHeader
    /// The records, decompressed, as a `RecordCursor` reads them.
    public let recordBytes: [UInt8]

    public init(header: RecordBatchHeader, recordBytes: [UInt8]) {
        self.header = header
        self.recordBytes = recordBytes
    }

    public func forEachRecord(_ body: (borrowing RecordView) throws -> Void) throws {
        var cursor = RecordCursor(records: recordBytes.span.bytes, header: header)
        while let record = try cursor.next() { try body(record) }
    }

    /// A copy of the record at `place`, which moves on; `nil` after the last.
    public func record(at place: inout RecordCursor.Place) throws -> Record? {
        var cursor = RecordCursor(records: recordBytes.span.bytes, header: header, place: place)
        guard let record = try cursor.next() else { return nil }
        let copy = record.copy()
        place = cursor.place
        return copy
    }
}
