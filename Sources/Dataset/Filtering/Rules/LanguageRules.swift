/// Keeps the languages that are wanted, where the identification is sure enough.
struct LanguageRules: Sendable {
    private let threshold: Double
    private let wanted: Set<String>

    init(_ settings: LanguageSettings) {
        threshold = settings.languageThreshold
        wanted = Set(settings.languages.map(LanguageCode.canonical))
    }

    func apply(_ input: FilterInput) -> RuleLedger {
        var ledger = RuleLedger(filter: LanguageSettings.filterName)
        ledger.note("language_score", input.languageScore)
        if !wanted.isEmpty, !wanted.contains(LanguageCode.canonical(input.language)) {
            ledger.refuse("language", input.languageScore, threshold: nil)
        }
        ledger.refuse("language_score", input.languageScore, below: threshold)
        return ledger
    }
}
