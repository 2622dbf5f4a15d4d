import Glibc

/// C4's rules, as datatrove applies them: lines are refused one by one, and the text is what is left, unless a line
/// refuses the whole page or too few sentences are left.
///
/// The order of the tests is part of the definition: a later test never sees a line that an earlier one dropped.
struct C4Rules: Sendable {
    let settings: C4Settings
    let rules: WordRules

    /// Phrases in the order of their bits; the last six are the policy phrases.
    private static let phrases = PhraseFinder([
        "lorem ipsum", "javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies",
        "use of cookies", "use cookies",
    ])
    private static let loremIpsum: UInt32 = 1
    private static let javascript: UInt32 = 2
    private static let policy: UInt32 = 0xFC

    /// What the rules make of a text.
    struct Result {
        var ledger: RuleLedger
        /// The rewritten text with its words; nil where refused or where nothing was changed.
        var rewritten: RewrittenText?
    }

    private enum LineVerdict {
        case kept(KeptLine, sentences: Int)
        case dropped(WritableKeyPath<C4LineCounts, Int>)
        case refused(String)
    }

    func apply(_ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation) -> Result {
        var counts = C4LineCounts()
        var kept: [KeptLine] = []
        var refusal: String?
        var firstWord = 0
        for line in text.universalLines {
            var lastWord = firstWord
            while lastWord < text.words.count, Int(text.words[lastWord].start) < line.upperBound { lastWord += 1 }
            let words = text.words[firstWord..<lastWord]
            firstWord = lastWord
            counts.total += 1
            switch judge(bytes, UTF8Reading.trimming(bytes, line), words) {
            case .kept(let line, let sentences):
                kept.append(line)
                counts.kept += 1
                counts.sentences += sentences
            case .dropped(let reason): counts[keyPath: reason] += 1
            case .refused(let reason): refusal = reason
            }
            if refusal != nil { break }
        }
        var ledger = RuleLedger(filter: C4Settings.filterName)
        counts.note(in: &ledger)
        if let refusal {
            ledger.refuse(refusal, 1, threshold: 0)
        } else if counts.sentences < settings.minNumSentences {
            ledger.refuse(
                "too_few_sentences", Double(counts.sentences), threshold: Double(settings.minNumSentences))
        }
        guard ledger.rejection == nil else { return Result(ledger: ledger, rewritten: nil) }
        let rewritten = RewrittenText(kept, of: bytes, words: text.words)
        return Result(ledger: ledger, rewritten: rewritten.equals(bytes) ? nil : rewritten)
    }

    private func judge(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ words: ArraySlice<Word>
    ) -> LineVerdict {
        let runs = RunFigures(words)
        if settings.maxWordLength != -1, runs.longest > settings.maxWordLength { return .dropped(\.tooLongWord) }
        if settings.removeCitations, let cleaned = Citations.removed(bytes, line) {
            if let verdict = cleaned.withUnsafeBufferPointer({ refusal($0, 0..<$0.count, runs.count) }) {
                return verdict
            }
            let split = cleaned.withUnsafeBufferPointer { rules.words($0) }
            return .kept(
                .changed(cleaned, split),
                sentences: sentences(split.words[...], endsInWideSpace: split.endsInWideSpace))
        }
        return refusal(bytes, line, runs.count)
            ?? .kept(.unchanged(line, words.indices), sentences: sentences(words, endsInWideSpace: false))
    }

    private func sentences(_ words: ArraySlice<Word>, endsInWideSpace: Bool) -> Int {
        settings.minNumSentences == -1 ? 0 : SentenceCounting.count(words, endsInWideSpace: endsInWideSpace)
    }

    /// The tests that see the line without its citations; nil where it passes them.
    private func refusal(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ runs: Int
    ) -> LineVerdict? {
        if settings.filterNoTerminalPunct, !endsInMark(bytes, line) { return .dropped(\.noTerminalMark) }
        if runs < settings.minWordsPerLine { return .dropped(\.tooFewWords) }
        let found = Self.phrases.find(bytes, line)
        if settings.filterLoremIpsum, found & Self.loremIpsum != 0 { return .refused("lorem_ipsum") }
        if settings.filterJavascript, found & Self.javascript != 0 { return .dropped(\.javascript) }
        if settings.filterCurlyBracket, hasBracket(bytes, line) { return .refused("curly_bracket") }
        if settings.filterPolicy, found & Self.policy != 0 { return .dropped(\.policy) }
        return nil
    }

    private func hasBracket(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return memchr(base + line.lowerBound, Int32(UInt8(ascii: "{")), line.count) != nil
    }

    /// One of . ? ! " ' at the end, but not "...".
    private func endsInMark(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        guard let last = line.last else { return false }
        switch bytes[last] {
        case UInt8(ascii: "."): return !UTF8Reading.ends(bytes, line, with: "...")
        case UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "'"): return true
        default: return false
        }
    }
}
