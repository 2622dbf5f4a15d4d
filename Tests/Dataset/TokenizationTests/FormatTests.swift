import Testing

@testable import Tokenization

struct FormatTests {
    @Test func `the same vocabulary in three forms gives the same ids`() throws {
        var generator = SeededGenerator(5)
        let vocabulary = TestVocabulary(&generator, letters: Array("ab cde.".utf8), merges: 200)
        let folder = try TemporaryFolder()
        let json = try Tokenizer.load(path: try folder.write(vocabulary.huggingFace(), "tokenizer.json"))
        let encoder = vocabulary.tokens.enumerated().map { "\(TestVocabulary.quoted($1)): \($0)" }.joined(
            separator: ",")
        _ = try folder.write("{\(encoder)}", "gpt2/encoder.json")
        let merges = vocabulary.pairs.map { pair in
            [pair.left, pair.right].map { TestVocabulary.unquoted(vocabulary.tokens[$0]) }.joined(separator: " ")
        }
        _ = try folder.write("#version: 0.2\n" + merges.joined(separator: "\n") + "\n", "gpt2/vocab.bpe")
        #expect(throws: TokenizerError.self) { try Tokenizer.load(name: "gpt2", folder: folder.path) }
        let files = try Tokenizer.load(path: folder.path + "/gpt2", pattern: .gpt2)
        #expect(Tokenizer.installed(in: folder.path) == ["gpt2"])
        for _ in 0..<300 {
            let text = RandomText.string(&generator)
            #expect(try encoded(text, json) == encoded(text, files))
            #expect(try files.decode(encoded(text, files)) == Array(text.utf8))
        }
    }

    @Test func `added tokens are found before and after, the longest first`() throws {
        var generator = SeededGenerator(6)
        let vocabulary = TestVocabulary(&generator, letters: Array("ab".utf8), merges: 4)
        let added = """
            [{"id": 300, "content": "<a>", "special": true, "normalized": false},
             {"id": 301, "content": "<a><b>", "special": true, "normalized": false},
             {"id": 302, "content": "b>", "special": false, "normalized": true}]
            """
        let folder = try TemporaryFolder()
        let tokenizer = try Tokenizer.load(
            path: try folder.write(vocabulary.huggingFace(addedTokens: added), "tokenizer.json"))
        #expect(tokenizer.vocabularySize == 303)
        #expect(try encoded("<a><b>", tokenizer) == [301])
        #expect(try encoded("<a><b", tokenizer) == [300, 60, 98])
        #expect(try encoded("<b>", tokenizer) == [60, 302])
        #expect(try encoded("<a>", tokenizer, .plain) == [60, 97, 62])
        #expect(try tokenizer.decode([301, 302]) == Array("<a><b>b>".utf8))
        #expect(throws: TokenizerError.unknownIdentifier(9_999)) { try tokenizer.decode([9_999]) }
    }

    @Test func `NFC is applied where a file asks for it`() throws {
        var generator = SeededGenerator(15)
        let plain = TestVocabulary(&generator, letters: Array("ab".utf8), merges: 4).huggingFace()
        let folder = try TemporaryFolder()
        let composing = plain.replacing(
            #""normalizer": null"#, with: #""normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]}"#)
        let with = try Tokenizer.load(path: try folder.write(composing, "a/tokenizer.json"))
        let without = try Tokenizer.load(path: try folder.write(plain, "b/tokenizer.json"))
        #expect(try with.decode(encoded("e\u{301}a", with)) == Array("\u{E9}a".utf8))
        #expect(try without.decode(encoded("e\u{301}a", without)) == Array("e\u{301}a".utf8))
        #expect(try with.decode(encoded("\u{E9}a", with, .plain)) == Array("\u{E9}a".utf8))
    }

    @Test func `tokenizer.json goes before the parts of it beside it`() throws {
        var generator = SeededGenerator(16)
        let vocabulary = TestVocabulary(&generator, letters: Array("ab".utf8), merges: 4)
        let folder = try TemporaryFolder()
        _ = try folder.write("{}", "m/vocab.json")
        _ = try folder.write("", "m/merges.txt")
        #expect(throws: TokenizerError.self) { try Tokenizer.load(name: "m", folder: folder.path) }
        let json = try folder.write(vocabulary.huggingFace(), "m/tokenizer.json")
        #expect(try Tokenizer.load(name: "m", folder: folder.path).files == [json])
    }

    @Test func `threads share a tokenizer`() async throws {
        var generator = SeededGenerator(10)
        let vocabulary = TestVocabulary(&generator, letters: Array("ab cd".utf8), merges: 80)
        let folder = try TemporaryFolder()
        let tokenizer = try Tokenizer.load(path: try folder.write(vocabulary.huggingFace(), "tokenizer.json"))
        let texts = (0..<200).map { _ in RandomText.string(&generator, upTo: 100) }
        let results = try await withThrowingTaskGroup(of: [[UInt32]].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let scratch = TokenizerScratch()
                    return try texts.map { text in
                        var identifiers: [UInt32] = []
                        try tokenizer.encode(text, into: &identifiers, scratch: scratch)
                        return identifiers
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 4 && results.allSatisfy { $0 == results[0] })
    }

    @Test func `a scratch may go from one tokenizer to another`() throws {
        var generator = SeededGenerator(12)
        let folder = try TemporaryFolder()
        let tokenizers = try (0..<3).map { number in
            let vocabulary = TestVocabulary(&generator, letters: Array("ab cd".utf8), merges: 20 + 40 * number)
            return try Tokenizer.load(path: try folder.write(vocabulary.huggingFace(), "\(number)/tokenizer.json"))
        }
        let shared = TokenizerScratch()
        for round in 0..<300 {
            let text = String((0..<20).map { _ in "ab cd".randomElement(using: &generator) ?? " " })
            var identifiers: [UInt32] = []
            try tokenizers[round % 3].encode(text, into: &identifiers, scratch: shared)
            #expect(try identifiers == encoded(text, tokenizers[round % 3]))
        }
    }

    @Test func `what is not built is refused by name`() throws {
        var generator = SeededGenerator(8)
        let good = TestVocabulary(&generator, letters: Array("ab".utf8), merges: 4).huggingFace()
        let folder = try TemporaryFolder()
        let changes = [
            (#""normalizer": null"#, #""normalizer": {"type": "Lowercase"}"#, "Lowercase"),
            (#""type": "BPE""#, #""type": "Unigram""#, "Unigram"),
            (#""add_prefix_space": false"#, #""add_prefix_space": true"#, "add_prefix_space"),
            (#""dropout": null"#, #""dropout": 0.1"#, "dropout"),
            (#"{"type": "ByteLevel""#, #"{"type": "Metaspace""#, "ByteLevel"),
            (#""added_tokens": []"#, #""added_tokens": [{"id": 1, "content": "x", "lstrip": true}]"#, "lstrip"),
        ]
        for (old, new, name) in changes {
            let file = try folder.write(good.replacing(old, with: new), "tokenizer.json")
            let error = #expect(throws: TokenizerError.self) { try Tokenizer.load(path: file) }
            guard case .unsupported(_, let feature) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(feature.contains(name))
        }
    }

    @Test func `a missing tokenizer is named with those that are there`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: TokenizerError.notInstalled(name: "llama3", folder: folder.path, installed: [])) {
            try Tokenizer.load(name: "llama3", folder: folder.path)
        }
        #expect(throws: TokenizerError.notInstalled(name: "../x", folder: folder.path, installed: [])) {
            try Tokenizer.load(name: "../x", folder: folder.path)
        }
    }

    private func encoded(
        _ text: String, _ tokenizer: Tokenizer, _ mode: SpecialTokenMode = .likeReference
    ) throws -> [UInt32] {
        var identifiers: [UInt32] = []
        try tokenizer.encode(text, specialTokens: mode, into: &identifiers, scratch: TokenizerScratch())
        return identifiers
    }
}
