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
        case kept
        case dropped(WritableKeyPath<C4LineCounts, Int>)
        case refused(String)
    }

    func apply(_ bytes: UnsafeBufferPointer<UInt8>, _ text: TextSegmentation) -> Result {
        var counts = C4LineCounts()
        var output = RewrittenText(capacity: bytes.count)
        var refusal: String?
        var firstWord = 0
        for line in text.universalLines {
            var lastWord = firstWord
            while lastWord < text.words.count, Int(text.words[lastWord].start) < line.upperBound { lastWord += 1 }
            let words = text.words[firstWord..<lastWord]
            firstWord = lastWord
            counts.total += 1
            switch judge(bytes, UTF8Reading.trimming(bytes, line), words, &output, &counts.sentences) {
            case .kept: counts.kept += 1
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
        output.trim()
        return Result(ledger: ledger, rewritten: output.equals(bytes) ? nil : output)
    }

    private func judge(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ words: ArraySlice<Word>,
        _ output: inout RewrittenText, _ sentences: inout Int
    ) -> LineVerdict {
        let runs = RunFigures(words)
        if settings.maxWordLength != -1, runs.longest > settings.maxWordLength { return .dropped(\.tooLongWord) }
        let cleaned = settings.removeCitations ? Citations.removed(bytes, line) : nil
        guard let cleaned else {
            return judgeCleaned(bytes, line, runs.count, &output) { output in
                if settings.minNumSentences != -1 {
                    sentences += SentenceCounting.count(words, endsInWideSpace: false)
                }
                output.append(bytes, line, words)
            }
        }
        return cleaned.withUnsafeBufferPointer { cleaned in
            judgeCleaned(cleaned, 0..<cleaned.count, runs.count, &output) { output in
                let split = rules.words(cleaned)
                if settings.minNumSentences != -1 {
                    sentences += SentenceCounting.count(split.words[...], endsInWideSpace: split.endsInWideSpace)
                }
                output.append(cleaned, 0..<cleaned.count, split.words[...])
            }
        }
    }

    /// The tests that see the line without its citations.
    private func judgeCleaned(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ runs: Int, _ output: inout RewrittenText,
        keep: (inout RewrittenText) -> Void
    ) -> LineVerdict {
        if settings.filterNoTerminalPunct, !endsInMark(bytes, line) { return .dropped(\.noTerminalMark) }
        if runs < settings.minWordsPerLine { return .dropped(\.tooFewWords) }
        let found = Self.phrases.find(bytes, line)
        if settings.filterLoremIpsum, found & Self.loremIpsum != 0 { return .refused("lorem_ipsum") }
        if settings.filterJavascript, found & Self.javascript != 0 { return .dropped(\.javascript) }
        if settings.filterCurlyBracket, bytes[line].contains(UInt8(ascii: "{")) { return .refused("curly_bracket") }
        if settings.filterPolicy, found & Self.policy != 0 { return .dropped(\.policy) }
        keep(&output)
        return .kept
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
