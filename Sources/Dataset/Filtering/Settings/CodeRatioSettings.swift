/// How much of a text may be code, markup or signs rather than prose; 0 or null turns a rule off.
///
/// The share of letters and digits and the longest line are StarCoder's and RedPajama's rules for code as DCLM has
/// them (.25 and 1,000: a line of prose is often longer, so that one is off); the others measure what a page's text
/// looks like when a program, a template or its markup was taken for prose.
public struct CodeRatioSettings: FilterParameters {
    public static let filterName = "code_ratio"

    /// The smallest share of letters and digits among all scalars.
    public var minAlphanumericRatio = 0.25
    /// The longest line in Unicode scalars.
    public var maxLineLength = 0
    /// The largest share of scalars inside `<…>` tags and `&…;` entities.
    public var maxMarkupRatio = 0.1
    /// The largest share of scalars in lines that look like code: pages that document code with prose stay.
    public var maxCodeRatio = 0.7
    /// The smallest size of the text for the page's, both in bytes (NeMo keeps HTML from 0.2 on).
    public var minTextToPageRatio = 0.0

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case minAlphanumericRatio = "min_alphanumeric_ratio"
        case maxLineLength = "max_line_length"
        case maxMarkupRatio = "max_markup_ratio"
        case maxCodeRatio = "max_code_ratio"
        case minTextToPageRatio = "min_text_to_page_ratio"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        minAlphanumericRatio = try settings.number(.minAlphanumericRatio, standard.minAlphanumericRatio)
        maxLineLength = try settings.count(.maxLineLength, standard.maxLineLength)
        maxMarkupRatio = try settings.number(.maxMarkupRatio, standard.maxMarkupRatio)
        maxCodeRatio = try settings.number(.maxCodeRatio, standard.maxCodeRatio)
        minTextToPageRatio = try settings.number(.minTextToPageRatio, standard.minTextToPageRatio)
    }
}
