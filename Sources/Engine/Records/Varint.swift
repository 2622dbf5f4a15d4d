// Varint: base 128, least significant group first, the high bit says that more follow; signed values are
// zig-zag coded first (0, -1, 1, -2 become 0, 1, 2, 3). At most 5 bytes for 32 bits, 10 for 64.
// Source: Protocol Buffers, "Encoding"; Kafka's ByteUtils.

/// Sizes and forms of Kafka's variable-length integers.
enum Varint {
    @inline(__always)
    static func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    @inline(__always)
    static func value(zigZag raw: UInt64) -> Int64 { Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1) }

    /// How many bytes `value` takes.
    @inline(__always)
    static func size(_ value: Int64) -> Int {
        let bits = 64 - (zigZag(value) | 1).leadingZeroBitCount
        return (bits + 6) / 7
    }

    /// Writes `value` at `pointer`, where ten bytes are free; answers the place after it.
    @inline(__always)
    static func write(_ value: Int64, at pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var raw = zigZag(value)
        var next = pointer
        while raw >= 0x80 {
            next.storeBytes(of: UInt8(truncatingIfNeeded: raw) | 0x80, as: UInt8.self)
            next += 1
            raw >>= 7
        }
        next.storeBytes(of: UInt8(truncatingIfNeeded: raw), as: UInt8.self)
        return next + 1
    }
}

/// Why a varint was refused.
enum VarintFailure: Error {
    case truncated
    case tooLong
}

extension RawSpan {
    /// Reads a zig-zag varint of at most 64 bits at `position`, and moves `position` past it.
    @inline(__always)
    func varint(at position: inout Int) throws(VarintFailure) -> Int64 {
        guard position < byteCount else { throw .truncated }
        let first = unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
        if first < 0x80 {
            position += 1
            return Varint.value(zigZag: UInt64(first))
        }
        return try longVarint(at: &position)
    }

    private func longVarint(at position: inout Int) throws(VarintFailure) -> Int64 {
        var raw: UInt64 = 0
        var shift: UInt64 = 0
        var next = position
        while next < byteCount {
            let byte = unsafeLoad(fromUncheckedByteOffset: next, as: UInt8.self)
            next += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw .tooLong }
            raw |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                position = next
                return Varint.value(zigZag: raw)
            }
            shift += 7
            guard shift <= 63 else { throw .tooLong }
        }
        throw .truncated
    }
}
