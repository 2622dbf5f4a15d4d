/// Takes out lines that are no prose (shouting, digits, counters, single words), and refuses pages that lose too much by it.
///
/// Words are runs without white space; blank lines stay, as they part the paragraphs.
struct RefinedWebLines: Sendable {
    let settings: RefinedWebLinesSettings
    let rules: WordRules

    func apply(
        _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation
    ) -> (ledger: RuleLedger, rewritten: RewrittenText?) {
        var kept: [KeptLine] = []
        var (total, removed, firstWord) = (0, 0, 0)
        for line in text.lines {
            var lastWord = firstWord
            while lastWord < text.words.count, Int(text.words[lastWord].start) < line.range.upperBound { lastWord += 1 }
            let words = firstWord..<lastWord
            firstWord = lastWord
            let runs = RunFigures(text.words[words]).count
            total += runs
            if line.isBlank {
                kept.append(.unchanged(line.range, words))
                continue
            }
            let trimmed = UTF8Reading.trimming(bytes, line.range)
            if isDropped(bytes, trimmed, runs) {
                removed += runs
            } else if runs <= settings.maxWordsToCut, let cut = ShopPhrases.cut(bytes, trimmed) {
                let split = cut.withUnsafeBufferPointer { rules.words($0) }
                removed += max(0, runs - RunFigures(split.words[...]).count)
                kept.append(.changed(cut, split))
            } else {
                kept.append(.unchanged(line.range, words))
            }
        }
        var ledger = RuleLedger(filter: RefinedWebLinesSettings.filterName)
        let ratio = share(removed, of: total)
        ledger.note("removed_words_ratio", ratio)
        ledger.refuse("removed_words_ratio", ratio, above: settings.maxRemovedRatio)
        if ledger.rejection != nil || removed == 0 { return (ledger, nil) }
        return (ledger, RewrittenText(kept, of: bytes, words: text.words))
    }

    private func isDropped(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ runs: Int) -> Bool {
        if runs < settings.minWordsPerLine { return true }
        let figures = figures(bytes, line)
        if settings.maxUppercaseRatio != 0, let ratio = share(figures.upper, of: figures.all),
            ratio > settings.maxUppercaseRatio
        {
            return true
        }
        if settings.dropNumeric, figures.digits + figures.spaces == figures.all { return true }
        return settings.dropCounters && CounterLine.matches(bytes, line)
    }

    private func figures(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>
    ) -> (all: Int, upper: Int, digits: Int, spaces: Int) {
        var (all, upper, digits, spaces, index) = (0, 0, 0, 0, line.lowerBound)
        while index < line.upperBound {
            let scalar = UTF8Reading.scalar(bytes, at: index)
            all += 1
            if scalar.value < 0x80 {
                upper += scalar.value &- 65 < 26 ? 1 : 0
            } else if let unicode = Unicode.Scalar(scalar.value), unicode.properties.isUppercase {
                upper += 1
            }
            let classes = CharacterTable.shared.classes(of: scalar.value)
            if classes.contains(.decimalDigit) { digits += 1 }
            if classes.contains(.whiteSpace) { spaces += 1 }
            index += scalar.byteCount
        }
        return (all, upper, digits, spaces)
    }
}
