import Records
import Testing

@Suite struct RecordBatchTests {
    static let sample: [Record] = [
        Record(offset: 7, timestamp: 1000, key: Array("k".utf8), value: Array("value".utf8)),
        Record(offset: 8, timestamp: 900, key: nil, value: Array("two".utf8), headers: [RecordHeader(key: "h", value: "x")]),
        Record(offset: 9, timestamp: 5000, key: [], value: nil, headers: [RecordHeader(key: "", value: nil)]),
    ]

    static func batch(_ records: [Record], _ codec: CompressionCodec, baseOffset: Int64 = 7) throws -> [UInt8] {
        let builder = RecordBatchBuilder(compression: codec)
        for record in records {
            try builder.append(key: record.key, value: record.value, headers: record.headers, timestamp: record.timestamp)
        }
        return try builder.finish(baseOffset: baseOffset, leaderEpoch: 3)
    }

    @Test(arguments: CompressionCodec.allCases) func roundTrip(codec: CompressionCodec) throws {
        let bytes = try Self.batch(Self.sample, codec)
        #expect(try RecordBatchReader().records(in: bytes) == Self.sample)
        let header = try RecordBatchHeader(checking: bytes.span.bytes)
        #expect(header.byteCount == bytes.count)
        #expect(header.baseOffset == 7 && header.lastOffset == 9 && header.recordCount == 3 && header.leaderEpoch == 3)
        #expect(header.firstTimestamp == 1000 && header.maxTimestamp == 5000)
        #expect(header.compression == codec)
    }

    @Test(arguments: CompressionCodec.allCases) func largeBatches(codec: CompressionCodec) throws {
        let records = (0..<3000).map { index in
            Record(offset: Int64(index), timestamp: Int64(index), key: Array("\(index)".utf8),
                value: Array(repeating: UInt8(truncatingIfNeeded: index &* index >> 3), count: index % 400))
        }
        let bytes = try Self.batch(records, codec, baseOffset: 0)
        #expect(try RecordBatchReader().records(in: bytes) == records)
    }
}
