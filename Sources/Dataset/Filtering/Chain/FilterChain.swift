/// An ordered list of filters, ready to judge documents: a value, free to be used from many threads at once.
///
/// ```swift
/// let chain = try FilterChain(FilterChainSettings(filters: FilterPreset.fineWeb))
/// let outcome = chain.evaluate(FilterInput(text: text, address: url, language: "en", languageScore: 0.98))
/// if let rejection = outcome.rejection { … rejection.rule, rejection.value, rejection.threshold … }
/// ```
///
/// The definitions are datatrove's (0.10.1), and through it Gopher's (arXiv 2112.11446), C4's (JMLR 21-074) and
/// FineWeb's (arXiv 2406.17557). A document takes time linear in its text, and memory about ten times its size.
public struct FilterChain: Sendable {
    /// Longer texts, in bytes of UTF-8, are refused unread (`filter: chain`, `rule: text_too_large`).
    public static let largestText = 256 << 20

    public let settings: FilterChainSettings
    private let steps: [PreparedStep]

    /// Makes a chain ready.
    /// - Parameter read: gives the text of a list file that the settings name.
    /// - Throws: what `read` throws; `FilterSettingsError` where a file is named and nothing reads it.
    public init(_ settings: FilterChainSettings, read: ((String) throws -> String)? = nil) throws {
        self.settings = settings
        steps = try settings.filters.compactMap { step in
            try PreparedStep(step) { path in
                guard let read else {
                    throw FilterSettingsError.badValue(path, owner: "a list file", needs: "a reader of files")
                }
                return try read(path)
            }
        }
    }

    /// Judges one document: every filter in its order until one refuses (or all, where `measureAll` is set).
    public func evaluate(_ input: FilterInput) -> FilterOutcome {
        let size = input.text.utf8.count
        guard size <= Self.largestText else {
            let rejection = Rejection(
                filter: "chain", rule: "text_too_large", value: Double(size), threshold: Double(Self.largestText))
            return FilterOutcome(rejection: rejection, text: nil, measured: [])
        }
        var state = DocumentState(input)
        var outcome = FilterOutcome(rejection: nil, text: nil, measured: [])
        for step in steps {
            let ledger = step.apply(&state)
            outcome.measured += ledger.measured
            if outcome.rejection == nil { outcome.rejection = ledger.rejection }
            if outcome.rejection != nil, !settings.measureAll { break }
        }
        if outcome.isKept { outcome.text = state.rewritten }
        return outcome
    }
}
