import Testing

@testable import Filtering

@Suite("Code, markup and signs in place of prose")
struct CodeRatioTests {
    private let standard = FilterStep.codeRatio(PerLanguage(CodeRatioSettings()))

    @Test("Prose is kept")
    func prose() throws {
        #expect(try refusal(standard, "A plain text; it has marks (some), 3 < 4 & so on.\nAnd a line.") == nil)
        #expect(try refusal(standard, "") == nil)
    }

    @Test("A quarter of letters and digits is enough")
    func letters() throws {
        #expect(try refusal(standard, "ab1 ....") == nil)
        #expect(try refusal(standard, "é. .") == nil)
        #expect(try refusal(standard, "a.. ..") == "alphanumeric_ratio")
        #expect(try measured(standard, "é. .", "alphanumeric_ratio") == 0.25)
    }

    @Test("Tags and entities are markup, a lone sign is not")
    func markup() throws {
        #expect(try measured(standard, "<b>ab</b>&amp; a < b > & c", "markup_ratio") == 12.0 / 26)
        #expect(try refusal(standard, "<p>text in a paragraph</p> and so on") == "markup_ratio")
        #expect(try measured(standard, "<" + String(repeating: "a", count: 2000) + ">", "markup_ratio") == 0)
    }

    @Test("Seven tenths of a text may be code")
    func code() throws {
        let code = "if (a == 1 && b != 2) { c(); }"
        #expect(try measured(standard, code + "\nTen signs.", "code_ratio") == 30.0 / 41)
        #expect(try refusal(standard, code + "\nTen signs.") == "code_ratio")
        #expect(try refusal(standard, code + "\nThirteen sign") == nil)
        #expect(try refusal(standard, String(repeating: "A long paragraph that has no end. ", count: 9) + "x;") == nil)
    }

    @Test("The longest line and the share of the page are rules where asked for")
    func options() throws {
        var settings = CodeRatioSettings()
        settings.maxLineLength = 10
        #expect(try refusal(.codeRatio(PerLanguage(settings)), "0123456789\nab") == nil)
        #expect(try refusal(.codeRatio(PerLanguage(settings)), "0123456789a\nab") == "longest_line")
        settings.maxLineLength = 0
        settings.minTextToPageRatio = 0.2
        let filters = try chain(.codeRatio(PerLanguage(settings)))
        #expect(filters.evaluate(FilterInput(text: "ab", pageByteCount: 10)).isKept)
        #expect(filters.evaluate(FilterInput(text: "ab", pageByteCount: 11)).rejection?.rule == "text_to_page_ratio")
        #expect(filters.evaluate(FilterInput(text: "ab")).isKept)
    }
}
