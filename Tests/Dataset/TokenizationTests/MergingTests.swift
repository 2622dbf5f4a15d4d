import Foundation
import Testing

@testable import Tokenization

struct MergingTests {
    private let letters: [UInt8] = Array("abcd".utf8)

    /// Texts of one piece each under GPT-2's pattern: letters alone.
    private func randomPiece(_ generator: inout SeededGenerator) -> [UInt8] {
        let length = [3, 20, 90, 300, 700].randomElement(using: &generator) ?? 20
        let alphabet = Array(letters.prefix(Int.random(in: 1...4, using: &generator)))
        if Int.random(in: 0..<4, using: &generator) == 0 {
            let pattern = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 97
            }
            return (0..<length).map { pattern[$0 % pattern.count] }
        }
        return (0..<Int.random(in: 1...length, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator) ?? 97
        }
    }

    @Test(arguments: [false, true])
    func `merges as byte pairs are defined`(byPairs: Bool) throws {
        var generator = SeededGenerator(byPairs ? 3 : 4)
        let folder = try TemporaryFolder()
        for round in 0..<12 {
            let vocabulary = TestVocabulary(
                &generator, letters: letters, merges: 20 + 25 * round, longest: round % 2 == 0 ? 6 : 40)
            let tokenizer =
                byPairs
                ? try Tokenizer.load(path: try folder.write(vocabulary.huggingFace(), "tokenizer.json"))
                : try Tokenizer.load(path: try folder.write(vocabulary.tiktoken, "x.tiktoken"), pattern: .gpt2)
            let scratch = TokenizerScratch()
            let whole = Set(vocabulary.tokens)
            for _ in 0..<12 {
                let piece = randomPiece(&generator)
                var identifiers: [UInt32] = []
                try tokenizer.encode(utf8: piece.span, into: &identifiers, scratch: scratch)
                // Tiktoken takes a piece that is a token as it is.
                if byPairs || !whole.contains(piece) {
                    #expect(
                        identifiers == vocabulary.slowMerge(piece, byPairs: byPairs),
                        "\(String(decoding: piece, as: UTF8.self))")
                }
                #expect(try tokenizer.decode(identifiers) == piece)
            }
        }
    }

    @Test func `the three ways to merge agree`() throws {
        var generator = SeededGenerator(9)
        let folder = try TemporaryFolder()
        let vocabulary = TestVocabulary(&generator, letters: letters, merges: 120)
        let tokenizer = try Tokenizer.load(path: try folder.write(vocabulary.huggingFace(), "tokenizer.json"))
        guard case .pieces(let pieces, _) = tokenizer.model else { return }
        for _ in 0..<60 {
            let piece = randomPiece(&generator)
            let scratch = TokenizerScratch()
            scratch.prepare(for: pieces)
            var windows: [UInt32] = []
            var long = LongMerge(count: piece.count)
            var heap: [UInt32] = []
            piece.withUnsafeBufferPointer { piece in
                guard let base = piece.baseAddress else { return }
                pieces.mergeInWindows(base, piece.count, piece.count, scratch, &windows)
                pieces.forEachSymbol(base, piece.count, piece.count) { long.setPart($1, start: $1, identifier: $0) }
                long.run(
                    piece: base, byteCount: piece.count, readable: piece.count, rule: pieces.rule, table: pieces.table
                ) {
                    token, _, _ in heap.append(token)
                }
            }
            #expect(windows == heap)
        }
    }

    @Test func `time grows with the length, not with its square`() throws {
        var generator = SeededGenerator(21)
        let folder = try TemporaryFolder()
        let vocabulary = TestVocabulary(&generator, letters: Array("ab".utf8), merges: 60)
        let tokenizer = try Tokenizer.load(path: try folder.write(vocabulary.tiktoken, "x.tiktoken"), pattern: .gpt2)
        let scratch = TokenizerScratch()
        func seconds(_ text: [UInt8]) throws -> Double {
            var best = Double.infinity
            for _ in 0..<3 {
                var identifiers: [UInt32] = []
                var start = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
                try tokenizer.encode(utf8: text.span, into: &identifiers, scratch: scratch)
                var end = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
                best = min(best, Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9)
            }
            return best
        }
        for text: () -> UInt8 in [{ 97 }, { Bool.random(using: &generator) ? 97 : 98 }] {
            let small = (0..<10_000).map { _ in text() }
            let large = (0..<80_000).map { _ in text() }
            // Eight times the length; the square would be 64 times the time.
            #expect(try seconds(large) < 24 * seconds(small) + 0.01)
        }
    }
}
