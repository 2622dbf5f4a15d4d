import Foundation
import Testing

@testable import Filtering

@Suite("Settings as recipes give them")
struct SettingsTests {
    private func settings(_ json: String) throws -> FilterChainSettings {
        try JSONDecoder().decode(FilterChainSettings.self, from: Data(json.utf8))
    }

    @Test("Missing keys take datatrove's defaults; keys are its own")
    func defaults() throws {
        let read = try settings(
            #"{"filters": [{"filter": "gopher_quality", "min_doc_words": 30, "max_symbol_word_ratio": null}]}"#)
        var expected = GopherQualitySettings()
        expected.minDocWords = 30
        expected.maxSymbolWordRatio = 0
        #expect(read.filters == [.gopherQuality(PerLanguage(expected))])
    }

    @Test("A language's settings start from the filter's own")
    func byLanguage() throws {
        let read = try settings(
            #"{"filters": [{"filter": "fineweb", "new_line_ratio": 0.5, "by_language": {"de": {"line_punct_thr": 0}}}]}"#)
        guard case .fineWeb(let fineWeb) = read.filters[0] else { throw FilterSettingsError.notFinite("filter") }
        #expect(fineWeb["deu"].newLineRatio == 0.5)
        #expect(fineWeb["deu_Latn"].linePunctThr == 0)
        #expect(fineWeb["en"].linePunctThr == 0.12)
    }

    @Test("An unknown key is an error that names it and the known ones")
    func unknownKey() {
        let error = #expect(throws: FilterSettingsError.self) {
            try settings(#"{"filters": [{"filter": "c4", "min_sentences": 3}]}"#)
        }
        let message = error?.description ?? ""
        #expect(message.contains("min_sentences") && message.contains("min_num_sentences") && message.contains("c4"))
    }

    @Test("Other errors in recipes", arguments: [
        #"{"filters": [{"filter": "c5"}]}"#, #"{"preset": "fineweb3"}"#, #"{"filter": []}"#,
        #"{"filters": [{"filter": "c4", "by_language": {"de": {"nothing": 3}}}]}"#,
        #"{"filters": [{"filter": "gopher_repetition", "top_n_grams": [[0, 0.5]]}]}"#,
        #"{"filters": [{"filter": "gopher_repetition", "top_n_grams": [[2, 0.5, 1]]}]}"#,
    ])
    func errors(json: String) {
        #expect(throws: FilterSettingsError.self) { try settings(json) }
    }

    @Test("Values of the wrong kind are errors", arguments: [
        #"{"filters": [{"filter": "c4", "filter_policy": null}]}"#,
        #"{"filters": [{"filter": "fineweb", "short_line_thr": "much"}]}"#, #"{"filters": [{}]}"#,
    ])
    func wrongKinds(json: String) {
        #expect(throws: DecodingError.self) { try settings(json) }
    }

    @Test("Presets stand alone, or lend their languages to listed filters")
    func presets() throws {
        #expect(try settings(#"{"preset": "fineweb"}"#).filters == FilterPreset.fineWeb)
        #expect(try settings("{}").filters == FilterPreset.fineWeb)
        let mixed = try settings(
            #"{"preset": "fineweb2", "filters": [{"filter": "gopher_quality", "by_language": {"fr": {"min_doc_words": 7}}}]}"#)
        guard case .gopherQuality(let quality) = mixed.filters[0] else { throw FilterSettingsError.notFinite("filter") }
        #expect(quality["fra"].minDocWords == 7)
        #expect(quality["deu"].maxAvgWordLength == 15)
    }

    @Test("What is set for all languages wins over the preset's and the recipe's own tables, key by key")
    func allLanguages() throws {
        let chain = try settings(
            #"{"preset": "fineweb2", "filters": [{"filter": "gopher_quality", "by_language": {"fr": {"min_doc_words": 7}}, "all_languages": {"min_doc_words": 20}}, {"filter": "c4", "all_languages": {"min_num_sentences": 2}}]}"#)
        let plain = try settings(#"{"preset": "fineweb2", "filters": [{"filter": "gopher_quality"}]}"#)
        guard case .gopherQuality(let quality) = chain.filters[0], case .gopherQuality(let before) = plain.filters[0], case .c4(let c4) = chain.filters[1] else {
            throw FilterSettingsError.notFinite("filter")
        }
        for code in ["eng", "deu", "fra", "cmn", "swa"] { #expect(quality[code].minDocWords == 20, "\(code)") }
        // The rest stays what the preset says.
        #expect(quality["deu"].maxAvgWordLength == before["deu"].maxAvgWordLength && quality["deu"].stopWords == before["deu"].stopWords)
        #expect(before["deu"].minDocWords == 50 && c4["eng"].minNumSentences == 2)
        #expect(throws: FilterSettingsError.self) {
            try settings(#"{"filters": [{"filter": "c4", "all_languages": {"min_sentences": 3}}]}"#)
        }
    }

    @Test("What is written is read again", arguments: [FilterPreset.fineWeb, FilterPreset.fineWeb2])
    func roundTrip(filters: [FilterStep]) throws {
        var every = filters
        every.append(.length(PerLanguage(LengthSettings(), byLanguage: ["ja": LengthSettings()], isEnabled: false)))
        every.append(.codeRatio(PerLanguage(CodeRatioSettings())))
        let written = FilterChainSettings(filters: every, measureAll: true)
        let data = try JSONEncoder().encode(written)
        #expect(try JSONDecoder().decode(FilterChainSettings.self, from: data) == written)
    }
}
