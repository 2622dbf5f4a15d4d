// Values with a length before them: texts, bytes, records.
extension WireCoder {
    /// The most bytes a text may have: its plain form counts them in 16 bits, and Kafka keeps the bound for the compact form.
    static var longestString: Int { 0x7fff }

    public mutating func string(_ value: inout String, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else { return try append(value, field) }
        guard let range = try stringRange(field) else { throw error(.unexpectedNull, field) }
        value = text(range)
    }

    /// A text or null; null is refused below version `nullableFrom`.
    public mutating func nullableString(
        _ value: inout String?, _ field: StaticString, from: Int16 = 0, until: Int16 = .max, nullableFrom: Int16 = 0
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else {
            guard let value else { return try appendNull(isShort: true, nullableFrom, field) }
            return try append(value, field)
        }
        guard let range = try stringRange(field) else { return value = try null(nullableFrom, field) }
        value = text(range)
    }

    public mutating func bytes(_ value: inout [UInt8], _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else { return try append(value, field) }
        guard let range = try blockRange(field) else { throw error(.unexpectedNull, field) }
        value = Array(frame[range])
    }

    /// Bytes or null; null is refused below version `nullableFrom`.
    public mutating func nullableBytes(
        _ value: inout [UInt8]?, _ field: StaticString, from: Int16 = 0, until: Int16 = .max, nullableFrom: Int16 = 0
    ) throws(WireError) {
        guard isPresent(from, until) else { return }
        guard isReading else {
            guard let value else { return try appendNull(isShort: false, nullableFrom, field) }
            return try append(value, field)
        }
        guard let range = try blockRange(field) else { return value = try null(nullableFrom, field) }
        value = Array(frame[range])
    }

    /// Record batches, which stay where they are: reading gives their place in the frame.
    public mutating func records(_ value: inout WireRecords, _ field: StaticString) throws(WireError) {
        guard isReading else { return try append(value, field) }
        guard let range = try blockRange(field) else { return value = .null }
        value = .frame(range)
    }

    // MARK: Reading

    private func text(_ range: Range<Int>) -> String { String(decoding: frame[range], as: UTF8.self) }

    private func null<Value>(_ nullableFrom: Int16, _ field: StaticString) throws(WireError) -> Value? {
        guard version >= nullableFrom else { throw error(.unexpectedNull, field) }
        return nil
    }

    private mutating func stringRange(_ field: StaticString) throws(WireError) -> Range<Int>? {
        let start = position
        let range: Range<Int>?
        if isFlexible {
            range = try blockRange(field)
        } else {
            var short: Int16 = 0
            try integer(&short, field)
            range = try take(Int(short), field, at: start)
        }
        if let count = range?.count, count > Self.longestString { throw error(.tooLong(byteCount: count), field, at: start) }
        return range
    }

    private mutating func blockRange(_ field: StaticString) throws(WireError) -> Range<Int>? {
        let start = position
        return try take(try length(field), field, at: start)
    }

    /// A count: -1 is null.
    mutating func length(_ field: StaticString) throws(WireError) -> Int {
        guard !isFlexible else { return Int(try unsignedVarint(field)) - 1 }
        var plain: Int32 = 0
        try integer(&plain, field)
        return Int(plain)
    }

    private mutating func take(_ count: Int, _ field: StaticString, at start: Int) throws(WireError) -> Range<Int>? {
        guard count >= 0 else {
            guard count == -1 else { throw error(.negativeLength(count), field, at: start) }
            return nil
        }
        guard count <= left else { throw error(.truncated(needed: count, left: left), field) }
        defer { position += count }
        return position..<position + count
    }

    // MARK: Writing

    private mutating func append(_ value: String, _ field: StaticString) throws(WireError) {
        let count = value.utf8.count
        guard count <= Self.longestString else { throw error(.tooLong(byteCount: count), field) }
        if isFlexible { appendUnsignedVarint(UInt32(count) + 1) } else { append(Int16(count)) }
        output.append(contentsOf: value.utf8)
    }

    private mutating func append(_ value: [UInt8], _ field: StaticString) throws(WireError) {
        try appendLength(value.count, field)
        output.append(contentsOf: value)
    }

    private mutating func append(_ value: WireRecords, _ field: StaticString) throws(WireError) {
        switch value {
        case .null:
            try appendNull(isShort: false, 0, field)
        case .bytes(let bytes):
            try append(bytes, field)
        case .frame(let range):
            guard range.lowerBound >= 0, range.upperBound <= frame.count else { throw error(.recordsElsewhere, field) }
            try appendLength(range.count, field)
            output.append(contentsOf: frame[range])
        case .external(let index, let byteCount):
            try appendLength(byteCount, field)
            guard byteCount > 0 else { return }
            closePiece()
            pieces.append(.records(index: index, byteCount: byteCount))
            pieceByteCount += byteCount
        }
    }

    /// Ends the piece that is being written, so that something else can stand behind it.
    mutating func closePiece() {
        guard !output.isEmpty else { return }
        pieceByteCount += output.count
        pieces.append(.bytes(output))
        output = []
    }

    mutating func appendLength(_ count: Int, _ field: StaticString) throws(WireError) {
        guard count >= 0, count <= Int(Int32.max) else { throw error(.tooLong(byteCount: count), field) }
        if isFlexible { appendUnsignedVarint(UInt32(count) + 1) } else { append(Int32(count)) }
    }

    mutating func appendNull(isShort: Bool, _ nullableFrom: Int16, _ field: StaticString) throws(WireError) {
        guard version >= nullableFrom else { throw error(.unexpectedNull, field) }
        if isFlexible {
            output.append(0)
        } else if isShort {
            append(Int16(-1))
        } else {
            append(Int32(-1))
        }
    }
}
