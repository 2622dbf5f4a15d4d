import Testing

@testable import Tokenization

/// Small models, written as protobuf: our own merging, and damage.
struct SentencePieceTests {
    private func varint(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
    }

    private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    private func piece(_ text: String, _ score: Float, _ kind: Int) -> [UInt8] {
        let bits = withUnsafeBytes(of: score.bitPattern.littleEndian) { Array($0) }
        return field(1, field(1, Array(text.utf8)) + [2 << 3 | 5] + bits + varint(3 << 3) + varint(kind))
    }

    /// Ids: 0 <unk>, 1 <s>, 2 </s>, 3…258 the bytes, then these.
    private func model(_ normal: [(String, Float)], userDefined: [String] = [], type: Int = 2) -> [UInt8] {
        var bytes = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3)
        for byte in 0...255 {
            let digits = String(byte, radix: 16, uppercase: true)
            bytes += piece("<0x\(digits.count == 1 ? "0" : "")\(digits)>", 0, 6)
        }
        for (text, score) in normal { bytes += piece(text, score, 1) }
        for text in userDefined { bytes += piece(text, 0, 4) }
        // BPE, byte_fallback; no removing of extra white space.
        return bytes + field(2, varint(3 << 3) + varint(type) + varint(35 << 3) + [1]) + field(3, varint(4 << 3) + [0])
    }

    private func encoded(_ text: String, _ tokenizer: Tokenizer) throws -> [UInt32] {
        var identifiers: [UInt32] = []
        try tokenizer.encode(text, into: &identifiers, scratch: TokenizerScratch())
        return identifiers
    }

    @Test func `the best score goes first, then bytes for what is unknown`() throws {
        let pieces: [(String, Float)] = [
            ("▁", -10), ("a", -11), ("b", -12), ("ab", -2), ("▁a", -1), ("bb", -3), ("é", -13), ("▁▁", -1e9),
        ]
        let folder = try TemporaryFolder()
        let file = try folder.write(model(pieces, userDefined: ["[X]"]), "tokenizer.model")
        let tokenizer = try Tokenizer.load(path: file)
        let library = try Tokenizer.sentencePiece(name: "x", VocabularyFile(path: file), usesLibrary: true)
        #expect(tokenizer.endOfDocument == 2 && tokenizer.vocabularySize == 268)
        #expect(try encoded("abb", tokenizer) == [263, 264])
        #expect(try encoded("c", tokenizer) == [259, 3 + 99])
        #expect(try encoded("", tokenizer) == [])
        var generator = SeededGenerator(23)
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                ["a", "b", "ab", " ", "é", "c", "▁", "[X]", "[", "中"].randomElement(using: &generator) ?? " "
            }.joined()
            #expect(try encoded(text, tokenizer) == encoded(text, library), "\(text)")
        }
    }

    @Test func `bytes that are no UTF-8 become U+FFFD`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(model([("▁", -1), ("a", -2), ("\u{FFFD}", -3)]), "tokenizer.model")
        let tokenizer = try Tokenizer.load(path: file)
        var identifiers: [UInt32] = []
        let damaged: [UInt8] = [0x61, 0xFF, 0xE4, 0xB8, 0x61]
        try tokenizer.encode(utf8: damaged.span, into: &identifiers, scratch: TokenizerScratch())
        #expect(identifiers == [259, 260, 261, 261, 261, 260])
    }

    @Test func `damaged models give errors`() throws {
        var generator = SeededGenerator(29)
        let whole = model([("▁", -1), ("a", -2), ("▁a", -3), ("aa", .nan)], userDefined: ["[X]"])
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &generator)...)
            }
            do {
                let format = try SentencePieceFormat(VocabularyFile(path: "damaged", bytes: bytes))
                guard let (vocabulary, _) = try format.bytePairs() else { continue }
                let text = Array(" aaa a中".utf8)
                var identifiers: [UInt32] = []
                text.withUnsafeBufferPointer {
                    vocabulary.encode($0, by: BlankSplitter.self, scratch: TokenizerScratch(), into: &identifiers)
                }
                #expect(!identifiers.isEmpty)
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }
}
