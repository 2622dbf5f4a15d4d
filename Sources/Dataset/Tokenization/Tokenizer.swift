/// A loaded tokenizer: text to ids, exactly those of the library that its vocabulary comes from.
///
/// Immutable and `Sendable`: one is loaded and shared by all threads; each thread brings its own ``TokenizerScratch``.
///
///     let tokenizer = try Tokenizer.load(name: "gpt2", folder: "models/tokenizers")
///     let scratch = TokenizerScratch()
///     var ids: [UInt32] = []
///     try tokenizer.encode("Hello, world", into: &ids, scratch: scratch)
public struct Tokenizer: Sendable {
    /// The longest text one call takes, in bytes.
    ///
    /// Merging takes memory for a window of a piece, a few kilobytes; only a piece in which no seam between windows holds takes 44 times its own length, and no natural text has one.
    public static let longestText = 1 << 26

    enum Model: Sendable {
        case pieces(Vocabulary, SplitPattern)
        case sentencePiece(SentencePieceModel)
    }

    /// The name it was loaded by.
    public let name: String
    /// One more than the greatest id, special tokens included.
    public let vocabularySize: Int
    /// The id that is put after each document unless the caller says otherwise; nil where the vocabulary names none.
    public let endOfDocument: UInt32?
    /// The files that were read, in case the caller wants their digests.
    public let files: [String]

    let model: Model
    /// Found in the text before anything else.
    let specialTokens: SpecialTokenMatcher
    /// Found in what the first leave (Hugging Face's added tokens with `normalized`).
    let laterTokens: SpecialTokenMatcher
    let recognisesByDefault: Bool
    /// Text is put into normalization form C, after the first special tokens are found and before the later ones.
    let composes: Bool

    /// The bytes that ids stand for, special tokens as their text. Bytes, because an id may end within a character.
    public func decode(_ identifiers: some Sequence<UInt32>) throws(TokenizerError) -> [UInt8] {
        var bytes: [UInt8] = []
        var isFirst = true
        for identifier in identifiers {
            defer { isFirst = false }
            if let token = specialTokens.tokens[identifier] ?? laterTokens.tokens[identifier] {
                bytes.append(contentsOf: token)
                continue
            }
            switch model {
            case .pieces(let vocabulary, _):
                let token = vocabulary.table.bytes(of: identifier)
                guard token.count > 0 else { throw .unknownIdentifier(identifier) }
                bytes.append(contentsOf: token)
            case .sentencePiece(let model):
                try model.decode(identifier, isFirst: isFirst, into: &bytes)
            }
        }
        return bytes
    }
}
