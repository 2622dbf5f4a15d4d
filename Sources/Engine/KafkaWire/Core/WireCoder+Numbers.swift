extension WireCoder {
    @inline(__always)
    public mutating func int8(_ value: inout Int8, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        if isPresent(from, until) { try integer(&value, field) }
    }

    @inline(__always)
    public mutating func int16(_ value: inout Int16, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        if isPresent(from, until) { try integer(&value, field) }
    }

    @inline(__always)
    public mutating func int32(_ value: inout Int32, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        if isPresent(from, until) { try integer(&value, field) }
    }

    @inline(__always)
    public mutating func int64(_ value: inout Int64, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        if isPresent(from, until) { try integer(&value, field) }
    }

    /// One byte; any but 0 reads as true.
    public mutating func bool(_ value: inout Bool, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        guard isPresent(from, until) else { return }
        var byte: Int8 = value ? 1 : 0
        try integer(&byte, field)
        value = byte != 0
    }

    public mutating func float64(_ value: inout Double, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        guard isPresent(from, until) else { return }
        var bits = value.bitPattern
        try integer(&bits, field)
        value = Double(bitPattern: bits)
    }

    public mutating func uuid(_ value: inout WireUUID, _ field: StaticString, from: Int16 = 0, until: Int16 = .max) throws(WireError) {
        guard isPresent(from, until) else { return }
        try integer(&value.high, field)
        try integer(&value.low, field)
    }

    @inline(__always)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ value: inout Value, _ field: StaticString) throws(WireError) {
        guard isReading else { return append(value) }
        let size = MemoryLayout<Value>.size
        guard left >= size else { throw error(.truncated(needed: size, left: left), field) }
        value = Value(bigEndian: frame.loadUnaligned(fromByteOffset: position, as: Value.self))
        position += size
    }

    @inline(__always)
    mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { output.append(contentsOf: $0) }
    }

    mutating func unsignedVarint(_ field: StaticString) throws(WireError) -> UInt32 {
        let start = position
        var value: UInt32 = 0
        var shift: UInt32 = 0
        while position < limit {
            let byte = frame[position]
            position += 1
            // The fifth byte has room for four bits.
            guard shift < 28 || (shift == 28 && byte < 16) else { throw error(.varintTooLong, field, at: start) }
            value |= UInt32(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw error(.truncated(needed: position - start + 1, left: limit - start), field, at: start)
    }

    mutating func appendUnsignedVarint(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }
}
