/// A filter of a chain, made ready: word lists hashed, lists read, settings by language.
enum PreparedStep: Sendable {
    struct Quality: Sendable {
        var settings: GopherQualitySettings
        var stopWords: StopWords
    }

    case address(LanguageTable<AddressRules>)
    case language(LanguageTable<LanguageRules>)
    case length(LanguageTable<LengthSettings>)
    case gopherRepetition(LanguageTable<GopherRepetitionSettings>)
    case gopherQuality(LanguageTable<Quality>)
    case c4(LanguageTable<C4Settings>)
    case fineWeb(LanguageTable<FineWebSettings>)
    case codeRatio(LanguageTable<CodeRatioSettings>)
    case refinedWebLines(LanguageTable<RefinedWebLinesSettings>)

    /// Nil for a step that is turned off.
    init?(_ step: FilterStep, read: (String) throws -> String) throws {
        switch step {
        case .address(let settings) where settings.isEnabled:
            self = .address(try LanguageTable(settings) { try AddressRules($0, read: read) })
        case .language(let settings) where settings.isEnabled:
            self = .language(LanguageTable(settings) { LanguageRules($0) })
        case .length(let settings) where settings.isEnabled:
            self = .length(LanguageTable(settings) { $0 })
        case .gopherRepetition(let settings) where settings.isEnabled:
            self = .gopherRepetition(LanguageTable(settings) { $0 })
        case .gopherQuality(let settings) where settings.isEnabled:
            self = .gopherQuality(
                LanguageTable(settings) { Quality(settings: $0, stopWords: StopWords($0.stopWords)) })
        case .c4(let settings) where settings.isEnabled:
            self = .c4(LanguageTable(settings) { $0 })
        case .fineWeb(let settings) where settings.isEnabled:
            self = .fineWeb(LanguageTable(settings) { $0 })
        case .codeRatio(let settings) where settings.isEnabled:
            self = .codeRatio(LanguageTable(settings) { $0 })
        case .refinedWebLines(let settings) where settings.isEnabled:
            self = .refinedWebLines(LanguageTable(settings) { $0 })
        default:
            return nil
        }
    }

    /// Applies the filter to the document as the filters before have left it.
    func apply(_ state: inout DocumentState) -> RuleLedger {
        let language = state.language
        switch self {
        case .address(let table):
            return table[language].apply(state.input.address)
        case .language(let table):
            return table[language].apply(state.input)
        case .length(let table):
            return LengthRules.apply(table[language], state.segmentation())
        case .gopherRepetition(let table):
            return state.withText { GopherRepetitionRules.apply(table[language], $0, $1) }
        case .gopherQuality(let table):
            let rules = table[language]
            return state.withText { GopherQualityRules.apply(rules.settings, stopWords: rules.stopWords, $0, $1) }
        case .c4(let table):
            let rules = C4Rules(settings: table[language], rules: state.rules)
            let result = state.withText { rules.apply($0, $1) }
            if let rewritten = result.rewritten { state.take(rewritten) }
            return result.ledger
        case .fineWeb(let table):
            return state.withText { FineWebRules.apply(table[language], $0, $1) }
        case .codeRatio(let table):
            let pageByteCount = state.input.pageByteCount
            return state.withText { CodeRatioRules.apply(table[language], $0, $1, pageByteCount: pageByteCount) }
        case .refinedWebLines(let table):
            let lines = RefinedWebLines(settings: table[language], rules: state.rules)
            let result = state.withText { lines.apply($0, $1) }
            if let rewritten = result.rewritten { state.take(rewritten) }
            return result.ledger
        }
    }
}
