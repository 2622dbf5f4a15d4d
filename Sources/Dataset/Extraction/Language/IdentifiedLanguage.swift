/// The language of a text, as a model sees it.
public struct IdentifiedLanguage: Sendable, Equatable {
    /// A language and how sure the model is.
    public struct Guess: Sendable, Equatable {
        /// The code as the model gives it (ISO 639-1 or 639-3), or "und" for a text without letters.
        public var code: String
        /// The model's probability, 0 to 1.
        public var score: Float
    }

    public var best: Guess
    /// The second-best, where the model has one.
    public var second: Guess?

    /// The script by ISO 15924: the model's where its labels name one (GlotLID), else the one of most scalars.
    public var script: String

    public var code: String { best.code }
    public var score: Float { best.score }

    /// A text without letters.
    static let undetermined = IdentifiedLanguage(best: Guess(code: "und", score: 0), second: nil, script: "Zyyy")
}

/// The language of one paragraph of a text.
public struct ParagraphLanguage: Sendable, Equatable {
    /// Offsets of its bytes in the text, without the line feed.
    public var bytes: Range<Int>
    public var language: IdentifiedLanguage
}
