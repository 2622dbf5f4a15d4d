public import Records

/// Records of a few batches, side by side: their bytes once, and where in them each record's parts are.
///
/// Meant to be reused: a fetch empties and refills it without giving back its memory.
public struct RecordSet: Sendable {
    /// Where one record's parts lie in ``bytes``.
    struct Entry: Sendable {
        var offset: Int64
        /// Milliseconds since 1970.
        var timestamp: Int64
        /// Nil for a null key.
        var key: Range<Int>?
        /// Nil for a null value (a tombstone).
        var value: Range<Int>?
        var headers: Range<Int>
        var headerCount: Int
    }

    var bytes: [UInt8] = []
    var entries: [Entry] = []
    /// Where the next fetch goes on; past control batches and aborted records that hold no entry.
    public var nextOffset: Int64 = 0

    public init() {}

    public var count: Int { entries.count }
    public var isEmpty: Bool { entries.isEmpty }
    /// Bytes held for records.
    public var byteCount: Int { bytes.count }

    public func offset(at index: Int) -> Int64 { entries[index].offset }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// Copies a record in: the one copy between the log and a processor.
    public mutating func append(_ record: borrowing RecordView) {
        let key = record.hasKey ? append(record.key) : nil
        let value = record.hasValue ? append(record.value) : nil
        let start = bytes.count
        var headers = record.headers
        while let header = headers.next() {
            appendLength(header.key.byteCount)
            _ = append(header.key)
            appendLength(header.hasValue ? header.value.byteCount : -1)
            if header.hasValue { _ = append(header.value) }
        }
        entries.append(
            Entry(
                offset: record.offset, timestamp: record.timestamp, key: key, value: value, headers: start..<bytes.count,
                headerCount: record.headerCount))
    }

    /// Copies a record in that has memory of its own.
    public mutating func append(_ record: Record) {
        let key = record.key.map { append($0.span.bytes) }
        let value = record.value.map { append($0.span.bytes) }
        let start = bytes.count
        for header in record.headers {
            let name = Array(header.key.utf8)
            appendLength(name.count)
            _ = append(name.span.bytes)
            appendLength(header.value?.count ?? -1)
            if let value = header.value { _ = append(value.span.bytes) }
        }
        entries.append(
            Entry(
                offset: record.offset, timestamp: record.timestamp, key: key, value: value, headers: start..<bytes.count,
                headerCount: record.headers.count))
    }

    /// Copies bytes in that belong to somebody else, for an entry that is appended next.
    mutating func append(bytes source: UnsafeRawBufferPointer) -> Range<Int> {
        let start = bytes.count
        bytes.append(contentsOf: source)
        return start..<bytes.count
    }

    /// A header as ``FetchedRecord`` reads it.
    mutating func append(header key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        appendLength(key.count)
        bytes.append(contentsOf: key)
        appendLength(value?.count ?? -1)
        if let value { bytes.append(contentsOf: value) }
    }

    private mutating func append(_ span: RawSpan) -> Range<Int> {
        let start = bytes.count
        span.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return start..<bytes.count
    }

    private mutating func appendLength(_ length: Int) {
        withUnsafeBytes(of: Int32(clamping: length)) { bytes.append(contentsOf: $0) }
    }

    /// Calls `body` with a view of one record, valid during the call.
    public func withRecord<Result, Failure: Error>(
        at index: Int, _ body: (borrowing FetchedRecord) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            try body(FetchedRecord(bytes: UnsafeRawBufferPointer(buffer), entry: entries[index]))
        }
    }
}
