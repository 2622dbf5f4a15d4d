import Testing

@testable import Filtering

@Suite("FineWeb's rules, at their thresholds")
struct FineWebTests {
    private func step(_ change: (inout FineWebSettings) -> Void = { _ in }) -> FilterStep {
        var settings = FineWebSettings()
        settings.linePunctThr = 0
        settings.shortLineThr = 1
        settings.charDuplicatesRatio = 1
        settings.newLineRatio = 1000
        change(&settings)
        return .fineWeb(PerLanguage(settings))
    }

    @Test("A text of blank lines is empty")
    func empty() throws {
        #expect(try refusal(step(), "\n \u{3000}\n\u{1C}") == "empty")
        #expect(try refusal(step(), "\u{200B}") == nil)
    }

    @Test("Three of 25 lines with a mark are .12, and kept")
    func marks() throws {
        let rule = step { $0.linePunctThr = 0.12 }
        let plain = plainWords(22)
        #expect(try refusal(rule, (plain + ["a.", "b！", "c؟"]).joined(separator: "\n")) == nil)
        #expect(try refusal(rule, (plain + ["a.", "b!", "c. "]).joined(separator: "\n")) == "line_punct_ratio")
        #expect(try refusal(rule, (plain + ["a.\r", "b…", "c\""]).joined(separator: "\n")) == "line_punct_ratio")
    }

    @Test("No mark at all may be excepted, and the marks be given")
    func exceptions() throws {
        #expect(
            try refusal(step { $0.linePunctThr = 0.12; $0.linePunctExcludeZero = true }, "no mark here") == nil)
        let own = step { $0.linePunctThr = 0.5; $0.stopChars = ["…", ";"] }
        #expect(try refusal(own, "one…\ntwo;") == nil)
        #expect(try refusal(own, "one.\ntwo.") == "line_punct_ratio")
    }

    @Test("Thirty characters are a short line, thirty-one are not")
    func short() throws {
        let rule = step { $0.shortLineThr = 0.67 }
        let thirty = String(repeating: "ä", count: 30)
        #expect(try refusal(rule, "\(thirty)\n\(thirty)b\n\(thirty)c") == nil)
        #expect(try refusal(rule, "\(thirty)\n\(thirty)") == "short_line_ratio")
        #expect(try measured(rule, "\(thirty)\n\n\(thirty)x", "fw_short_lines") == 0.5)
    }

    @Test("Repeated lines count by characters, without the line feeds")
    func repeated() throws {
        let rule = step { $0.charDuplicatesRatio = 0.25 }
        #expect(try refusal(rule, "abc\n\nabc\ndefghi") == nil)
        #expect(try refusal(rule, "abc\nabc\ndefgh") == "char_dup_ratio")
    }

    @Test("Line feeds for a word, blank lines included")
    func lists() throws {
        let rule = step { $0.newLineRatio = 0.3 }
        let ten = plainWords(10)
        #expect(try refusal(rule, ten.joined(separator: " ") + "\n\n\n") == nil)
        #expect(try refusal(rule, ten.joined(separator: " ") + "\n\n\n\n") == "list_ratio")
    }
}
