import Testing

@testable import Shards

/// The bytes on disk, against examples worked out by hand from the formats' own sources.
@Suite struct TokenShardFormatTests {
    private func settings(_ format: TokenShardFormat, vocabulary: Int = 50_257, end: UInt32? = 50_256) -> TokenShardSettings {
        TokenShardSettings(
            name: "tiny", format: format, vocabularySize: vocabulary, endOfDocument: end, tokenizerName: "gpt2", tokenizerDigest: "00")
    }

    private func write(_ settings: TokenShardSettings, _ documents: [[UInt32]], into path: String) throws {
        let writer = try TokenShardWriter(folder: path, settings: settings, resuming: nil)
        for (number, document) in documents.enumerated() {
            try writer.append(document, order: OrderKey(UInt64(number)), id: "d\(number)", source: "s")
        }
        try writer.finish()
        _ = try writer.flush(durably: true)
        for shard in writer.unpublished { try writer.publish(shard) }
    }

    @Test func megatronFilesOfTwoDocuments() throws {
        let scratch = try Scratch()
        try write(settings(.megatron), [[1, 2, 258], []], into: scratch.path)
        let files = try scratch.files()
        #expect(files.keys.sorted() == ["tiny-00000.bin", "tiny-00000.idx", "tiny.manifest.json"])
        #expect(files["tiny-00000.bin"] == [1, 0, 2, 0, 2, 1, 0x50, 0xc4, 0x50, 0xc4])
        let expected: [UInt8] =
            [0x4d, 0x4d, 0x49, 0x44, 0x49, 0x44, 0x58, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0] + [8]
            + [2, 0, 0, 0, 0, 0, 0, 0] + [3, 0, 0, 0, 0, 0, 0, 0]
            + [4, 0, 0, 0, 1, 0, 0, 0]
            + [0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]
            + [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
        #expect(files["tiny-00000.idx"] == expected)
    }

    @Test func largeVocabulariesTakeFourBytes() throws {
        let scratch = try Scratch()
        try write(settings(.megatron, vocabulary: 128_256, end: 128_001), [[70_000]], into: scratch.path)
        let files = try scratch.files()
        #expect(files["tiny-00000.bin"] == [0x70, 0x11, 1, 0, 0x01, 0xf4, 1, 0])
        #expect(files["tiny-00000.idx"]?[17] == 4)
        #expect(TokenType(vocabularySize: 65_500, format: .megatron) == .uint16)
        #expect(TokenType(vocabularySize: 65_501, format: .megatron) == .int32)
        #expect(TokenType(vocabularySize: 65_501, format: .plain) == .uint32)
    }

    @Test func plainFilesHaveNoIndex() throws {
        let scratch = try Scratch()
        try write(settings(.plain), [[7], [8, 9]], into: scratch.path)
        let files = try scratch.files()
        #expect(files.keys.sorted() == ["tiny-00000.bin", "tiny.manifest.json"])
        #expect(files["tiny-00000.bin"] == [7, 0, 0x50, 0xc4, 8, 0, 9, 0, 0x50, 0xc4])
    }

    @Test func checksumsAreThePublishedOnes() {
        // RFC 3720 B.4: 32 bytes of zeros, of ones, and rising.
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.of([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.of((0..<32).map { UInt8($0) }) == 0x46dd_794e)
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.of([]) == 0)
    }

    @Test func tfrecordOfOneDocument() throws {
        let scratch = try Scratch()
        try write(settings(.tfrecord, end: nil), [[5, 300]], into: scratch.path)
        let bytes = try #require(try scratch.files()["tiny-00000.tfrecord"])
        // Example { Features { document_id: "d0", input_ids: [5, 300], source: "s" } }
        let expected =
            "0a3e0a150a0b646f63756d656e745f696412060a040a0264300a140a09696e7075745f69647312071a050a0305ac02"
            + "0a0f0a06736f7572636512050a030a0173"
        #expect(bytes.count > 16)
        let length = Int(bytes[0]) | Int(bytes[1]) << 8
        #expect(bytes.count == 16 + length)
        let data = Array(bytes[12..<(12 + length)])
        #expect(hexadecimal(data) == expected)
        #expect(Array(bytes[8..<12]) == littleEndian(TFRecord.mask(CRC32C.of(Array(bytes[0..<8])))))
        #expect(Array(bytes.suffix(4)) == littleEndian(TFRecord.mask(CRC32C.of(data))))
    }

    @Test func indexOfMoreDocumentsThanOnePiece() throws {
        let scratch = try Scratch()
        let count = 140_000
        let writer = try TokenShardWriter(folder: scratch.path, settings: settings(.megatron, end: nil), resuming: nil)
        for number in 0..<count {
            try writer.append([UInt32](repeating: 3, count: number % 3), order: OrderKey(UInt64(number)), id: "d")
        }
        try writer.finish()
        for shard in writer.unpublished { try writer.publish(shard) }
        let index = try #require(try scratch.files()["tiny-00000.idx"])
        #expect(index.count == 34 + 12 * count + 8 * (count + 1))
        func value(_ position: Int) -> Int { (0..<8).reduce(0) { $0 | Int(index[position + $1]) << (8 * $1) } }
        var offset = 0
        var wrong = 0
        for number in 0..<count {
            if value(34 + 4 * count + 8 * number) != offset || value(34 + 12 * count + 8 * number) != number { wrong += 1 }
            offset += 2 * (number % 3)
        }
        #expect(wrong == 0)
        #expect(value(34 + 20 * count) == count)
    }
}
