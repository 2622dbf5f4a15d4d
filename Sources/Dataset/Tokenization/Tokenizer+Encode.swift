extension Tokenizer {
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
            try encodeAround(specialTokens, text, &identifiers, scratch) { part, identifiers throws(TokenizerError) in
                try encodeNormalized(part, recognises: true, &identifiers, scratch)
            }
        } else {
            try encodeNormalized(text, recognises: false, &identifiers, scratch)
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

    /// Gives what lies between the tokens of `matcher` to `encodePart`, and appends them.
    private func encodeAround(
        _ matcher: SpecialTokenMatcher, _ text: UnsafeBufferPointer<UInt8>, _ identifiers: inout [UInt32],
        _ scratch: TokenizerScratch,
        _ encodePart: (UnsafeBufferPointer<UInt8>, inout [UInt32]) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        var start = 0
        while start < text.count {
            let match = matcher.isEmpty ? nil : matcher.firstMatch(in: text, from: start)
            let end = match?.range.lowerBound ?? text.count
            try encodePart(UnsafeBufferPointer(rebasing: text[start..<end]), &identifiers)
            guard let match else { return }
            identifiers.append(match.identifier)
            start = match.range.upperBound
        }
    }

    private func encodeNormalized(
        _ text: UnsafeBufferPointer<UInt8>, recognises: Bool, _ identifiers: inout [UInt32], _ scratch: TokenizerScratch
    ) throws(TokenizerError) {
        guard composes, CanonicalComposition.mayChange(text) else {
            return try encodeComposed(text, recognises: recognises, &identifiers, scratch)
        }
        let composed = CanonicalComposition.apply(text)
        var failure: TokenizerError?
        composed.withUnsafeBufferPointer { composed in
            do throws(TokenizerError) {
                try encodeComposed(composed, recognises: recognises, &identifiers, scratch)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func encodeComposed(
        _ text: UnsafeBufferPointer<UInt8>, recognises: Bool, _ identifiers: inout [UInt32], _ scratch: TokenizerScratch
    ) throws(TokenizerError) {
        guard recognises, !laterTokens.isEmpty else { return try encodePlain(text, &identifiers, scratch) }
        try encodeAround(laterTokens, text, &identifiers, scratch) { part, identifiers throws(TokenizerError) in
            try encodePlain(part, &identifiers, scratch)
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
}
