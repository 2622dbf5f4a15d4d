/// A loaded tokenizer: text to ids, exactly those of the library that its vocabulary comes from.
///
/// Immutable and `Sendable`: one is loaded and shared by all threads; each thread brings its own ``TokenizerScratch``.
///
///     let tokenizer = try Tokenizer.load(name: "gpt2", folder: "models/tokenizers")
///     let scratch = TokenizerScratch()
///     var ids: [UInt32] = []
///     try tokenizer.encode("Hello, world", into: &ids, scratch: scratch)
public struct Tokenizer: Sendable {
    /// The longest text one call takes, in bytes: the worst text, one piece without a blank, needs 44 times its length to merge.
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

    /// Appends the ids of a text, without begin or end tokens.
    ///
    /// The text should be UTF-8, as every `String` is; bytes that are not are taken one by one and never trap. Throws ``TokenizerError/textTooLong(byteCount:limit:)`` alone, and then appends nothing.
    public func encode(
        utf8 text: UnsafeBufferPointer<UInt8>, specialTokens mode: SpecialTokenMode = .likeReference,
        into identifiers: inout [UInt32], scratch: TokenizerScratch
    ) throws(TokenizerError) {
        guard text.count <= Self.longestText else {
            throw .textTooLong(byteCount: text.count, limit: Self.longestText)
        }
        let recognises =
            switch mode {
            case .likeReference: recognisesByDefault
            case .plain: false
            case .recognised: true
            }
        if recognises {
            try encodeAround(specialTokens, laterTokens, text, &identifiers, scratch)
        } else {
            try encodePlain(text, &identifiers, scratch)
        }
    }

    /// The same for a span.
    public func encode(
        utf8 text: Span<UInt8>, specialTokens mode: SpecialTokenMode = .likeReference,
        into identifiers: inout [UInt32], scratch: TokenizerScratch
    ) throws(TokenizerError) {
        var failure: TokenizerError?
        text.withUnsafeBufferPointer { text in
            do throws(TokenizerError) {
                try encode(utf8: text, specialTokens: mode, into: &identifiers, scratch: scratch)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// The same for a string.
    public func encode(
        _ text: String, specialTokens mode: SpecialTokenMode = .likeReference, into identifiers: inout [UInt32],
        scratch: TokenizerScratch
    ) throws(TokenizerError) {
        var text = text
        var failure: TokenizerError?
        text.withUTF8 { text in
            do throws(TokenizerError) {
                try encode(utf8: text, specialTokens: mode, into: &identifiers, scratch: scratch)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func encodeAround(
        _ first: SpecialTokenMatcher, _ later: SpecialTokenMatcher?, _ text: UnsafeBufferPointer<UInt8>,
        _ identifiers: inout [UInt32], _ scratch: TokenizerScratch
    ) throws(TokenizerError) {
        var start = 0
        while start < text.count {
            let match = first.isEmpty ? nil : first.firstMatch(in: text, from: start)
            let end = match?.range.lowerBound ?? text.count
            let before = UnsafeBufferPointer(rebasing: text[start..<end])
            if let later, !later.isEmpty {
                try encodeAround(later, nil, before, &identifiers, scratch)
            } else {
                try encodePlain(before, &identifiers, scratch)
            }
            guard let match else { return }
            identifiers.append(match.identifier)
            start = match.range.upperBound
        }
    }

    private func encodePlain(
        _ text: UnsafeBufferPointer<UInt8>, _ identifiers: inout [UInt32], _ scratch: TokenizerScratch
    ) throws(TokenizerError) {
        guard text.count > 0 else { return }
        switch model {
        case .pieces(let vocabulary, let pattern):
            vocabulary.encode(text, pattern: pattern, scratch: scratch, into: &identifiers)
        case .sentencePiece(let model):
            try model.encode(text, into: &identifiers, scratch: scratch)
        }
    }

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
