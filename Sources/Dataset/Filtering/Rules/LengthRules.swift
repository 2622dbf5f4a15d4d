/// Texts that are too short or too long, in scalars or in words.
enum LengthRules {
    static func apply(_ settings: LengthSettings, _ text: TextSegmentation) -> RuleLedger {
        var ledger = RuleLedger(filter: LengthSettings.filterName)
        let characters = Double(text.scalarCount)
        let words = Double(text.words.count { $0.traits.contains(.nonSymbol) })
        ledger.note("chars", characters)
        ledger.note("nonsymbol_words", words)
        ledger.refuse("too_few_characters", characters, below: Double(settings.minCharacters))
        ledger.refuse("too_many_characters", characters, above: Double(settings.maxCharacters))
        ledger.refuse("too_few_words", words, below: Double(settings.minWords))
        ledger.refuse("too_many_words", words, above: Double(settings.maxWords))
        return ledger
    }
}
