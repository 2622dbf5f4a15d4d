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

    @Test("Half of the lines may look like code")
    func code() throws {
        #expect(try refusal(standard, "int a = b(c);\nThis line is prose.") == nil)
        #expect(try refusal(standard, "int a = b(c);\nif (a == 1 && b != 2) {\nThis line is prose.") == "code_lines_ratio")
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
