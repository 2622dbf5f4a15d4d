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

@Suite struct RecordBatchDetailTests {
    @Test func producerFieldsAndFlags() throws {
        let builder = RecordBatchBuilder(compression: .lz4)
        builder.producerId = 77
        builder.producerEpoch = 3
        builder.baseSequence = Int32.max
        builder.isTransactional = true
        try builder.append(key: "a", value: "1", timestamp: 5)
        try builder.append(key: "b", value: "2", timestamp: 6)
        let bytes = try builder.finish()
        let header = try RecordBatchHeader(checking: bytes.span.bytes)
        #expect(header.producerId == 77 && header.producerEpoch == 3 && header.baseSequence == Int32.max)
        #expect(header.lastSequence == 0)
        #expect(header.attributes.isTransactional && !header.attributes.isControl)
    }

    @Test func offsetAndEpochAreWrittenOverInPlace() throws {
        var bytes = try RecordBatchTests.batch(RecordBatchTests.sample, .zstd)
        try bytes.withUnsafeMutableBytes { try RecordBatchOverwrite.assign(baseOffset: 1 << 40, leaderEpoch: 9, in: $0) }
        let header = try RecordBatchHeader(checking: bytes.span.bytes)
        #expect(header.baseOffset == 1 << 40 && header.leaderEpoch == 9)
        #expect(try RecordBatchReader().records(in: bytes).map(\.offset) == [1 << 40, 1 << 40 + 1, 1 << 40 + 2])
    }

    @Test func logAppendTimeIsEveryRecordsTime() throws {
        var bytes = try RecordBatchTests.batch(RecordBatchTests.sample, .none)
        try bytes.withUnsafeMutableBytes { try RecordBatchOverwrite.setLogAppendTime(123_456, in: $0) }
        #expect(try RecordBatchReader().records(in: bytes).map(\.timestamp) == [123_456, 123_456, 123_456])
    }

    @Test func endMarkers() throws {
        let marker = EndTransactionMarker(isCommit: true, coordinatorEpoch: 0x0102_0304)
        let bytes = try marker.batch(producerId: 8, producerEpoch: 2, timestamp: 10)
        let header = try RecordBatchHeader(checking: bytes.span.bytes)
        #expect(header.attributes.isControl && header.attributes.isTransactional && header.baseSequence == -1)
        var found: EndTransactionMarker?
        try RecordBatchReader().forEachRecord(in: bytes.span.bytes) { record in found = try EndTransactionMarker(record) }
        #expect(found == marker)
        let record = try RecordBatchReader().records(in: bytes)[0]
        #expect(record.key == [0, 0, 0, 1] && record.value == [0, 0, 1, 2, 3, 4])
    }

    @Test func aCursorGoesOnWhereAnotherStood() throws {
        let records = (0..<10).map { Record(offset: $0, timestamp: 0, key: nil, value: [UInt8($0)]) }
        let bytes = try RecordBatchTests.batch(records, .gzip, baseOffset: 0)
        let batch = try RecordBatchReader().decode(bytes.span.bytes)
        var place = RecordCursor.Place.start
        var found: [Record] = []
        while let record = try batch.record(at: &place) { found.append(record) }
        #expect(found == records)
    }

    @Test func extremeTimesAndGaps() throws {
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: "a", timestamp: Int64.max)
        try builder.append(key: [], value: nil, timestamp: Int64.min, offsetDelta: 1_000_000)
        #expect(throws: RecordError.self) {
            try builder.append(key: nil as [UInt8]?, value: nil, timestamp: 0, offsetDelta: 5)
        }
        let records = try RecordBatchReader().records(in: try builder.finish())
        #expect(records.map(\.timestamp) == [Int64.max, Int64.min])
        #expect(records.map(\.offset) == [0, 1_000_000])
        #expect(throws: RecordError.self) { try builder.finish() }
    }
}
