// The primitive fields of Kafka's internal records, big endian (Kafka protocol guide, "Protocol Primitive Types").
//   int16/int32/int64: that many bytes · string: int16 length, UTF-8 · compact string: unsigned varint length + 1, UTF-8
//   compact array: unsigned varint count + 1 · tagged fields: unsigned varint count, then (tag, size, bytes) each

/// What is wrong with an internal record.
public struct CoordinationError: Error, Hashable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Appends primitive fields to a byte array.
struct FieldWriter {
    var bytes: [UInt8] = []

    mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(string: String) {
        let utf8 = Array(string.utf8)
        write(Int16(clamping: utf8.count))
        bytes.append(contentsOf: utf8.prefix(Int(Int16.max)))
    }

    mutating func write(unsignedVarint value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(compactString: String) {
        let utf8 = Array(compactString.utf8)
        write(unsignedVarint: UInt32(utf8.count + 1))
        bytes.append(contentsOf: utf8)
    }

    mutating func write(compactCount count: Int) { write(unsignedVarint: UInt32(count + 1)) }
}

/// Reads primitive fields; every length is checked against what is left before anything is taken.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    /// The buffer must outlive the reader: it is made and used up inside one `withUnsafeBytes`.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) throws(CoordinationError) -> Value {
        let size = Value.bitWidth / 8
        guard remaining >= size else { throw CoordinationError("record ends inside a field at byte \(position)") }
        defer { position += size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
    }

    mutating func readUnsignedVarint() throws(CoordinationError) -> UInt32 {
        var value: UInt32 = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte = try read(UInt8.self)
            if shift == 28 && byte > 0x0F { break }
            value |= UInt32(byte & 0x7F) << UInt32(shift)
            if byte & 0x80 == 0 { return value }
        }
        throw CoordinationError("varint of more than 32 bits before byte \(position)")
    }

    private mutating func readText(_ count: Int) throws(CoordinationError) -> String {
        guard count >= 0, count <= remaining else {
            throw CoordinationError("string of \(count) bytes at byte \(position), where \(remaining) are left")
        }
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    mutating func readString() throws(CoordinationError) -> String {
        let count = try read(Int16.self)
        return try readText(Int(count))
    }

    mutating func readCompactString() throws(CoordinationError) -> String {
        let count = try readUnsignedVarint()
        return try readText(Int(count) - 1)
    }

    /// A compact array's count; each of its elements takes at least `minimumBytes`.
    mutating func readCompactCount(minimumBytes: Int) throws(CoordinationError) -> Int {
        let count = Int(try readUnsignedVarint()) - 1
        guard count >= 0, count * max(1, minimumBytes) <= remaining else {
            throw CoordinationError("array of \(count) elements at byte \(position), where \(remaining) bytes are left")
        }
        return count
    }

    mutating func readBytes(_ count: Int) throws(CoordinationError) -> [UInt8] {
        let start = position
        try skip(count)
        return Array(bytes[start..<position])
    }

    mutating func skip(_ count: Int) throws(CoordinationError) {
        guard count >= 0, count <= remaining else { throw CoordinationError("field of \(count) bytes at byte \(position)") }
        position += count
    }
}
