import Testing

@testable import Filtering

@Suite("Gopher's quality rules, at their thresholds")
struct GopherQualityTests {
    private func step(_ change: (inout GopherQualitySettings) -> Void = { _ in }) -> FilterStep {
        var settings = GopherQualitySettings()
        settings.minDocWords = 0
        settings.maxDocWords = 0
        settings.minAvgWordLength = 0
        settings.maxAvgWordLength = 0
        settings.maxSymbolWordRatio = 0
        settings.maxBulletLinesRatio = 0
        settings.maxEllipsisLinesRatio = 0
        settings.maxNonAlphaWordsRatio = 0
        settings.minStopWords = 0
        change(&settings)
        return .gopherQuality(PerLanguage(settings))
    }

    @Test("Fifty words are enough, forty-nine are not; marks are no words")
    func short() throws {
        let rule = step { $0.minDocWords = 50 }
        #expect(try refusal(rule, plainWords(50).joined(separator: " ")) == nil)
        #expect(try refusal(rule, plainWords(49).joined(separator: " ") + " . ! ?") == "gopher_short_doc")
    }

    @Test("A hundred thousand words are not too many")
    func long() throws {
        let rule = step { $0.maxDocWords = 100_000 }
        #expect(try refusal(rule, String(repeating: "a ", count: 100_000)) == nil)
        #expect(try refusal(rule, String(repeating: "a ", count: 100_001)) == "gopher_long_doc")
    }

    @Test("The mean length of words: three and ten are kept")
    func length() throws {
        #expect(try refusal(step { $0.minAvgWordLength = 3 }, "abc def .") == nil)
        #expect(try refusal(step { $0.minAvgWordLength = 3 }, "abc de .") == "gopher_below_avg_threshold")
        #expect(try refusal(step { $0.maxAvgWordLength = 10 }, "abcdefghij") == nil)
        #expect(try refusal(step { $0.maxAvgWordLength = 10 }, "abcdefghijk") == "gopher_above_avg_threshold")
        #expect(try measured(step(), "!!!", "mean_word_length") == nil)
    }

    @Test("Number signs and ellipses for a word")
    func symbols() throws {
        let rule = step { $0.maxSymbolWordRatio = 0.1 }
        let nine = plainWords(9).joined(separator: " ")
        #expect(try refusal(rule, nine + " #") == nil)
        #expect(try refusal(rule, nine + " # #") == "gopher_too_many_hashes")
        #expect(try refusal(rule, nine + " ...") == nil)
        #expect(try refusal(rule, nine + " ... …") == "gopher_too_many_ellipsis")
        #expect(try measured(rule, "a ..... b ......", "ellipsis_ratio") == 3.0 / 4)
    }

    @Test("Lines that start with bullets or end with ellipses")
    func lines() throws {
        let bullets = (0..<9).map { "- item \($0)" } + ["text"]
        #expect(try refusal(step { $0.maxBulletLinesRatio = 0.9 }, bullets.joined(separator: "\n")) == nil)
        let more = (0..<10).map { " \u{A0}• item \($0)" }
        #expect(
            try refusal(step { $0.maxBulletLinesRatio = 0.9 }, more.joined(separator: "\r\n"))
                == "gopher_too_many_bullets")
        let ends = ["a...", "b… ", "c...\u{2003}"] + (0..<7).map { "line \($0)" }
        let rule = step { $0.maxEllipsisLinesRatio = 0.3 }
        #expect(try refusal(rule, ends.joined(separator: "\u{2028}")) == nil)
        #expect(try refusal(rule, ends.dropLast().joined(separator: "\n")) == "gopher_too_many_end_ellipsis")
    }

    @Test("Marks count as words without letters")
    func letters() throws {
        let rule = step { $0.maxNonAlphaWordsRatio = 0.8 }
        #expect(try refusal(rule, "four plain words here.") == nil)
        #expect(try refusal(rule, "three plain words.") == "gopher_below_alpha_threshold")
    }

    @Test("Two different stop words, as they are written")
    func stopWords() throws {
        let rule = step { $0.minStopWords = 2 }
        #expect(try refusal(rule, "the cat of it") == nil)
        #expect(try refusal(rule, "the cat the cat The Of") == "gopher_enough_stop_words")
        #expect(try measured(rule, "the be to of and that have with", "stop_words") == 8)
    }

    @Test("Without any word nothing is divided by zero")
    func nothing() throws {
        #expect(try refusal(step { $0.minDocWords = 1 }, "  ") == "gopher_short_doc")
        #expect(try measured(step(), "", "alpha_words") == nil)
    }
}
