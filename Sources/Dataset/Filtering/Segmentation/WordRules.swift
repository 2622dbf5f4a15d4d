/// By which rules a text is cut into words.
public enum WordRules: Sendable, Equatable {
    /// spaCy's rules for English, natively.
    case english
    /// Unicode's word boundaries, with ICU's dictionaries for scripts without spaces.
    case unicode

    /// The rules for a language: English ones for English and where the language is unknown.
    public init(language: String) {
        let code = LanguageCode.canonical(language)
        self = code == "eng" || code.isEmpty ? .english : .unicode
    }

    func words(_ bytes: UnsafeBufferPointer<UInt8>) -> (words: [Word], endsInWideSpace: Bool) {
        switch self {
        case .english:
            var splitter = EnglishSplitter()
            splitter.split(bytes)
            return (splitter.words, splitter.endsInWideSpace)
        case .unicode:
            return UnicodeSplitter.split(bytes)
        }
    }
}
