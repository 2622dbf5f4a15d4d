/// How many lines of a text C4's rules kept, and dropped for what.
struct C4LineCounts {
    var total = 0
    var kept = 0
    var tooLongWord = 0
    var noTerminalMark = 0
    var tooFewWords = 0
    var javascript = 0
    var policy = 0
    /// Over the kept lines.
    var sentences = 0

    func note(in ledger: inout RuleLedger) {
        ledger.note("c4_lines", Double(total))
        ledger.note("c4_lines_kept", Double(kept))
        ledger.note("c4_lines_too_long_word", Double(tooLongWord))
        ledger.note("c4_lines_no_terminal_punc", Double(noTerminalMark))
        ledger.note("c4_lines_too_few_words", Double(tooFewWords))
        ledger.note("c4_lines_javascript", Double(javascript))
        ledger.note("c4_lines_policy", Double(policy))
        ledger.note("c4_sentences", Double(sentences))
    }
}

/// The runs without white space that some words make: what Python's `split()` calls words.
struct RunFigures {
    private(set) var count = 0
    /// In Unicode scalars.
    private(set) var longest = 0

    init(_ words: ArraySlice<Word>) {
        var length = 0
        for word in words {
            if word.traits.contains(.startsRun) {
                count += 1
                length = 0
            }
            length += Int(word.scalarCount)
            longest = max(longest, length)
        }
    }
}
