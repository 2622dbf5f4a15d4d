import Records
import Testing

/// Bytes that were not made by this code: written by hand from the format, or by kafka-python 3.0.12's
/// DefaultRecordBatchBuilder.
@Suite struct KnownBytesTests {
    /// Two records: (1000 ms, key "k", value "value"), (900 ms, no key, value "two", header h = "x").
    static let handWritten: [UInt8] = [
        0, 0, 0, 0, 0, 0, 0, 0,  // base offset
        0, 0, 0, 0x4d,  // length: 77
        0, 0, 0, 0,  // leader epoch
        2,  // magic
        0x10, 0xbb, 0xec, 0x53,  // CRC-32C
        0, 0,  // attributes
        0, 0, 0, 1,  // last offset delta
        0, 0, 0, 0, 0, 0, 0x03, 0xe8,  // first timestamp
        0, 0, 0, 0, 0, 0, 0x03, 0xe8,  // max timestamp
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  // producer id
        0xff, 0xff,  // producer epoch
        0xff, 0xff, 0xff, 0xff,  // base sequence
        0, 0, 0, 2,  // record count
        0x18, 0, 0, 0, 0x02, 0x6b, 0x0a, 0x76, 0x61, 0x6c, 0x75, 0x65, 0,
        0x1c, 0, 0xc7, 0x01, 0x02, 0x01, 0x06, 0x74, 0x77, 0x6f, 0x02, 0x02, 0x68, 0x02, 0x78,
    ]

    @Test func buildsTheBytesOfTheFormat() throws {
        let builder = RecordBatchBuilder()
        try builder.append(key: "k", value: "value", timestamp: 1000)
        try builder.append(key: nil, value: "two", headers: [RecordHeader(key: "h", value: "x")], timestamp: 900)
        #expect(try builder.finish(baseOffset: 0, leaderEpoch: 0) == Self.handWritten)
        #expect(builder.isEmpty)
    }

    @Test func readsTheBytesOfTheFormat() throws {
        #expect(
            try RecordBatchReader().records(in: Self.handWritten) == [
                Record(offset: 0, timestamp: 1000, key: [0x6b], value: Array("value".utf8)),
                Record(offset: 1, timestamp: 900, key: nil, value: Array("two".utf8), headers: [RecordHeader(key: "h", value: "x")]),
            ])
    }

    /// Two records of "to and fro, " twenty times, as kafka-python packs them.
    static let packed: [(CompressionCodec, String)] = [
        (
            .gzip,
            "00000000000000000000006d00000000021fc12fde00010000000100000000000003e800000000000003e8ffffffffff"
                + "ffffffffffffffffff000000021f8b08006f8e046b02fffbc0ccc0c0c094fd80b9245f21312f4521ad285f476124b019"
                + "7e30331c6764621c793e6762ca60aa0000393b4c6af8010000"
        ),
        (
            .snappy,
            "0000000000000000000000840000000002fc0067f300020000000100000000000003e800000000000003e8ffffffffff"
                + "ffffffffffffffffff0000000282534e415050590000000001000000010000003ff80350f003000000026be003746f20"
                + "616e642066726f2c20fe0c00fe0c00fe0c008e0c001c00f80300c7010201fefa00fefa00fefa00c6fa00100202680278"
        ),
        (
            .lz4,
            "00000000000000000000007400000000026cf1965000030000000100000000000003e800000000000003e8ffffffffff"
                + "ffffffffffffffffff0000000204224d186840f8010000000000000c2c000000ff06f003000000026be003746f20616e"
                + "642066726f2c200c00d18f00f80300c7010201fa00df50020268027800000000"
        ),
        (
            .zstd,
            "000000000000000000000069000000000233f8c10100040000000100000000000003e800000000000003e8ffffffffff"
                + "ffffffffffffffffff0000000228b52ffd60f8007501002402f003000000026be003746f20616e642066726f2c2000f8"
                + "0300c701020102026802780200efbea1f8f0a9c204"
        ),
    ]

    @Test(arguments: packed) func readsWhatKafkaPythonWrote(codec: CompressionCodec, digits: String) throws {
        let digitBytes = Array(digits.utf8)
        let bytes = stride(from: 0, to: digitBytes.count, by: 2).map { index in
            UInt8(String(decoding: digitBytes[index..<index + 2], as: UTF8.self), radix: 16) ?? 0
        }
        let value = Array(String(repeating: "to and fro, ", count: 20).utf8)
        #expect(try RecordBatchHeader(checking: bytes.span.bytes).compression == codec)
        #expect(
            try RecordBatchReader().records(in: bytes) == [
                Record(offset: 0, timestamp: 1000, key: [0x6b], value: value),
                Record(offset: 1, timestamp: 900, key: nil, value: value, headers: [RecordHeader(key: "h", value: "x")]),
            ])
    }

    /// RFC 3720, appendix B.4, and the usual check value.
    @Test func checksums() {
        #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(Checksum.crc32c([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(Checksum.crc32c(Array(0..<32)) == 0x46dd_794e)
        #expect(Checksum.crc32c(Array((0..<32).reversed())) == 0x113f_db5c)
        #expect(Checksum.crc32c(Array("123456789".utf8)) == 0xe306_9283)
        #expect(Checksum.crc32c([]) == 0)
    }
}
