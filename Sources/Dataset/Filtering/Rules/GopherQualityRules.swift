/// Gopher's quality rules, as datatrove applies them: how many words, how long, and what stands between them.
enum GopherQualityRules {
    static func apply(
        _ settings: GopherQualitySettings, stopWords: StopWords, _ bytes: UnsafeBufferPointer<UInt8>,
        _ text: TextSegmentation
    ) -> RuleLedger {
        var ledger = RuleLedger(filter: GopherQualitySettings.filterName)
        let words = WordFigures(text.words, stopWords)
        let nonSymbol = Double(words.nonSymbol)
        ledger.note("words", Double(text.words.count))
        ledger.note("nonsymbol_words", nonSymbol)
        ledger.refuse("gopher_short_doc", nonSymbol, below: Double(settings.minDocWords))
        ledger.refuse("gopher_long_doc", nonSymbol, above: Double(settings.maxDocWords))

        let length = share(words.nonSymbolScalars, of: words.nonSymbol)
        ledger.note("mean_word_length", length)
        ledger.refuse("gopher_below_avg_threshold", length, below: settings.minAvgWordLength)
        ledger.refuse("gopher_above_avg_threshold", length, above: settings.maxAvgWordLength)

        let symbols = SymbolFigures(bytes)
        let hashes = share(symbols.hashes, of: text.words.count)
        let ellipses = share(symbols.ellipses, of: text.words.count)
        ledger.note("hash_ratio", hashes)
        ledger.refuse("gopher_too_many_hashes", hashes, above: settings.maxSymbolWordRatio)
        ledger.note("ellipsis_ratio", ellipses)
        ledger.refuse("gopher_too_many_ellipsis", ellipses, above: settings.maxSymbolWordRatio)

        lineEnds(settings, bytes, text, &ledger)

        let alphabetic = share(words.alphabetic, of: text.words.count)
        ledger.note("alpha_words", alphabetic)
        ledger.refuse("gopher_below_alpha_threshold", alphabetic, below: settings.maxNonAlphaWordsRatio)
        ledger.note("stop_words", Double(words.stopWords))
        ledger.refuse("gopher_enough_stop_words", Double(words.stopWords), below: Double(settings.minStopWords))
        return ledger
    }

    private static func lineEnds(
        _ settings: GopherQualitySettings, _ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation,
        _ ledger: inout RuleLedger
    ) {
        var bullets = 0
        var ellipses = 0
        for line in text.universalLines {
            let start = UTF8Reading.trimmingStart(bytes, line)
            if startsWithBullet(bytes, start) { bullets += 1 }
            let end = UTF8Reading.trimmingEnd(bytes, start)
            if UTF8Reading.ends(bytes, end, with: "...") || UTF8Reading.ends(bytes, end, with: "…") { ellipses += 1 }
        }
        let count = text.universalLines.count
        ledger.note("splitlines", Double(count))
        ledger.note("bullet_lines", share(bullets, of: count))
        ledger.refuse("gopher_too_many_bullets", share(bullets, of: count), above: settings.maxBulletLinesRatio)
        ledger.note("ellipsis_lines", share(ellipses, of: count))
        ledger.refuse(
            "gopher_too_many_end_ellipsis", share(ellipses, of: count), above: settings.maxEllipsisLinesRatio)
    }

    /// "-" or U+2022.
    private static func startsWithBullet(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        guard let first = line.first else { return false }
        return bytes[first] == UInt8(ascii: "-") || UTF8Reading.scalar(bytes, at: first).value == 0x2022
    }
}
