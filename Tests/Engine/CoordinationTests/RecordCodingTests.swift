import Testing

@testable import Coordination

@Suite struct RecordCodingTests {
    private func decode(_ record: TransactionRecord) throws -> TransactionRecord {
        try record.encodeKey().withUnsafeBytes { key in
            try record.encodeValue().withUnsafeBytes { value in try TransactionRecord.decode(key: key, value: value) }
        }
    }

    private var commit: TransactionRecord {
        TransactionRecord(
            transactionalID: "leat-run", producerID: 7, producerEpoch: 31, status: .prepareCommit,
            partitions: [.init("docs.filtered", 0), .init("docs.filtered", 3), .init("docs.rejected", 0)],
            offsets: [
                .init(group: "leat-filter", partition: .init("docs.extracted", 0), position: .init(offset: 12, metadata: "in=12")),
                .init(group: "leat-dedup", partition: .init("docs.filtered", 3), position: .init(offset: 1 << 40)),
            ], startMilliseconds: 5, updateMilliseconds: 6)
    }

    @Test func aCommitReadsBackAsItWasWritten() throws {
        #expect(try decode(commit) == commit)
        var empty = commit
        empty.offsets = []
        empty.partitions = []
        #expect(try decode(empty) == empty)
    }

    @Test func keyAndValueHaveKafkasBytes() {
        let key = OffsetRecord.encodeKey(group: "g", partition: .init("t", 2))
        #expect(key == [0, 1, 0, 1, 0x67, 0, 1, 0x74, 0, 0, 0, 2])
        let value = OffsetRecord.encodeValue(.init(offset: 9, metadata: "m"), timestampMilliseconds: 258)
        #expect(value == [0, 3] + [0, 0, 0, 0, 0, 0, 0, 9] + [255, 255, 255, 255] + [0, 1, 0x6D] + [0, 0, 0, 0, 0, 0, 1, 2])
    }

    @Test func offsetsReadBack() throws {
        let partition = TopicPartition("docs.extracted", 5)
        let decoded = try OffsetRecord.encodeKey(group: "gruppe-ä", partition: partition).withUnsafeBytes {
            try OffsetRecord.decodeKey($0)
        }
        #expect(decoded?.group == "gruppe-ä" && decoded?.partition == partition)
        let position = OffsetAndMetadata(offset: 77, leaderEpoch: 3, metadata: "in=1;out=1")
        let value = OffsetRecord.encodeValue(position, timestampMilliseconds: 0)
        #expect(try value.withUnsafeBytes { try OffsetRecord.decodeValue($0) } == position)
    }

    @Test func everyTruncationAndFlipIsAnErrorOrARecordAndNeverATrap() {
        let key = commit.encodeKey()
        let value = commit.encodeValue()
        for length in 0..<value.count {
            key.withUnsafeBytes { key in
                value[..<length].withUnsafeBytes { value in
                    #expect(throws: CoordinationError.self) { try TransactionRecord.decode(key: key, value: value) }
                }
            }
        }
        for index in value.indices {
            for bit in 0..<8 {
                var damaged = value
                damaged[index] ^= UInt8(1 << bit)
                key.withUnsafeBytes { key in
                    damaged.withUnsafeBytes { value in _ = try? TransactionRecord.decode(key: key, value: value) }
                }
            }
        }
    }
}
