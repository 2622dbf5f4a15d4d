// A TFRecord file is records back to back:
//
//   u64 LE   length of the data
//   u32 LE   masked CRC-32C of those eight bytes
//   bytes    data
//   u32 LE   masked CRC-32C of the data
//
// mask(c) = rotate-right(c, 15) + 0xa282ead8 (mod 2^32). Source: TensorFlow, core/lib/io/record_writer.h, core/lib/hash/crc32c.h.
//
// Data is a `tf.train.Example` (TensorFlow, core/example/{example,feature}.proto), in protobuf:
//
//   Example   { 1: Features }
//   Features  { 1: map<string, Feature>, each entry a message { 1: key, 2: Feature } }
//   Feature   { 1: BytesList { 1: repeated bytes } | 3: Int64List { 1: packed repeated int64 } }
//
// Entries are written in the order of their names (document_id, input_ids, source), so equal documents are equal bytes.

/// Writes documents as TFRecord.
enum TFRecord {
    static func append(example: TokenExample, to buffer: inout [UInt8]) {
        frame(encode(example), to: &buffer)
    }

    static func frame(_ data: [UInt8], to buffer: inout [UInt8]) {
        let length = littleEndian(UInt64(data.count))
        buffer.append(contentsOf: length)
        buffer.append(contentsOf: littleEndian(mask(CRC32C.of(length))))
        buffer.append(contentsOf: data)
        buffer.append(contentsOf: littleEndian(mask(CRC32C.of(data))))
    }

    static func encode(_ example: TokenExample) -> [UInt8] {
        var packed: [UInt8] = []
        packed.reserveCapacity(example.inputIDs.count * 3)
        for token in example.inputIDs { appendVarint(UInt64(token), to: &packed) }
        let integers = field(3, field(1, packed))
        let features =
            entry("document_id", field(1, field(1, Array(example.documentID.utf8))))
            + entry("input_ids", integers)
            + entry("source", field(1, field(1, Array(example.source.utf8))))
        return field(1, features)
    }

    static func mask(_ checksum: UInt32) -> UInt32 { (checksum >> 15 | checksum << 17) &+ 0xa282_ead8 }

    private static func entry(_ name: String, _ feature: [UInt8]) -> [UInt8] {
        field(1, field(1, Array(name.utf8)) + field(2, feature))
    }

    /// A length-delimited protobuf field.
    private static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 11)
        appendVarint(number << 3 | 2, to: &result)
        appendVarint(UInt64(bytes.count), to: &result)
        return result + bytes
    }

    private static func appendVarint(_ value: UInt64, to buffer: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.append(UInt8(rest))
    }
}
