/// The rules of one filter, made ready once for the base settings and for each language's own.
struct LanguageTable<Rules: Sendable>: Sendable {
    private let base: Rules
    private let byLanguage: [String: Rules]

    init<Settings>(_ settings: PerLanguage<Settings>, _ make: (Settings) throws -> Rules) rethrows {
        base = try make(settings.base)
        byLanguage = try settings.byLanguage.mapValues(make)
    }

    /// - Parameter language: the canonical code.
    subscript(language: String) -> Rules {
        byLanguage.isEmpty ? base : byLanguage[language] ?? base
    }
}
