/// What the English rules, and the filters, ask about one Unicode scalar; bit by bit as in the generated runs.
struct ScalarClasses: OptionSet, Sendable {
    let rawValue: UInt32

    /// Cut off at the front of a word.
    static let prefix = ScalarClasses(rawValue: 1 << 0)
    /// Cut off at the end of a word.
    static let suffix = ScalarClasses(rawValue: 1 << 1)
    /// Cuts a word wherever it stands: pictures and the ellipsis.
    static let infix = ScalarClasses(rawValue: 1 << 2)
    /// A full stop that follows is cut off.
    static let beforeFullStop = ScalarClasses(rawValue: 1 << 3)
    /// Upper case; a full stop that follows two of these is cut off.
    static let upper = ScalarClasses(rawValue: 1 << 4)
    /// May stand before a full stop that cuts a word in two.
    static let beforeInnerStop = ScalarClasses(rawValue: 1 << 5)
    /// May stand after a full stop that cuts a word in two.
    static let afterInnerStop = ScalarClasses(rawValue: 1 << 6)
    /// What the tokenizer's rules call a letter.
    static let letter = ScalarClasses(rawValue: 1 << 7)
    /// A letter, or one of 0–9.
    static let letterOrDigit = ScalarClasses(rawValue: 1 << 8)
    /// May stand in the last label of a host name.
    static let addressEnd = ScalarClasses(rawValue: 1 << 9)
    /// Alphabetic as Python's `isalpha` has it: the categories Lm, Lt, Lu, Ll, Lo.
    static let alphabetic = ScalarClasses(rawValue: 1 << 10)
    /// In datatrove's set of punctuation: marks, control characters, terminal marks.
    static let symbol = ScalarClasses(rawValue: 1 << 11)
    /// White space as Python's `isspace` has it (U+001C–U+001F are, U+200B is not).
    static let whiteSpace = ScalarClasses(rawValue: 1 << 12)
    /// General category P…
    static let punctuation = ScalarClasses(rawValue: 1 << 13)
    /// Ends a sentence when it is a word of its own.
    static let sentenceMark = ScalarClasses(rawValue: 1 << 14)
    /// In datatrove's set of marks that end a line of prose.
    static let terminalMark = ScalarClasses(rawValue: 1 << 15)
    /// General category Nd.
    static let decimalDigit = ScalarClasses(rawValue: 1 << 16)
    /// A letter, a number of any kind, or "_".
    static let wordCharacter = ScalarClasses(rawValue: 1 << 17)
}
