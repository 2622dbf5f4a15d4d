/// Chains known by name.
public enum FilterPreset {
    public static let names = ["fineweb", "fineweb2"]

    /// FineWeb's order and thresholds (arXiv 2406.17557), for English: C4 without its rule of end marks.
    public static var fineWeb: [FilterStep] {
        var language = LanguageSettings()
        language.languages = ["eng"]
        var c4 = C4Settings()
        c4.filterNoTerminalPunct = false
        return [
            .address(PerLanguage(AddressSettings())), .language(PerLanguage(language)),
            .gopherRepetition(PerLanguage(GopherRepetitionSettings())),
            .gopherQuality(PerLanguage(GopherQualitySettings())), .c4(PerLanguage(c4)),
            .fineWeb(PerLanguage(FineWebSettings())),
        ]
    }

    /// FineWeb-2's filters (arXiv 2506.20920) with its thresholds for German, French, Spanish, Russian, Arabic, Chinese and
    /// Japanese, and FineWeb's for English; no C4. Other languages take FineWeb-2's common settings, without stop words.
    public static var fineWeb2: [FilterStep] {
        let rows = FineWeb2Row.all
        func table<Settings>(_ base: Settings, english: Settings, _ make: (FineWeb2Row) -> Settings) -> PerLanguage<Settings>
        where Settings: FilterParameters {
            var table = PerLanguage(base)
            table["eng"] = english
            for row in rows { table[row.language] = make(row) }
            return table
        }
        let common = FineWeb2Row.common
        return [
            .address(PerLanguage(AddressSettings())),
            .language(table(common.languageSettings, english: LanguageSettings(), \.languageSettings)),
            .gopherRepetition(table(common.repetition, english: GopherRepetitionSettings(), \.repetition)),
            .gopherQuality(table(common.quality, english: GopherQualitySettings(), \.quality)),
            .fineWeb(table(common.fineWeb, english: FineWebSettings(), \.fineWeb)),
        ]
    }

    /// A preset by its name; nil for no name.
    static func named(_ name: String) throws(FilterSettingsError) -> FilterChainSettings? {
        switch name {
        case "": nil
        case "fineweb": FilterChainSettings(filters: fineWeb)
        case "fineweb2": FilterChainSettings(filters: fineWeb2)
        default: throw .unknownPreset(name, known: names)
        }
    }
}

extension FilterStep {
    /// The step with the languages of the preset's filter of the same kind, where it has none of its own.
    func addingLanguages(of preset: [FilterStep]) -> FilterStep {
        for other in preset {
            switch (self, other) {
            case (.language(let mine), .language(let its)): return .language(mine.adding(its))
            case (.gopherRepetition(let mine), .gopherRepetition(let its)): return .gopherRepetition(mine.adding(its))
            case (.gopherQuality(let mine), .gopherQuality(let its)): return .gopherQuality(mine.adding(its))
            case (.fineWeb(let mine), .fineWeb(let its)): return .fineWeb(mine.adding(its))
            default: continue
            }
        }
        return self
    }
}

extension PerLanguage {
    fileprivate func adding(_ other: PerLanguage) -> PerLanguage {
        PerLanguage(
            base, byLanguage: byLanguage.merging(other.byLanguage) { mine, _ in mine }, isEnabled: isEnabled)
    }
}
