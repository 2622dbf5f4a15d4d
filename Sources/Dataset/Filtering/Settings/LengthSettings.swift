/// How long a text must and may be; 0 or null turns a limit off.
public struct LengthSettings: FilterParameters {
    public static let filterName = "length"

    /// In Unicode scalars.
    public var minCharacters = 0
    public var maxCharacters = 0
    /// Words with at least one scalar that is no punctuation.
    public var minWords = 50
    public var maxWords = 100_000

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case minCharacters = "min_characters"
        case maxCharacters = "max_characters"
        case minWords = "min_words"
        case maxWords = "max_words"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        minCharacters = try settings.count(.minCharacters, standard.minCharacters)
        maxCharacters = try settings.count(.maxCharacters, standard.maxCharacters)
        minWords = try settings.count(.minWords, standard.minWords)
        maxWords = try settings.count(.maxWords, standard.maxWords)
    }
}
