import Testing

@testable import Filtering

@Suite("Texts made to hurt")
struct HostileTextTests {
    private static let everything = FilterChainSettings(
        filters: [
            .codeRatio(PerLanguage(CodeRatioSettings())), .gopherRepetition(PerLanguage(GopherRepetitionSettings())),
            .gopherQuality(PerLanguage(GopherQualitySettings())), .c4(PerLanguage(C4Settings())),
            .fineWeb(PerLanguage(FineWebSettings())),
        ], measureAll: true)

    @Test("A large text of one thing takes time in step with its size", arguments: [
        "a", " ", "{", ".", "\n", "(", "@", "-", "a-", "a.", "'s", "[", "<a", "1", "…", "é", "日", ":)", "http://", "\u{301}", "&",
    ])
    func linear(piece: String) throws {
        let filters = try FilterChain(Self.everything)
        let clock = ContinuousClock()
        func seconds(_ size: Int) -> Duration {
            let input = FilterInput(text: String(repeating: piece, count: size / piece.utf8.count))
            // The best of two: other work on the machine only adds.
            return min(clock.measure { _ = filters.evaluate(input) }, clock.measure { _ = filters.evaluate(input) })
        }
        let small = seconds(4_000)
        let large = seconds(32_000)
        // Eight times the size: quadratic work would be 64 times as long.
        #expect(large < small * 30 + .milliseconds(200), "\(small) and \(large)")
    }

    @Test("A megabyte of one thing is judged like any text", arguments: ["a", " ", "{"])
    func megabyte(piece: String) throws {
        let outcome = try FilterChain(Self.everything).evaluate(
            FilterInput(text: String(repeating: piece, count: 1 << 20)))
        #expect(outcome.rejection != nil)
        #expect(outcome.measured.first { $0.name == "chars" }?.value == Double(1 << 20))
    }

    @Test("Random scalars: words cover all that is no white space, in order")
    func randomScalars() throws {
        let filters = try FilterChain(Self.everything)
        var numbers = SeededNumbers(42)
        for round in 0..<120 {
            var scalars = String.UnicodeScalarView()
            let high: UInt32 = [0x80, 0x800, 0x3000, 0x10_FFFF][round % 4]
            for _ in 0..<Int.random(in: 0...200, using: &numbers) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...high, using: &numbers)) { scalars.append(scalar) }
            }
            let text = String(scalars)
            let bytes = Array(text.utf8)
            for rules in [WordRules.english, .unicode] {
                let segmentation = TextSegmentation(text, rules: rules)
                var end = 0
                for word in segmentation.words {
                    #expect(Int(word.start) >= end && word.byteCount > 0)
                    end = word.range.upperBound
                }
                #expect(end <= bytes.count)
                let joined = segmentation.words.flatMap { bytes[$0.range] }
                let expected = scalars.filter {
                    !CharacterTable.shared.classes(of: $0.value).contains(.whiteSpace)
                }
                #expect(joined == Array(String(String.UnicodeScalarView(expected)).utf8))
            }
            _ = filters.evaluate(FilterInput(text: text))
            _ = filters.evaluate(FilterInput(text: text, language: "th"))
        }
    }

    @Test("Random rows of awkward pieces give the same words in a text as one by one")
    func piecesAlone() {
        var numbers = SeededNumbers(7)
        let pieces = ["a.b", "can't", "(", ")", "…", "..", "10km", "US$5", "http://x.org/a-b", "U.S.", "'s", ":(", "—", "é!", "日本"]
        for _ in 0..<200 {
            let runs = (0..<6).map { _ in
                (0..<3).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            }
            #expect(words(runs.joined(separator: " \n")) == runs.flatMap { words($0) })
        }
    }

    @Test("A text that is no contiguous UTF-8 yet, and one that is a part of another")
    func storage() {
        let text = String("prefix Hello, world!".dropFirst(7))
        #expect(words(text) == ["Hello", ",", "world", "!"])
    }
}
