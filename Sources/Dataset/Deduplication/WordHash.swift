/// The hash of a word in lower case: eight UTF-8 bytes at a time.
///
/// ASCII bytes are taken with 0x20 set: that lowers letters, leaves digits, and makes `_` 0x7F, which is nothing else's.
struct WordHash {
    static let caseBits: UInt64 = 0x2020_2020_2020_2020
    private static let basis: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let factor: UInt64 = 0x9DDF_EA08_EB38_2D69

    private var state = basis
    private var pending: UInt64 = 0
    private var length: UInt64 = 0

    /// Appends one byte: for words that are not all ASCII.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        pending |= UInt64(byte) &<< (8 * (length & 7))
        length += 1
        if length & 7 == 0 {
            state = Self.step(state, pending)
            pending = 0
        }
    }

    /// Appends a code point in lower case.
    @inline(__always)
    mutating func append(lowered value: UInt32) {
        if value < 0x80 { return append(UInt8(value) | 0x20) }
        if value < 0x800 {
            append(UInt8(0xC0 | value >> 6))
        } else {
            if value < 0x10000 {
                append(UInt8(0xE0 | value >> 12))
            } else {
                append(UInt8(0xF0 | value >> 18))
                append(UInt8(0x80 | value >> 12 & 0x3F))
            }
            append(UInt8(0x80 | value >> 6 & 0x3F))
        }
        append(UInt8(0x80 | value & 0x3F))
    }

    var isEmpty: Bool { length == 0 }

    /// The hash of what was appended; empty again.
    @inline(__always)
    mutating func finish() -> UInt64 {
        let hash = Self.end(state, pending, length)
        self = WordHash()
        return hash
    }

    /// The hash of an ASCII word of `length` bytes at `start`, of which `readable` (at least `length`) may be read.
    @inline(__always)
    static func ofASCII(_ start: UnsafeRawPointer, length: Int, readable: Int) -> UInt64 {
        var state = basis
        var position = 0
        while position + 8 <= length {
            state = step(state, UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self)) | caseBits)
            position += 8
        }
        let left = UInt64(length - position)
        // All bits of the bytes that belong to the word: none to 56.
        let mask: UInt64 = (1 &<< (8 * left)) &- 1
        var tail: UInt64 = 0
        if position + 8 <= readable {
            tail = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        } else {
            for index in 0..<Int(left) { tail |= UInt64(start.load(fromByteOffset: position + index, as: UInt8.self)) &<< UInt64(8 * index) }
        }
        return end(state, (tail | caseBits) & mask, UInt64(length))
    }

    @inline(__always)
    private static func step(_ state: UInt64, _ chunk: UInt64) -> UInt64 {
        let product = (state ^ chunk) &* factor
        return product ^ (product >> 32)
    }

    @inline(__always)
    private static func end(_ state: UInt64, _ tail: UInt64, _ length: UInt64) -> UInt64 {
        Mixing.mix(step(state, tail) &+ length)
    }
}
