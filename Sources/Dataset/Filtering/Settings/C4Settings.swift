/// Switches and limits of C4's rules (JMLR 21-074, section 2.2), keys and defaults as in datatrove; −1 turns a limit off.
/// FineWeb uses them with `filter_no_terminal_punct: false`.
public struct C4Settings: FilterParameters {
    public static let filterName = "c4"

    public var removeCitations = true
    public var filterNoTerminalPunct = true
    public var minNumSentences = 5
    public var minWordsPerLine = 3
    /// In Unicode scalars.
    public var maxWordLength = 1000
    public var filterLoremIpsum = true
    public var filterJavascript = true
    public var filterCurlyBracket = true
    public var filterPolicy = true

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case removeCitations = "remove_citations"
        case filterNoTerminalPunct = "filter_no_terminal_punct"
        case minNumSentences = "min_num_sentences"
        case minWordsPerLine = "min_words_per_line"
        case maxWordLength = "max_word_length"
        case filterLoremIpsum = "filter_lorem_ipsum"
        case filterJavascript = "filter_javascript"
        case filterCurlyBracket = "filter_curly_bracket"
        case filterPolicy = "filter_policy"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        removeCitations = try settings.value(.removeCitations, standard.removeCitations)
        filterNoTerminalPunct = try settings.value(.filterNoTerminalPunct, standard.filterNoTerminalPunct)
        minNumSentences = try settings.value(.minNumSentences, standard.minNumSentences)
        minWordsPerLine = try settings.value(.minWordsPerLine, standard.minWordsPerLine)
        maxWordLength = try settings.value(.maxWordLength, standard.maxWordLength)
        filterLoremIpsum = try settings.value(.filterLoremIpsum, standard.filterLoremIpsum)
        filterJavascript = try settings.value(.filterJavascript, standard.filterJavascript)
        filterCurlyBracket = try settings.value(.filterCurlyBracket, standard.filterCurlyBracket)
        filterPolicy = try settings.value(.filterPolicy, standard.filterPolicy)
    }
}
