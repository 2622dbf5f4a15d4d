/// Reads the fields of one protobuf message (protobuf.dev/programming-guides/encoding) from a range of bytes.
///
/// A field is a varint `number << 3 | wire type` and its value: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes.
struct ProtobufScanner: ~Escapable {
    struct Damage: Error {
        let offset: Int
    }

    enum Value {
        case number(UInt64)
        /// The range in the whole buffer.
        case bytes(Range<Int>)
    }

    private let bytes: Span<UInt8>
    private(set) var position: Int
    private let end: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or nil at the end.
    @_lifetime(self: copy self)
    mutating func next() throws(Damage) -> (number: Int, value: Value)? {
        guard position < end else { return nil }
        let key = try readVarint()
        let number = Int(truncatingIfNeeded: key >> 3 & 0x1FFF_FFFF)
        switch key & 7 {
        case 0: return (number, .number(try readVarint()))
        case 1: return (number, .number(try readFixed(8)))
        case 2:
            let length = try readVarint()
            guard length <= UInt64(end - position) else { throw Damage(offset: position) }
            let range = position..<(position + Int(length))
            position = range.upperBound
            return (number, .bytes(range))
        case 5: return (number, .number(try readFixed(4)))
        default: throw Damage(offset: position)
        }
    }

    @_lifetime(self: copy self)
    private mutating func readVarint() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Damage(offset: position)
    }

    @_lifetime(self: copy self)
    private mutating func readFixed(_ count: Int) throws(Damage) -> UInt64 {
        guard end - position >= count else { throw Damage(offset: position) }
        var value: UInt64 = 0
        for offset in 0..<count { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
        position += count
        return value
    }
}
