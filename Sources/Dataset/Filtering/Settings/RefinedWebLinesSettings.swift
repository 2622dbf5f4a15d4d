/// RefinedWeb's corrections of lines (arXiv 2306.01116, G.2), as DCLM made them again; 0 or null turns a rule off.
public struct RefinedWebLinesSettings: FilterParameters {
    public static let filterName = "refinedweb_lines"

    /// The largest share of upper-case letters in a line.
    public var maxUppercaseRatio = 0.5
    /// Drop lines of digits alone.
    public var dropNumeric = true
    /// Drop lines such as “3 likes”.
    public var dropCounters = true
    /// The fewest words of a line.
    public var minWordsPerLine = 2
    /// Cut “items in cart”, “Read more...” and “Sign-in” out of lines of at most so many words.
    public var maxWordsToCut = 10
    /// The largest share of a page's words that may go in this way.
    public var maxRemovedRatio = 0.05

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case maxUppercaseRatio = "max_uppercase_ratio"
        case dropNumeric = "drop_numeric"
        case dropCounters = "drop_counters"
        case minWordsPerLine = "min_words_per_line"
        case maxWordsToCut = "max_words_to_cut"
        case maxRemovedRatio = "max_removed_ratio"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        maxUppercaseRatio = try settings.number(.maxUppercaseRatio, standard.maxUppercaseRatio)
        dropNumeric = try settings.value(.dropNumeric, standard.dropNumeric)
        dropCounters = try settings.value(.dropCounters, standard.dropCounters)
        minWordsPerLine = try settings.count(.minWordsPerLine, standard.minWordsPerLine)
        maxWordsToCut = try settings.count(.maxWordsToCut, standard.maxWordsToCut)
        maxRemovedRatio = try settings.number(.maxRemovedRatio, standard.maxRemovedRatio)
    }
}
