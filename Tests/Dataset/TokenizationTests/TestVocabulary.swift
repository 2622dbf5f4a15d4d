import Foundation

@testable import Tokenization

/// A small random vocabulary over a few letters: all bytes, then tokens that are two earlier ones together.
struct TestVocabulary {
    var tokens: [[UInt8]] = (0...255).map { [UInt8($0)] }
    /// For each token after the bytes, the two it was made of.
    var pairs: [(left: Int, right: Int)] = []

    init(_ generator: inout SeededGenerator, letters: [UInt8], merges: Int, longest: Int = 12) {
        var known = Set(tokens)
        var usable = letters.map { Int($0) }
        while pairs.count < merges {
            let left = usable.randomElement(using: &generator) ?? 0
            let right = usable.randomElement(using: &generator) ?? 0
            let token = tokens[left] + tokens[right]
            guard token.count <= longest, known.insert(token).inserted else { continue }
            usable.append(tokens.count)
            tokens.append(token)
            pairs.append((left, right))
        }
    }

    var tiktoken: String {
        tokens.enumerated().map { Data($1).base64EncodedString() + " \($0)\n" }.joined()
    }

    /// The whole of a tokenizer.json.
    func huggingFace(ignoresMerges: Bool = false, addedTokens: String = "[]") -> String {
        let vocabulary = tokens.enumerated().map { "\(Self.quoted($1)): \($0)" }.joined(separator: ", ")
        let merges = pairs.map { "[\(Self.quoted(tokens[$0.left])), \(Self.quoted(tokens[$0.right]))]" }
        return """
            {"version": "1.0", "added_tokens": \(addedTokens), "normalizer": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
             "model": {"type": "BPE", "dropout": null, "ignore_merges": \(ignoresMerges),
                       "vocab": {\(vocabulary)}, "merges": [\(merges.joined(separator: ", "))]}}
            """
    }

    /// In the byte-level alphabet.
    static func unquoted(_ token: [UInt8]) -> String {
        var characters = String.UnicodeScalarView()
        characters.append(contentsOf: token.map { alphabet[Int($0)] })
        return String(characters)
    }

    /// The same as JSON.
    static func quoted(_ token: [UInt8]) -> String {
        let escaped = unquoted(token).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }

    private static let alphabet: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0...255).map { byte in
            if (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte) {
                return Unicode.Scalar(UInt8(byte))
            }
            defer { next += 1 }
            return Unicode.Scalar(next) ?? " "
        }
    }()

    /// Byte-pair merging as it is defined: the lowest rank of all, the leftmost of equals, again and again.
    func slowMerge(_ piece: [UInt8], byPairs: Bool) -> [UInt32] {
        var rankOfBytes: [[UInt8]: Int] = [:]
        for (rank, token) in tokens.enumerated() { rankOfBytes[token] = rank }
        var rankOfPair: [[Int]: Int] = [:]
        for (rank, pair) in pairs.enumerated() { rankOfPair[[pair.left, pair.right]] = rank }
        var parts = piece.map { Int($0) }
        while true {
            var best: (rank: Int, place: Int)?
            for place in parts.indices.dropLast() {
                let rank =
                    byPairs
                    ? rankOfPair[[parts[place], parts[place + 1]]]
                    : rankOfBytes[tokens[parts[place]] + tokens[parts[place + 1]]]
                if let rank, best.map({ rank < $0.rank }) ?? true { best = (rank, place) }
            }
            guard let best else { return parts.map { UInt32($0) } }
            parts[best.place] = rankOfBytes[tokens[parts[best.place]] + tokens[parts[best.place + 1]]] ?? 0
            parts.remove(at: best.place + 1)
        }
    }
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tokenization-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws -> String { try write(Array(text.utf8), name) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
