/// Thresholds of FineWeb's own rules (arXiv 2406.17557), keys and defaults as in datatrove.
/// Here 0 is a threshold like any other; a threshold out of reach (0 or 1 and more) turns a rule off.
public struct FineWebSettings: FilterParameters {
    public static let filterName = "fineweb"

    /// The smallest share of lines that end in a terminal mark.
    public var linePunctThr = 0.12
    /// Keep a text in which no line at all ends so.
    public var linePunctExcludeZero = false
    /// The marks; empty for datatrove's 159.
    public var stopChars: [String] = []
    /// The largest share of short lines, and how long a short line is at most, in Unicode scalars.
    public var shortLineThr = 0.67
    public var shortLineLength = 30
    /// The largest share of characters in lines that were there before.
    public var charDuplicatesRatio = 0.01
    /// The largest number of line breaks for a word.
    public var newLineRatio = 0.3

    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case linePunctThr = "line_punct_thr"
        case linePunctExcludeZero = "line_punct_exclude_zero"
        case stopChars = "stop_chars"
        case shortLineThr = "short_line_thr"
        case shortLineLength = "short_line_length"
        case charDuplicatesRatio = "char_duplicates_ratio"
        case newLineRatio = "new_line_ratio"
    }

    init(from decoder: any Decoder, standard: Self, more: [String]) throws {
        let settings = try StrictSettings(decoder, of: Self.filterName, CodingKeys.self, more: more)
        linePunctThr = try settings.finite(.linePunctThr, standard.linePunctThr)
        linePunctExcludeZero = try settings.value(.linePunctExcludeZero, standard.linePunctExcludeZero)
        stopChars = try settings.value(.stopChars, standard.stopChars)
        shortLineThr = try settings.finite(.shortLineThr, standard.shortLineThr)
        shortLineLength = try settings.value(.shortLineLength, standard.shortLineLength)
        charDuplicatesRatio = try settings.finite(.charDuplicatesRatio, standard.charDuplicatesRatio)
        newLineRatio = try settings.finite(.newLineRatio, standard.newLineRatio)
    }
}
