@testable import Deduplication
import Testing

@Suite struct ShinglerTests {
    @Test func countsAndComparesLikeTheDefinition() {
        var random = Seeded(1)
        // Letters of one to four bytes, capitals, marks, the particular cases, and what stands between words.
        let alphabet = Array("abcXYZ019_éÉßÄñİıΣσςǅжЖ中文あ🙂①Ⅷ٣ेा\u{301}\u{10400}\u{1D7D8}.,;-  \n\t\u{A0}'").map { String($0) }
        var shingler = Shingler()
        var earlier: (Set<String>, ShingleSet) = ([], shingler.shingles(of: ""))
        for round in 0..<400 {
            let letters = (0..<Int.random(in: 0...(round < 200 ? 40 : 400), using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let text = letters.joined()
            let naive = NaiveShingles.shingles(text)
            let fast = shingler.shingles(of: text)
            #expect(fast.total == naive.count, "\(text.debugDescription)")
            #expect(fast.jaccard(with: earlier.1) == NaiveShingles.jaccard(naive, earlier.0))
            #expect(fast.jaccard(with: fast) == (naive.isEmpty ? 0 : 1))
            earlier = (naive, fast)
        }
    }

    @Test func theJaccardOfEditedTextsIsExact() {
        var stream = TextStream(seed: 2)
        var shingler = Shingler()
        let texts = (0..<120).map { _ in stream.next() }
        let naive = texts.map { NaiveShingles.shingles($0) }
        let fast = texts.map { shingler.shingles(of: $0) }
        var above = 0
        for first in 0..<texts.count {
            for second in 0..<first {
                let expected = NaiveShingles.jaccard(naive[first], naive[second])
                #expect(fast[first].jaccard(with: fast[second]) == expected)
                if expected > 0.5 { above += 1 }
            }
        }
        #expect(above > 20)
    }

    @Test func caseAndPunctuationDoNotMatter() {
        var shingler = Shingler()
        let set = shingler.shingles(of: "Ein Straßenfest, ΟΔΟΣ und Ähnliches; 12 Uhr (früh)")
        #expect(set == shingler.shingles(of: "ein straßenfest οδος UND ähnliches 12 uhr früh"))
        #expect(set.total == 4)
        #expect(shingler.shingles(of: "only four words here").total == 0)
        #expect(shingler.shingles(of: "a b c d e a b c d e").total == 5)
    }

    @Test func bytesThatAreNotUTF8EndWordsAndNothingElse() {
        var random = Seeded(3)
        var shingler = Shingler()
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let repaired = String(decoding: bytes, as: UTF8.self)
            let raw = bytes.withUnsafeBytes { shingler.shingles(of: $0) }
            // The repair puts U+FFFD, which is no letter, in the place of each broken sequence.
            #expect(raw == shingler.shingles(of: repaired))
        }
    }

    @Test func theTableCoversEveryWordCharacter() {
        for value in UInt32(0)..<0x11_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isWord = WordTable.makesWords(scalar)
            if value < UInt32(WordTable.count) {
                if (WordTable.entries[Int(value)] != 0) != isWord { Issue.record("U+\(String(value, radix: 16))") }
            } else if isWord {
                Issue.record("U+\(String(value, radix: 16)) lies past the table")
            }
        }
    }

    @Test func sortsLikeTheStandardLibrary() {
        var random = Seeded(4)
        var sorter = RadixSorter()
        for round in 0..<200 {
            let limit: UInt32 = round % 3 == 0 ? 50 : .max
            var values = (0..<Int.random(in: 0...700, using: &random)).map { _ in UInt32.random(in: 0...limit, using: &random) }
            let expected = Set(values).sorted()
            #expect(sorter.sortedDistinct(&values, count: values.count) == expected)
        }
    }

    @Test func aLongTextIsComparedByItsSample() {
        // 100,000 and 90,000 numbers, 85,000 shared: Jaccard 85/105.
        let first = ShingleSet((0..<100_000).map { UInt32($0) &* 42_949 })
        let second = ShingleSet((15_000..<105_000).map { UInt32($0) &* 40_904 }.sorted())
        #expect(first.stored.hashes.count == ShingleSet.storedLimit && first.stored.total == 100_000)
        #expect(first.stored.jaccard(with: first) == 1)
        #expect(second.stored.jaccard(with: second.stored) == 1)
        var random = Seeded(5)
        var all: Set<UInt32> = []
        while all.count < 105_000 { all.insert(UInt32.random(in: 0...(.max), using: &random)) }
        let shuffled = all.sorted().shuffled(using: &random)
        let long = ShingleSet(shuffled[..<100_000].sorted())
        let short = ShingleSet(shuffled[15_000...].sorted())
        #expect(long.jaccard(with: short) == 85.0 / 105)
        #expect(abs(long.stored.jaccard(with: short.stored) - 85.0 / 105) < 0.006)
    }
}
