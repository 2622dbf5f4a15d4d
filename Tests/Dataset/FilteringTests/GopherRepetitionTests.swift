import Testing

@testable import Filtering

@Suite("Gopher's repetition rules, at their thresholds")
struct GopherRepetitionTests {
    /// All rules off but those that `change` turns on.
    private func step(_ change: (inout GopherRepetitionSettings) -> Void = { _ in }) -> FilterStep {
        var settings = GopherRepetitionSettings()
        settings.dupParaFrac = 0
        settings.dupParaCharFrac = 0
        settings.dupLineFrac = 0
        settings.dupLineCharFrac = 0
        settings.topNGrams = []
        settings.dupNGrams = []
        change(&settings)
        return .gopherRepetition(PerLanguage(settings))
    }

    @Test("The empty text is refused, white space is not")
    func empty() throws {
        #expect(try refusal(step(), "") == "empty")
        #expect(try refusal(step(), " ") == nil)
    }

    @Test("Three of ten paragraphs are kept, four are not")
    func paragraphs() throws {
        let rule = step { $0.dupParaFrac = 0.3 }
        let seven = (0..<7).map { "paragraph number \($0)" }
        #expect(try refusal(rule, (seven + Array(repeating: seven[0], count: 3)).joined(separator: "\n\n")) == nil)
        let six = Array(seven.prefix(6))
        let text = (six + Array(repeating: six[0], count: 4)).joined(separator: "\n\n\n")
        #expect(try refusal(rule, text) == "dup_para_frac")
        #expect(try measured(rule, text, "dup_para_frac") == 0.4)
    }

    @Test("Characters of paragraphs and of lines are shares of the whole text")
    func characters() throws {
        // 20 characters, of which 4 in a second occurrence.
        let text = "abcd\n\nefghij\n\nabcd"
        #expect(text.count == 18)
        #expect(try measured(step(), text, "dup_para_char_frac") == 4.0 / 18)
        #expect(try measured(step(), text, "dup_line_char_frac") == 4.0 / 18)
        #expect(try refusal(step { $0.dupParaCharFrac = 4.0 / 18 }, text) == nil)
        #expect(try refusal(step { $0.dupParaCharFrac = 0.22 }, text) == "dup_para_char_frac")
        #expect(try refusal(step { $0.dupLineCharFrac = 0.22 }, text) == "dup_line_char_frac")
    }

    @Test("Lines are cut at runs of line feeds; the empty ends count")
    func lines() throws {
        #expect(try measured(step(), "\n\na\n\n\nb\n\n", "lines") == 4)
        #expect(try measured(step(), "\n\na\n\n\nb\n\n", "dup_line_frac") == 0.25)
        #expect(try refusal(step { $0.dupLineFrac = 0.3 }, "a\na\nb") == "dup_line_frac")
    }

    @Test("The most frequent row of words counts with its blanks; the first seen wins a tie")
    func topRows() throws {
        // "a bb" and "ccc a" both come twice; the first is 4 long: 8 of 21 characters.
        let text = "a bb x ccc a bb ccc a"
        #expect(try measured(step { $0.topNGrams = [NGramThreshold(2, 1)] }, text, "top_2_gram") == 8.0 / 21)
        #expect(try refusal(step { $0.topNGrams = [NGramThreshold(2, 8.0 / 21)] }, text) == nil)
        #expect(try refusal(step { $0.topNGrams = [NGramThreshold(2, 0.38)] }, text) == "top_2_gram")
        #expect(try measured(step { $0.topNGrams = [NGramThreshold(4, 1)] }, "one two three", "top_4_gram") == nil)
    }

    @Test("A row seen before adds its letters and is skipped whole")
    func repeatedRows() throws {
        let five = "aa bb cc dd ee"
        // Words aa…ee twice, then xx: after the second row the search goes on behind it.
        let text = "\(five) \(five) xx"
        let rule = step { $0.dupNGrams = [NGramThreshold(5, 0.3)] }
        #expect(try measured(rule, text, "dup_5_grams") == 10.0 / Double(text.count))
        #expect(try refusal(rule, text) == "duplicated_5_n_grams")
    }

    @Test("Rows are joined without blanks: other words of the same letters are the same row")
    func joinedRows() throws {
        let rule = step { $0.dupNGrams = [NGramThreshold(2, 1)] }
        #expect(try measured(rule, "ab c zz a bc", "dup_2_grams") == 3.0 / 12)
    }

    @Test("Long words and words with leading NULs are told apart")
    func longWords() throws {
        let rule = step { $0.dupNGrams = [NGramThreshold(2, 1)] }
        let long = String(repeating: "q", count: 3000)
        #expect(try measured(rule, "\(long) b \(long) c", "dup_2_grams") == 0)
        #expect(try measured(rule, "\(long) b \(long) b", "dup_2_grams") == 3001.0 / 6005)
        #expect(try measured(rule, "a b \u{0}a b", "dup_2_grams") == 0)
    }

    @Test("The order of the rules gives the reason")
    func order() throws {
        let text = Array(repeating: "the same line over and over again.", count: 20).joined(separator: "\n\n")
        #expect(try refusal(.gopherRepetition(PerLanguage(GopherRepetitionSettings())), text) == "dup_para_frac")
    }
}
