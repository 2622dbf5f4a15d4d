/// By which rules a text is cut into words.
public enum WordRules: Sendable, Equatable {
    /// spaCy's rules for English, natively.
    case english

    /// The rules for a language, by its canonical code.
    init(language: String) {
        self = .english
    }

    func words(_ bytes: UnsafeBufferPointer<UInt8>) -> (words: [Word], endsInWideSpace: Bool) {
        switch self {
        case .english:
            var splitter = EnglishSplitter()
            splitter.split(bytes)
            return (splitter.words, splitter.endsInWideSpace)
        }
    }
}
