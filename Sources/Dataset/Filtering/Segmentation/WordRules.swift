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

    func words(_ bytes: UnsafeBufferPointer<UInt8>) -> SplitText {
        switch self {
        case .english:
            var splitter = EnglishSplitter()
            splitter.split(bytes)
            return SplitText(
                words: splitter.words, endsInWideSpace: splitter.endsInWideSpace,
                mayHaveRareBreaks: splitter.mayHaveRareBreaks)
        case .unicode:
            return UnicodeSplitter.split(bytes)
        }
    }
}
