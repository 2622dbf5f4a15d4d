/// Thresholds of Gopher's repetition rules (arXiv 2112.11446, table A1), keys and defaults as in datatrove.
/// Each is the largest share that is kept; 0 or null turns a rule off.
public struct GopherRepetitionSettings: FilterParameters {
    public static let filterName = "gopher_repetition"

    public var dupLineFrac = 0.3
    public var dupParaFrac = 0.3
    public var dupLineCharFrac = 0.2
    public var dupParaCharFrac = 0.2
    public var topNGrams = [NGramThreshold(2, 0.2), NGramThreshold(3, 0.18), NGramThreshold(4, 0.16)]
    public var dupNGrams = [
        NGramThreshold(5, 0.15), NGramThreshold(6, 0.14), NGramThreshold(7, 0.13), NGramThreshold(8, 0.12),
        NGramThreshold(9, 0.11), NGramThreshold(10, 0.1),
    ]

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case dupLineFrac = "dup_line_frac"
        case dupParaFrac = "dup_para_frac"
        case dupLineCharFrac = "dup_line_char_frac"
        case dupParaCharFrac = "dup_para_char_frac"
        case topNGrams = "top_n_grams"
        case dupNGrams = "dup_n_grams"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        dupLineFrac = try settings.number(.dupLineFrac, standard.dupLineFrac)
        dupParaFrac = try settings.number(.dupParaFrac, standard.dupParaFrac)
        dupLineCharFrac = try settings.number(.dupLineCharFrac, standard.dupLineCharFrac)
        dupParaCharFrac = try settings.number(.dupParaCharFrac, standard.dupParaCharFrac)
        topNGrams = try settings.value(.topNGrams, standard.topNGrams)
        dupNGrams = try settings.value(.dupNGrams, standard.dupNGrams)
    }
}
