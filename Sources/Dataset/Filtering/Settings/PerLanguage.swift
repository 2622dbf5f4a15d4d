/// The settings of one filter as a recipe gives them: the base, what differs for some languages, and whether it is on.
///
/// In a recipe: the filter's own keys, `enabled`, and `by_language`, a table from language codes to those keys that
/// differ; and `all_languages`, keys that hold for every language, over the filter's own, `by_language` and a preset's. Codes of two letters, of three, and with a script (`de`, `deu`, `cmn_Hani`) mean the same language.
public struct PerLanguage<Settings: Codable & Sendable & Equatable>: Sendable, Equatable {
    public var base: Settings
    public var isEnabled: Bool
    /// By the language's code as `LanguageCode.canonical` has it.
    public private(set) var byLanguage: [String: Settings]

    public init(_ base: Settings, byLanguage: [String: Settings] = [:], isEnabled: Bool = true) {
        self.base = base
        self.isEnabled = isEnabled
        self.byLanguage = [:]
        for (code, settings) in byLanguage { self.byLanguage[LanguageCode.canonical(code)] = settings }
    }

    /// The settings for a language.
    public subscript(language: String) -> Settings {
        get { byLanguage[LanguageCode.canonical(language)] ?? base }
        set { byLanguage[LanguageCode.canonical(language)] = newValue }
    }
}

enum PerLanguageKeys: String, CodingKey, CaseIterable {
    case filter
    case enabled
    case byLanguage = "by_language"
    case allLanguages = "all_languages"
}

extension PerLanguage where Settings: FilterParameters {
    init(from decoder: any Decoder) throws {
        let keys = PerLanguageKeys.allCases.map(\.rawValue)
        base = try Settings(from: decoder, standard: Settings(), more: keys)
        let container = try decoder.container(keyedBy: PerLanguageKeys.self)
        isEnabled = try container.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
        byLanguage = [:]
        guard container.contains(.byLanguage) else { return }
        let languages = try container.nestedContainer(keyedBy: AnyKey.self, forKey: .byLanguage)
        for code in languages.allKeys {
            self[code.stringValue] = try Settings(
                from: languages.superDecoder(forKey: code), standard: base, more: [])
        }
    }

    /// With what `all_languages` says in every table.
    func overridden(by decoder: any Decoder) throws -> PerLanguage {
        let container = try decoder.container(keyedBy: PerLanguageKeys.self)
        guard container.contains(.allLanguages) else { return self }
        func changed(_ settings: Settings) throws -> Settings {
            try Settings(from: container.superDecoder(forKey: .allLanguages), standard: settings, more: [])
        }
        return PerLanguage(try changed(base), byLanguage: try byLanguage.mapValues(changed), isEnabled: isEnabled)
    }

    func encode(to encoder: any Encoder) throws {
        try base.encode(to: encoder)
        var container = encoder.container(keyedBy: PerLanguageKeys.self)
        try container.encode(Settings.filterName, forKey: .filter)
        try container.encode(isEnabled, forKey: .enabled)
        if !byLanguage.isEmpty { try container.encode(byLanguage, forKey: .byLanguage) }
    }
}
