/// Thresholds of Gopher's quality rules (arXiv 2112.11446, A.1.1), keys and defaults as in datatrove;
/// 0 or null turns a rule off.
public struct GopherQualitySettings: FilterParameters {
    public static let filterName = "gopher_quality"

    public var minDocWords = 50
    public var maxDocWords = 100_000
    public var minAvgWordLength = 3.0
    public var maxAvgWordLength = 10.0
    public var maxSymbolWordRatio = 0.1
    public var maxBulletLinesRatio = 0.9
    public var maxEllipsisLinesRatio = 0.3
    /// The smallest share of words with a letter: datatrove's name says the opposite of what it does.
    public var maxNonAlphaWordsRatio = 0.8
    /// How many different ones of `stopWords` a text needs.
    public var minStopWords = 2
    /// Compared with the words as they stand, upper and lower case apart.
    public var stopWords = ["the", "be", "to", "of", "and", "that", "have", "with"]

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case minDocWords = "min_doc_words"
        case maxDocWords = "max_doc_words"
        case minAvgWordLength = "min_avg_word_length"
        case maxAvgWordLength = "max_avg_word_length"
        case maxSymbolWordRatio = "max_symbol_word_ratio"
        case maxBulletLinesRatio = "max_bullet_lines_ratio"
        case maxEllipsisLinesRatio = "max_ellipsis_lines_ratio"
        case maxNonAlphaWordsRatio = "max_non_alpha_words_ratio"
        case minStopWords = "min_stop_words"
        case stopWords = "stop_words"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        minDocWords = try settings.count(.minDocWords, standard.minDocWords)
        maxDocWords = try settings.count(.maxDocWords, standard.maxDocWords)
        minAvgWordLength = try settings.number(.minAvgWordLength, standard.minAvgWordLength)
        maxAvgWordLength = try settings.number(.maxAvgWordLength, standard.maxAvgWordLength)
        maxSymbolWordRatio = try settings.number(.maxSymbolWordRatio, standard.maxSymbolWordRatio)
        maxBulletLinesRatio = try settings.number(.maxBulletLinesRatio, standard.maxBulletLinesRatio)
        maxEllipsisLinesRatio = try settings.number(.maxEllipsisLinesRatio, standard.maxEllipsisLinesRatio)
        maxNonAlphaWordsRatio = try settings.number(.maxNonAlphaWordsRatio, standard.maxNonAlphaWordsRatio)
        minStopWords = try settings.count(.minStopWords, standard.minStopWords)
        stopWords = try settings.value(.stopWords, standard.stopWords)
    }
}
