import Testing

@testable import Filtering

@Suite("Chains of filters")
struct ChainTests {
    @Test("Language: which, and how sure")
    func language() throws {
        var settings = LanguageSettings()
        settings.languages = ["en", "deu"]
        let filters = try chain(.language(PerLanguage(settings)))
        func rule(_ language: String, _ score: Double) -> String? {
            filters.evaluate(FilterInput(text: "x", language: language, languageScore: score)).rejection?.rule
        }
        #expect(rule("en", 0.65) == nil)
        #expect(rule("eng_Latn", 0.6499) == "language_score")
        #expect(rule("de", 0.9) == nil)
        #expect(rule("fr", 0.9) == "language")
    }

    @Test("Length in characters and words")
    func length() throws {
        var settings = LengthSettings()
        settings.minWords = 2
        settings.maxWords = 3
        settings.minCharacters = 5
        settings.maxCharacters = 8
        let step = FilterStep.length(PerLanguage(settings))
        #expect(try refusal(step, "ab ä !") == nil)
        #expect(try refusal(step, "a b") == "too_few_characters")
        #expect(try refusal(step, "abcd efgh") == "too_many_characters")
        #expect(try refusal(step, "abcdef.") == "too_few_words")
        #expect(try refusal(step, "a b c d") == "too_many_words")
    }

    @Test("The first filter that refuses gives the reason, and ends the chain unless all is measured")
    func order() throws {
        let steps: [FilterStep] = [.length(PerLanguage(LengthSettings())), .fineWeb(PerLanguage(FineWebSettings()))]
        let stopping = try FilterChain(FilterChainSettings(filters: steps)).evaluate(FilterInput(text: "short"))
        #expect(stopping.rejection == Rejection(filter: "length", rule: "too_few_words", value: 1, threshold: 50))
        #expect(!stopping.measured.contains { $0.filter == "fineweb" })
        let all = try FilterChain(FilterChainSettings(filters: steps, measureAll: true)).evaluate(FilterInput(text: "short"))
        #expect(all.rejection == stopping.rejection)
        #expect(all.measured.contains { $0.filter == "fineweb" && $0.name == "fw_line_punct" && $0.value == 0 })
    }

    @Test("Settings of a language hold for its documents alone")
    func languages() throws {
        var base = GopherQualitySettings()
        base.minDocWords = 3
        var german = base
        german.minDocWords = 0
        german.minStopWords = 0
        let filters = try chain(.gopherQuality(PerLanguage(base, byLanguage: ["de": german])))
        #expect(filters.evaluate(FilterInput(text: "Ein Hund", language: "deu_Latn")).rejection == nil)
        #expect(filters.evaluate(FilterInput(text: "A dog", language: "en")).rejection?.rule == "gopher_short_doc")
    }

    @Test("A step that is off does nothing")
    func off() throws {
        let step = FilterStep.length(PerLanguage(LengthSettings(), isEnabled: false))
        #expect(try chain(step).evaluate(FilterInput(text: "")) == FilterOutcome(rejection: nil, text: nil, measured: []))
    }

    @Test("The presets judge in their languages")
    func presets() throws {
        let fineWeb = try FilterChain(FilterChainSettings(filters: FilterPreset.fineWeb))
        #expect(fineWeb.evaluate(FilterInput(text: "x", language: "de")).rejection?.rule == "language")
        let fineWeb2 = try FilterChain(FilterChainSettings(filters: FilterPreset.fineWeb2, measureAll: true))
        let german = FilterInput(text: "x", language: "de", languageScore: 0.82)
        #expect(
            fineWeb2.evaluate(german).rejection
                == Rejection(filter: "language", rule: "language_score", value: 0.82, threshold: 0.821))
        let text = (0..<8).map { number in
            "Der Satz mit der Nummer \(number) steht in diesem Text, weil das Wort Nummer \(number) und die Zahl darin nicht fehlen darf."
        }.joined(separator: " ")
        let kept = fineWeb2.evaluate(FilterInput(text: text, language: "de", languageScore: 0.99))
        #expect(kept.measured.contains { $0.name == "stop_words" && ($0.value ?? 0) >= 5 })
    }
}
