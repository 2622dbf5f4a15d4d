/// A text cut into words, lines and paragraphs, once, for all the rules that ask for them.
///
/// Offsets are bytes of the text's UTF-8, lengths are Unicode scalars. Making one takes time linear in the text.
/// A value: free to go from thread to thread. Texts of 4 GiB and more are refused before (`FilterChain.largestText`).
public struct TextSegmentation: Sendable {
    /// Words in their order; white space is in none.
    public let words: [Word]
    /// The text cut at each "\n"; at least one line.
    public let lines: [Line]
    /// The text cut at every line break that Unicode and Python's `splitlines` know, as byte ranges.
    public let universalLines: [Range<Int>]
    /// The text without white space at its ends, cut at two or more "\n"; at least one.
    public let paragraphs: [Line]
    /// Length of the text in Unicode scalars.
    public let scalarCount: Int
    /// White space stands at the end that the sentence splitter takes for a token.
    let endsInWideSpace: Bool

    /// Cuts a text by the rules of one kind of language.
    public init(_ text: String, rules: WordRules = .english) {
        var text = text
        self = text.withUTF8 { TextSegmentation(bytes: $0, rules: rules) }
    }

    init(bytes: UnsafeBufferPointer<UInt8>, rules: WordRules) {
        self.init(bytes: bytes, split: rules.words(bytes))
    }

    init(bytes: UnsafeBufferPointer<UInt8>, split: SplitText) {
        words = split.words
        endsInWideSpace = split.endsInWideSpace
        lines = LineCutting.newlineLines(bytes)
        universalLines =
            split.mayHaveRareBreaks
            ? LineCutting.universalLines(bytes) : LineCutting.universalLines(withoutRareBreaks: lines)
        paragraphs = LineCutting.paragraphs(bytes, lines: lines)
        scalarCount = lines.reduce(lines.count - 1) { $0 + $1.scalarCount }
    }

    /// The number of sentences of the whole text.
    public var sentenceCount: Int {
        SentenceCounting.count(words[...], endsInWideSpace: endsInWideSpace)
    }
}
