import Foundation
import Testing

@testable import Tokenization

/// Against the reference ids, with the vocabularies that are installed: prints what it skips.
struct InstalledTests {
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let folder = package.appendingPathComponent(".local/models/tokenizers").path
    static let names = [
        "gpt2", "llama3", "cl100k_base", "o200k_base", "tekken_240911", "mistral_v1", "mistral_v3", "hf_llama3",
        "hf_deepseek",
    ]

    private static func isInstalled(_ name: String) -> Bool {
        let isHere = Tokenizer.installed(in: folder).contains(name)
        if !isHere { print("skipped: the tokenizer \(name) is not installed") }
        return isHere
    }

    /// Every fifth text: all of them take minutes without optimisation. `leat eval tokens` compares all.
    private static let reference: [(text: String, identifiers: JSONValue)] = {
        let data =
            ProcessInfo.processInfo.environment["LEAT_DATA"]
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
        let file = data + "/tokens/reference.jsonl.zst"
        guard FileManager.default.fileExists(atPath: file) else {
            print("skipped: no reference ids at \(file)")
            return []
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["zstd", "-dcq", file]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return [] }
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return bytes.split(separator: 0x0A).enumerated().compactMap { number, line in
            guard number % 5 == 0, line.count < 400_000 else { return nil }
            let line = Array(line)
            var scanner = JSONScanner(line.span)
            guard let value = try? JSONValue.read(&scanner), let text = value["text"].string else { return nil }
            return (text, value["ids"])
        }
    }()

    @Test(arguments: names)
    func `ids are the reference's`(name: String) throws {
        guard Self.isInstalled(name) else { return }
        let panel = try TokenizerPanel(folder: Self.folder, names: [name])
        var scratches: [TokenizerScratch] = []
        for (text, identifiers) in Self.reference {
            for (label, ours) in try panel.encode(text, scratches: &scratches) {
                let wanted = identifiers[label].array?.compactMap { $0.integer.map { UInt32($0) } }
                #expect(ours == wanted, "\(label): \(text.prefix(80).debugDescription)")
            }
        }
    }

    @Test(arguments: names)
    func `decoding gives the text back`(name: String) throws {
        guard Self.isInstalled(name) else { return }
        let tokenizer = try Tokenizer.load(name: name, folder: Self.folder)
        #expect(tokenizer.endOfDocument != nil)
        let scratch = TokenizerScratch()
        var generator = SeededGenerator(17)
        for _ in 0..<500 {
            let text = RandomText.string(&generator, upTo: 60)
            var identifiers: [UInt32] = []
            try tokenizer.encode(text, into: &identifiers, scratch: scratch)
            // To SentencePiece "▁" is a blank.
            let wanted = name.hasPrefix("mistral") ? text.replacing("▁", with: " ") : text
            #expect(try tokenizer.decode(identifiers) == Array(wanted.utf8), "\(text.debugDescription)")
            #expect(identifiers.allSatisfy { Int($0) < tokenizer.vocabularySize })
        }
    }

    @Test(arguments: ["mistral_v1", "mistral_v3"])
    func `our merging and the SentencePiece library agree`(name: String) throws {
        guard Self.isInstalled(name) else { return }
        let file = try VocabularyFile(path: Self.folder + "/\(name)/tokenizer.model")
        let own = try Tokenizer.sentencePiece(name: name, file)
        let library = try Tokenizer.sentencePiece(name: name, file, usesLibrary: true)
        let scratch = TokenizerScratch()
        var generator = SeededGenerator(19)
        let extras = ["▁", "[REFERENCE_DOC_3]", "[INST]", "<s>", "<0x41>", "  ", "the quick", "\u{FFFD}"]
        for _ in 0..<1_500 {
            var text = RandomText.string(&generator, upTo: 40)
            if Bool.random(using: &generator) { text += extras.randomElement(using: &generator) ?? "" }
            if Bool.random(using: &generator) { text += RandomText.string(&generator, upTo: 40) }
            var ours: [UInt32] = []
            var theirs: [UInt32] = []
            try own.encode(text, into: &ours, scratch: scratch)
            try library.encode(text, into: &theirs, scratch: scratch)
            #expect(ours == theirs, "\(text.debugDescription)")
        }
    }
}
