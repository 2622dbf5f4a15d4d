import Testing

@testable import Filtering

@Suite("RefinedWeb's corrections of lines")
struct RefinedWebLinesTests {
    private func outcome(
        _ text: String, _ change: (inout RefinedWebLinesSettings) -> Void = { $0.maxRemovedRatio = 1 }
    ) throws -> FilterOutcome {
        var settings = RefinedWebLinesSettings()
        change(&settings)
        return try chain(.refinedWebLines(PerLanguage(settings))).evaluate(FilterInput(text: text))
    }

    @Test("Lines that are no prose go", arguments: [
        "LOUD AND Clear", "12 345 678", "3 likes", "(1.2K views)", "Menu", "· 12,000 Followers ·", "ÄÖÜ ÄÖÜ",
    ])
    func dropped(line: String) throws {
        let rest = "A line of prose.\n\nAnother line of prose."
        #expect(try outcome("\(rest)\n\(line)").text == rest)
    }

    @Test("Lines that look a little like it stay", arguments: [
        "12 345 678 x", "It has 3 likes", "three views", "AB cdef", "AB ab", "1.2K viewers",
    ])
    func kept(line: String) throws {
        #expect(try outcome("A line of prose.\n\(line)").text == nil)
    }

    @Test("Phrases are cut out of short lines alone")
    func phrases() throws {
        #expect(try outcome("Well then, read on. Read more...\nx y").text == "Well then, read on. \nx y")
        #expect(try outcome("Sign-in to see it all").text == "to see it all")
        #expect(try outcome("You have 3 Items in Cart now").text == "You have 3  now")
        #expect(try outcome("one two three four five six seven eight items in cart").text == nil)
    }

    @Test("One word in twenty may go")
    func removed() throws {
        let nineteen = plainWords(19).joined(separator: " ")
        #expect(try outcome("\(nineteen)\nMenu") { _ in }.isKept)
        #expect(try outcome("\(nineteen)\nMenu\nMore") { _ in }.rejection?.rule == "removed_words_ratio")
        #expect(try outcome("") { _ in }.isKept)
    }
}
