// A record within a batch's (decompressed) records (Kafka's documentation, "Record"; DefaultRecord.java):
//
//   length varint: bytes after it       attributes i8, unused
//   timestamp delta varint (64 bits)    offset delta varint
//   key length varint, -1 for none      key
//   value length varint, -1 for none    value
//   header count varint, then for each: key length varint, key (UTF-8), value length varint (-1 for none), value

/// One record, seen in place: it lives no longer than the bytes it is in.
public struct RecordView: ~Escapable {
    public let offset: Int64
    /// Milliseconds since 1970, or -1 for none.
    public let timestamp: Int64
    private let bytes: RawSpan
    private let keyRange: FieldRange
    private let valueRange: FieldRange
    private let headersStart: Int
    public let headerCount: Int

    @_lifetime(copy bytes)
    init(
        offset: Int64, timestamp: Int64, bytes: RawSpan, key: FieldRange, value: FieldRange, headersStart: Int,
        headerCount: Int
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.bytes = bytes
        keyRange = key
        valueRange = value
        self.headersStart = headersStart
        self.headerCount = headerCount
    }

    public var hasKey: Bool { keyRange.count >= 0 }
    /// False for a tombstone.
    public var hasValue: Bool { valueRange.count >= 0 }

    /// The key's bytes; empty when there is none (`hasKey`).
    public var key: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(unchecked: keyRange.start..<keyRange.end) }
    }

    /// The value's bytes; empty when there is none (`hasValue`).
    public var value: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(unchecked: valueRange.start..<valueRange.end) }
    }

    /// The headers, in order; they were checked when the record was read.
    public var headers: RecordHeaderCursor {
        @_lifetime(copy self)
        get { RecordHeaderCursor(bytes: bytes, position: headersStart, remaining: headerCount) }
    }

    /// A copy that lives on its own.
    public func copy() -> Record {
        var headers: [RecordHeader] = []
        headers.reserveCapacity(headerCount)
        var cursor = self.headers
        while let header = cursor.next() { headers.append(header.copy()) }
        return Record(
            offset: offset, timestamp: timestamp, key: hasKey ? [UInt8](copying: key) : nil,
            value: hasValue ? [UInt8](copying: value) : nil, headers: headers)
    }
}

/// Where a field lies; a negative count stands for none.
struct FieldRange {
    var start: Int
    var count: Int
    var end: Int { start + max(count, 0) }
}

/// One header of a record, seen in place.
public struct RecordHeaderView: ~Escapable {
    private let bytes: RawSpan
    private let keyRange: FieldRange
    private let valueRange: FieldRange

    @_lifetime(copy bytes)
    init(bytes: RawSpan, key: FieldRange, value: FieldRange) {
        self.bytes = bytes
        keyRange = key
        valueRange = value
    }

    public var hasValue: Bool { valueRange.count >= 0 }

    /// UTF-8.
    public var key: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(unchecked: keyRange.start..<keyRange.end) }
    }

    /// Empty when there is none (`hasValue`).
    public var value: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(unchecked: valueRange.start..<valueRange.end) }
    }

    public func copy() -> RecordHeader {
        RecordHeader(key: key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }, value: hasValue ? [UInt8](copying: value) : nil)
    }
}

/// Goes through the headers of one record.
public struct RecordHeaderCursor: ~Escapable {
    private let bytes: RawSpan
    private var position: Int
    private var remaining: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan, position: Int, remaining: Int) {
        self.bytes = bytes
        self.position = position
        self.remaining = remaining
    }

    @_lifetime(copy self)
    public mutating func next() -> RecordHeaderView? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        guard let key = try? bytes.field(at: &position), let value = try? bytes.field(at: &position) else { return nil }
        return RecordHeaderView(bytes: bytes, key: key, value: value)
    }
}

extension RawSpan {
    /// Reads a length and passes over that many bytes; -1 stands for none.
    @inline(__always)
    func field(at position: inout Int) throws(VarintFailure) -> FieldRange {
        let length = try varint(at: &position)
        guard length >= -1 else { throw .tooLong }
        guard length <= Int64(byteCount - position) else { throw .truncated }
        let range = FieldRange(start: position, count: Int(length))
        position = range.end
        return range
    }
}

extension [UInt8] {
    init(copying span: RawSpan) {
        self = span.withUnsafeBytes { Array($0) }
    }
}
