/// Gopher's repetition rules, as datatrove applies them: paragraphs, lines and rows of words that come again.
enum GopherRepetitionRules {
    static func apply(
        _ settings: GopherRepetitionSettings, _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation
    ) -> RuleLedger {
        var ledger = RuleLedger(filter: GopherRepetitionSettings.filterName)
        ledger.note("chars", Double(text.scalarCount))
        guard text.scalarCount > 0 else {
            ledger.refuse("empty", 0, threshold: nil)
            return ledger
        }
        repeatedParagraphs(settings, text, &ledger)
        repeatedLines(settings, text, &ledger)
        ledger.note("words", Double(text.words.count))
        repeatedWords(settings, bytes, text, &ledger)
        return ledger
    }

    private static func repeatedParagraphs(
        _ settings: GopherRepetitionSettings, _ text: TextSegmentation, _ ledger: inout RuleLedger
    ) {
        var repetition = Repetition(capacity: text.paragraphs.count)
        for paragraph in text.paragraphs {
            repetition.add(hash: paragraph.hash, scalarCount: paragraph.scalarCount)
        }
        let elements = share(repetition.elements, of: text.paragraphs.count)
        let scalars = share(repetition.scalars, of: text.scalarCount)
        ledger.note("paragraphs", Double(text.paragraphs.count))
        ledger.note("dup_para_frac", elements)
        ledger.note("dup_para_char_frac", scalars)
        ledger.refuse("dup_para_frac", elements, above: settings.dupParaFrac)
        ledger.refuse("dup_para_char_frac", scalars, above: settings.dupParaCharFrac)
    }

    /// Lines are cut at runs of "\n": an empty one can stand only at the start and at the end of the text.
    private static func repeatedLines(
        _ settings: GopherRepetitionSettings, _ text: TextSegmentation, _ ledger: inout RuleLedger
    ) {
        var repetition = Repetition(capacity: text.lines.count)
        var count = 0
        for (index, line) in text.lines.enumerated() {
            if line.range.isEmpty, index > 0, index < text.lines.count - 1 { continue }
            // A text that starts or ends with several breaks has still one empty line there.
            count += 1
            repetition.add(hash: line.hash, scalarCount: line.scalarCount)
        }
        let elements = share(repetition.elements, of: count)
        let scalars = share(repetition.scalars, of: text.scalarCount)
        ledger.note("lines", Double(count))
        ledger.note("dup_line_frac", elements)
        ledger.note("dup_line_char_frac", scalars)
        ledger.refuse("dup_line_frac", elements, above: settings.dupLineFrac)
        ledger.refuse("dup_line_char_frac", scalars, above: settings.dupLineCharFrac)
    }

    private static func repeatedWords(
        _ settings: GopherRepetitionSettings, _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation,
        _ ledger: inout RuleLedger
    ) {
        let fewest = settings.dupNGrams.reduce(Int.max) { min($0, $1.size) }
        let sequences = WordSequences(text.words, of: bytes, fewestWords: fewest)
        for threshold in settings.topNGrams {
            let top = sequences.topLength(threshold.size).flatMap { share($0, of: text.scalarCount) }
            let rule = "top_\(threshold.size)_gram"
            ledger.note(rule, top)
            if let top, top > threshold.largest { ledger.refuse(rule, top, threshold: threshold.largest) }
        }
        for threshold in settings.dupNGrams {
            let repeated = share(sequences.repeatedLength(threshold.size), of: text.scalarCount)
            ledger.note("dup_\(threshold.size)_grams", repeated)
            if let repeated, repeated > threshold.largest {
                ledger.refuse(
                    "duplicated_\(threshold.size)_n_grams", repeated, threshold: threshold.largest)
            }
        }
    }
}
