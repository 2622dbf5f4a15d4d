import Testing

@testable import Filtering

/// The same by the definitions, word for word: strings, sets and counts.
private enum Plainly {
    static func topLength(_ words: [String], _ size: Int) -> Int? {
        guard words.count >= size else { return nil }
        let rows = (0...words.count - size).map { words[$0..<$0 + size].joined(separator: " ") }
        var counts: [String: Int] = [:]
        for row in rows { counts[row, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        return rows.first { counts[$0] == most }.map { $0.unicodeScalars.count * most }
    }

    static func repeatedLength(_ words: [String], _ size: Int) -> Int {
        var seen: Set<String> = []
        var length = 0
        var index = 0
        while index + size <= words.count {
            let row = words[index..<index + size].joined()
            if seen.insert(row).inserted {
                index += 1
            } else {
                length += row.unicodeScalars.count
                index += size
            }
        }
        return length
    }
}

@Suite("Repeated rows of words, compared with the plain definitions")
struct WordSequencesTests {
    @Test("Random texts of few words", arguments: [2, 3, 5, 12, 40])
    func random(vocabulary: Int) {
        var numbers = SeededNumbers(UInt64(vocabulary))
        let known = ["a", "b", "ab", "ba", "aé", "é", "aba", "日本", "n't"]
        let longer = plainWords(40).enumerated().map { $0.offset % 5 == 0 ? $0.element + "and-more-of-it" : $0.element }
        let choice = (known + longer).shuffled(using: &numbers).prefix(vocabulary)
        for round in 0..<60 {
            let words = (0..<round * 3).map { _ in choice.randomElement(using: &numbers) ?? "a" }
            var text = words.joined(separator: " ")
            text.withUTF8 { bytes in
                var start = 0
                let made = words.map { word in
                    let range = start..<start + word.utf8.count
                    start = range.upperBound + 1
                    return WordMaking.word(bytes, range)
                }
                for fewest in [1, 5] {
                    let sequences = WordSequences(made, of: bytes, fewestWords: fewest)
                    for size in 1...11 {
                        #expect(sequences.topLength(size) == Plainly.topLength(words, size))
                        guard size >= fewest else { continue }
                        #expect(sequences.repeatedLength(size) == Plainly.repeatedLength(words, size))
                    }
                }
            }
        }
    }
}
