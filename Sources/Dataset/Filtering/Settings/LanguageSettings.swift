/// Which languages are kept, and how sure the identification must be; keys as in datatrove.
public struct LanguageSettings: FilterParameters {
    public static let filterName = "language"

    /// Codes of the languages that are kept; empty for all.
    public var languages: [String] = []
    /// The smallest score that is kept: FineWeb's for English.
    public var languageThreshold = 0.65

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case languages
        case languageThreshold = "language_threshold"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        languages = try settings.value(.languages, standard.languages)
        languageThreshold = try settings.number(.languageThreshold, standard.languageThreshold)
    }
}
