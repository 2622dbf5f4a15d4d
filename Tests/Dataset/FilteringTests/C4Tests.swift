import Testing

@testable import Filtering

@Suite("C4's rules, line by line")
struct C4Tests {
    private func outcome(
        _ text: String, _ change: (inout C4Settings) -> Void = { _ in }
    ) throws -> FilterOutcome {
        var settings = C4Settings()
        settings.minNumSentences = -1
        change(&settings)
        return try chain(.c4(PerLanguage(settings))).evaluate(FilterInput(text: text))
    }

    @Test("Lines without an end mark go, and the text is rewritten")
    func endMarks() throws {
        let text = "One line ends well.\nThis one does not\nDoes this one?\nNor this one...\nHe said \"yes it does\""
        let result = try outcome(text)
        #expect(result.text == "One line ends well.\nDoes this one?\nHe said \"yes it does\"")
        #expect(try outcome(text) { $0.filterNoTerminalPunct = false }.text == nil)
    }

    @Test("Three words are enough; citations count before they are removed")
    func shortLines() throws {
        #expect(try outcome("Two words.\nThree words here.").text == "Three words here.")
        #expect(try outcome("One two [1].\nSee here now[12][edit].").text == "One two .\nSee here now.")
        #expect(try outcome("See here now[citation needed]. [x]") { $0.removeCitations = false }.rejection == nil)
    }

    @Test("A word of 1,000 characters is kept, one of 1,001 takes its line along")
    func longWords() throws {
        let long = String(repeating: "é", count: 1000)
        #expect(try outcome("a \(long.dropLast()). b c.").text == nil)
        #expect(try outcome("a b \(long)!\nThis line is left.").text == "This line is left.")
        #expect(try outcome("a b \(long)!") { $0.maxWordLength = -1 }.text == nil)
    }

    @Test("Javascript and policies take a line, Latin and brackets the page")
    func phrases() throws {
        let rest = "This line is left."
        for phrase in ["JavaScript", "Terms of Use", "privacy POLICY", "cookie policy", "uses cookies", "use coo\u{212A}ies"] {
            #expect(try outcome("Please read the \(phrase) now.\n\(rest)").text == rest)
        }
        #expect(try outcome("Well, Lorem Ipsum it is.\n\(rest)").rejection?.rule == "lorem_ipsum")
        #expect(try outcome("This is { bad.\n\(rest)").rejection?.rule == "curly_bracket")
        // An earlier test has dropped the line already.
        #expect(try outcome("This is { bad\n\(rest)").rejection == nil)
        #expect(try outcome("This is { bad.\n\(rest)") { $0.filterCurlyBracket = false }.text == nil)
    }

    @Test("Five sentences are enough, four are not")
    func sentences() throws {
        let line = "First one here. Second one here.\nThird is here. Fourth is here."
        let short = try outcome(line) { $0.minNumSentences = 5 }
        #expect(short.rejection?.rule == "too_few_sentences")
        #expect(short.rejection?.value == 4)
        #expect(short.rejection?.threshold == 5)
        #expect(try outcome(line + "\nFifth one now here.") { $0.minNumSentences = 5 }.isKept)
    }

    @Test("The next filter sees the rewritten text, its words and its lines")
    func rewritten() throws {
        var c4 = C4Settings()
        c4.minNumSentences = 1
        let steps: [FilterStep] = [.c4(PerLanguage(c4)), .length(PerLanguage(LengthSettings()))]
        let filters = try FilterChain(FilterChainSettings(filters: steps, measureAll: true))
        let text = "  Some menu\n\n  This line[3] is the text.\u{A0}\nShare\nAnd so is this. \n"
        let result = filters.evaluate(FilterInput(text: text))
        #expect(result.measured.first { $0.name == "nonsymbol_words" }?.value == 9)
        #expect(result.measured.first { $0.name == "chars" }?.value == Double("This line is the text.\nAnd so is this.".count))
        #expect(result.rejection?.rule == "too_few_words")
    }

    @Test("Moved words are those of the rewritten text")
    func movedWords() throws {
        var numbers = SeededNumbers(11)
        let pieces = ["Hello there, you.", "menu", "can't stop [1] now!", "x {", "wide  space  here?", "", "“Ends.”", "日本。 a b!"]
        for _ in 0..<300 {
            let text = (0..<8).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined(separator: "\n")
            var mutable = text
            mutable.withUTF8 { bytes in
                var settings = C4Settings()
                settings.minNumSentences = 1
                let result = C4Rules(settings: settings, rules: .english)
                    .apply(bytes, TextSegmentation(bytes: bytes, rules: .english))
                guard let rewritten = result.rewritten else { return }
                let fresh = TextSegmentation(String(decoding: rewritten.bytes, as: UTF8.self))
                #expect(rewritten.segmentation().words == fresh.words, "\(text)")
            }
        }
    }
}
