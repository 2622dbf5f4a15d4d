import Testing

@testable import Tokenization

/// Damaged and hostile vocabulary files: an error or a tokenizer, never a trap.
struct DamageTests {
    private func tryAll(_ file: String, pattern: SplitPattern? = nil) {
        do {
            let tokenizer = try Tokenizer.load(path: file, pattern: pattern)
            var identifiers: [UInt32] = []
            try tokenizer.encode("abba cab, <a> 12\n", into: &identifiers, scratch: TokenizerScratch())
            #expect(!identifiers.isEmpty)
        } catch {
            #expect(!"\(error)".isEmpty)
        }
    }

    private func damaged(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 3: bytes[place] = Array("{}[]\",:\\0 9-n".utf8).randomElement(using: &generator) ?? 0
            default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
        }
        return bytes
    }

    @Test func `tokenizer.json, tiktoken, tekken.json and gzip`() throws {
        var generator = SeededGenerator(13)
        let vocabulary = TestVocabulary(&generator, letters: Array("abc".utf8), merges: 12, longest: 4)
        let folder = try TemporaryFolder()
        let json = Array(vocabulary.huggingFace(addedTokens: #"[{"id": 500, "content": "<a>"}]"#).utf8)
        let tiktoken = Array(vocabulary.tiktoken.utf8)
        let tekken = Array(tekkenFile(vocabulary).utf8)
        tryAll(try folder.write(tekken, "tekken.json"))
        for _ in 0..<250 {
            tryAll(try folder.write(damaged(json, &generator), "tokenizer.json"))
            tryAll(try folder.write(damaged(tiktoken, &generator), "x.tiktoken"), pattern: .llama3)
            tryAll(try folder.write(damaged(tekken, &generator), "tekken.json"))
            tryAll(
                try folder.write([0x1F, 0x8B, 8, 0] + damaged(tiktoken, &generator), "x.tiktoken.gz"), pattern: .gpt2)
        }
    }

    @Test func `tekken counts its special tokens first`() throws {
        var generator = SeededGenerator(14)
        let vocabulary = TestVocabulary(&generator, letters: Array("abc".utf8), merges: 12, longest: 4)
        let folder = try TemporaryFolder()
        let tokenizer = try Tokenizer.load(path: try folder.write(tekkenFile(vocabulary), "tekken.json"))
        var identifiers: [UInt32] = []
        try tokenizer.encode("!", into: &identifiers, scratch: TokenizerScratch())
        #expect(identifiers == [33 + 10])
        #expect(tokenizer.endOfDocument == 2)
    }

    private func tekkenFile(_ vocabulary: TestVocabulary) -> String {
        let pattern =
            #"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"#
            + #"|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}"#
            + #"| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
        let lines = vocabulary.tiktoken.split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            return #"{"rank": \#(parts[1]), "token_bytes": "\#(parts[0])", "token_str": null}"#
        }
        return #"{"config": {"pattern": "\#(pattern)", "default_vocab_size": \#(lines.count + 10), "#
            + #""default_num_special_tokens": 10}, "vocab": [\#(lines.joined(separator: ", "))]}"#
    }

    @Test func `deep and endless JSON`() throws {
        let folder = try TemporaryFolder()
        for open in ["[", "{\"a\":", "{\"model\":[", "{\"added_tokens\":" + String(repeating: "[", count: 50)] {
            let text = "{\"version\":" + String(repeating: open, count: 100_000)
            tryAll(try folder.write(text, "tokenizer.json"))
            tryAll(try folder.write(String(repeating: open, count: 100_000), "tokenizer.json"))
        }
        tryAll(try folder.write("", "tokenizer.json"))
        tryAll(try folder.write("", "tokenizer.model"))
        tryAll(try folder.write("AA== 99999999\n", "x.tiktoken"), pattern: .gpt2)
        tryAll(try folder.write("AA== 0\nAA== 1\n", "x.tiktoken"), pattern: .gpt2)
    }
}
