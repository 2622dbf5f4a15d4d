import CMinHash
@testable import Deduplication
import Testing

/// The byte passes sixteen at a time, against the same thing said one by one.
@Suite struct TextScanTests {
    private func randomText(_ random: inout Seeded, _ letters: [String]) -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).flatMap { _ in
            Array(letters[Int.random(in: 0..<letters.count, using: &random)].utf8)
        }
    }

    @Test func foldsWhiteSpaceLikeTheDefinition() {
        var random = Seeded(1)
        var folder = WhiteSpaceFolder()
        // Mostly letters, so that whole blocks are taken too.
        let letters = Array("abcdefghijklmnopqrst").map { String($0) }
            + [" ", " ", "\n", "\r\n", "\t", "\u{B}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{3000}", "\u{200B}", "é", "中", "”"]
        for _ in 0..<1_500 {
            let text = randomText(&random, letters)
            let expected = String(decoding: text, as: UTF8.self).unicodeScalars
                .split { $0.properties.isWhitespace }.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
            let folded = text.withUnsafeBytes { folder.withFolded($0) { String(decoding: $0, as: UTF8.self) } }
            #expect(folded == expected)
        }
    }

    @Test func foldsBrokenBytesWithoutHarm() {
        var random = Seeded(2)
        var folder = WhiteSpaceFolder()
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...100, using: &random)).map { _ in
                [0x20, 0x0A, 0xC2, 0x85, 0xA0, 0xE2, 0x80, 0x81, 0xE3, 0x41][Int.random(in: 0..<10, using: &random)] as UInt8
            }
            let folded = text.withUnsafeBytes { folder.withFolded($0) { [UInt8]($0) } }
            #expect(folded.count <= text.count)
            #expect(folded.withUnsafeBytes { folder.withFolded($0) { [UInt8]($0) } }.count <= folded.count)
        }
    }

    @Test func marksEveryByteAsTheTableDoes() {
        var random = Seeded(3)
        for count in Array(0...130) + [1_000] {
            let text = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var words = [UInt64](repeating: ~0, count: count / 64 + 1)
            var wide = words
            let hasWide = leat_scan_words(text, count, &words, &wide)
            #expect((hasWide != 0) == text.contains { $0 >= 0x80 })
            for (index, byte) in text.enumerated() {
                #expect(words[index / 64] >> UInt64(index % 64) & 1 == (WordTable.bytes[Int(byte)] == 0 ? 0 : 1))
                #expect(wide[index / 64] >> UInt64(index % 64) & 1 == (byte >= 0x80 ? 1 : 0))
            }
            if count % 64 != 0 { #expect(words[count / 64] >> UInt64(count % 64) == 0) }
        }
    }
}
