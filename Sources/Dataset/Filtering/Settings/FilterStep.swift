/// One filter of a chain with its settings. In a recipe: `filter: gopher_quality`, and the settings beside it.
public enum FilterStep: Sendable, Equatable {
    case address(PerLanguage<AddressSettings>)
    case language(PerLanguage<LanguageSettings>)
    case length(PerLanguage<LengthSettings>)
    case gopherRepetition(PerLanguage<GopherRepetitionSettings>)
    case gopherQuality(PerLanguage<GopherQualitySettings>)
    case c4(PerLanguage<C4Settings>)
    case fineWeb(PerLanguage<FineWebSettings>)
    case codeRatio(PerLanguage<CodeRatioSettings>)
    case refinedWebLines(PerLanguage<RefinedWebLinesSettings>)

    /// The names of all filters.
    public static let names = [
        AddressSettings.filterName, LanguageSettings.filterName, LengthSettings.filterName,
        GopherRepetitionSettings.filterName, GopherQualitySettings.filterName, C4Settings.filterName,
        FineWebSettings.filterName, CodeRatioSettings.filterName, RefinedWebLinesSettings.filterName,
    ]
}

extension FilterStep: Codable {
    public init(from decoder: any Decoder) throws {
        let name = try decoder.container(keyedBy: PerLanguageKeys.self).decode(String.self, forKey: .filter)
        switch name {
        case AddressSettings.filterName: self = .address(try PerLanguage(from: decoder))
        case LanguageSettings.filterName: self = .language(try PerLanguage(from: decoder))
        case LengthSettings.filterName: self = .length(try PerLanguage(from: decoder))
        case GopherRepetitionSettings.filterName: self = .gopherRepetition(try PerLanguage(from: decoder))
        case GopherQualitySettings.filterName: self = .gopherQuality(try PerLanguage(from: decoder))
        case C4Settings.filterName: self = .c4(try PerLanguage(from: decoder))
        case FineWebSettings.filterName: self = .fineWeb(try PerLanguage(from: decoder))
        case CodeRatioSettings.filterName: self = .codeRatio(try PerLanguage(from: decoder))
        case RefinedWebLinesSettings.filterName: self = .refinedWebLines(try PerLanguage(from: decoder))
        default: throw FilterSettingsError.unknownFilter(name, known: Self.names)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .address(let settings): try settings.encode(to: encoder)
        case .language(let settings): try settings.encode(to: encoder)
        case .length(let settings): try settings.encode(to: encoder)
        case .gopherRepetition(let settings): try settings.encode(to: encoder)
        case .gopherQuality(let settings): try settings.encode(to: encoder)
        case .c4(let settings): try settings.encode(to: encoder)
        case .fineWeb(let settings): try settings.encode(to: encoder)
        case .codeRatio(let settings): try settings.encode(to: encoder)
        case .refinedWebLines(let settings): try settings.encode(to: encoder)
        }
    }
}

extension FilterStep {
    /// With what the entry's `all_languages` says in every table.
    func overridden(by decoder: any Decoder) throws -> FilterStep {
        switch self {
        case .address(let settings): .address(try settings.overridden(by: decoder))
        case .language(let settings): .language(try settings.overridden(by: decoder))
        case .length(let settings): .length(try settings.overridden(by: decoder))
        case .gopherRepetition(let settings): .gopherRepetition(try settings.overridden(by: decoder))
        case .gopherQuality(let settings): .gopherQuality(try settings.overridden(by: decoder))
        case .c4(let settings): .c4(try settings.overridden(by: decoder))
        case .fineWeb(let settings): .fineWeb(try settings.overridden(by: decoder))
        case .codeRatio(let settings): .codeRatio(try settings.overridden(by: decoder))
        case .refinedWebLines(let settings): .refinedWebLines(try settings.overridden(by: decoder))
        }
    }
}
