/// A SentencePiece model: our own merging where it is plain byte pairs, else the library.
final class SentencePieceModel: Sendable {
    private enum Engine: Sendable {
        case own(Vocabulary, userDefined: SpecialTokenMatcher)
        case library(SentencePieceLibrary)
    }

    private let engine: Engine
    private let pieces: [[UInt8]]
    private let addsDummyPrefix: Bool

    /// `usesLibrary`: even where our own merging would do; for comparing the two.
    init(_ format: SentencePieceFormat, usesLibrary: Bool = false) throws(TokenizerError) {
        addsDummyPrefix = format.addsDummyPrefix
        pieces = format.pieces.map { piece in
            switch piece.kind {
            case .byte: SentencePieceFormat.byte(named: format.text(piece)).map { [$0] } ?? []
            case .control, .unknown: Array(format.text(piece))
            default: SentencePieceFormat.withBlanks(format.text(piece))
            }
        }
        if !usesLibrary, let (vocabulary, userDefined) = try format.bytePairs() {
            var matcher = SpecialTokenMatcher()
            for (text, identifier) in userDefined where !matcher.add(Array(text.utf8), identifier: identifier) {
                throw .unsupported(path: format.file.path, feature: "the user-defined piece \"\(text)\"")
            }
            engine = .own(vocabulary, userDefined: matcher)
        } else {
            engine = .library(try SentencePieceLibrary(format.file))
        }
    }

    func encode(
        _ text: UnsafeBufferPointer<UInt8>, into identifiers: inout [UInt32], scratch: TokenizerScratch
    ) throws(TokenizerError) {
        switch engine {
        case .library(let library): try library.encode(text, into: &identifiers)
        case .own(let vocabulary, let userDefined):
            guard text.count > 0 else { return }
            if needsRewriting(text) || !userDefined.isEmpty && userDefined.firstMatch(in: text, from: 0) != nil {
                encodeRewritten(text, vocabulary, userDefined, &identifiers, scratch)
            } else {
                encodeAsItIs(text, vocabulary, &identifiers, scratch)
            }
        }
    }

    /// The blank in front belongs to the first piece alone: that one is copied behind a blank, the others stay where they are.
    private func encodeAsItIs(
        _ text: UnsafeBufferPointer<UInt8>, _ vocabulary: Vocabulary, _ identifiers: inout [UInt32],
        _ scratch: TokenizerScratch
    ) {
        guard addsDummyPrefix, let base = text.baseAddress else {
            return vocabulary.encode(text, by: BlankSplitter.self, scratch: scratch, into: &identifiers)
        }
        var splitter = BlankSplitter(cursor: TextCursor(end: base + text.count, classes: .shared))
        let firstCount = splitter.pieceEnd(base) - base
        scratch.rewritten.removeAll(keepingCapacity: true)
        scratch.rewritten.append(0x20)
        scratch.rewritten.append(contentsOf: text[..<firstCount])
        let first = scratch.rewritten
        first.withUnsafeBufferPointer {
            vocabulary.encode($0, by: BlankSplitter.self, scratch: scratch, into: &identifiers)
        }
        vocabulary.encode(
            UnsafeBufferPointer(rebasing: text[firstCount...]), by: BlankSplitter.self, scratch: scratch,
            into: &identifiers)
    }

    /// A text with "▁", with bytes that are no UTF-8 or with user-defined pieces, which nothing merges with.
    private func encodeRewritten(
        _ text: UnsafeBufferPointer<UInt8>, _ vocabulary: Vocabulary, _ userDefined: SpecialTokenMatcher,
        _ identifiers: inout [UInt32], _ scratch: TokenizerScratch
    ) {
        let valid = rewrite(text)
        valid.withUnsafeBufferPointer { text in
            var start = 0
            while start < text.count {
                let match = userDefined.isEmpty ? nil : userDefined.firstMatch(in: text, from: start)
                vocabulary.encode(
                    UnsafeBufferPointer(rebasing: text[start..<(match?.range.lowerBound ?? text.count)]),
                    by: BlankSplitter.self, scratch: scratch, into: &identifiers)
                guard let match else { return }
                identifiers.append(match.identifier)
                start = match.range.upperBound
            }
        }
    }

    /// With the blank in front, "▁" made a blank, and U+FFFD for each byte that is no UTF-8, as the library does.
    private func rewrite(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = addsDummyPrefix ? [0x20] : []
        guard let base = text.baseAddress else { return bytes }
        let end = base + text.count
        let cursor = TextCursor(end: end, classes: .shared)
        bytes.reserveCapacity(text.count + 16)
        var position = base
        while position < end {
            let first = position.pointee
            let (scalar, length) = first < 0x80 ? (Int(first), 1) : cursor.decode(position, first)
            if length == 0 {
                bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])
            } else if scalar == 0x2581 {
                bytes.append(0x20)
            } else {
                bytes.append(contentsOf: UnsafeBufferPointer(start: position, count: length))
            }
            position += max(length, 1)
        }
        return bytes
    }

    /// Whether there is a "▁" or something that is no UTF-8.
    private func needsRewriting(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        let end = base + text.count
        let cursor = TextCursor(end: end, classes: .shared)
        var position = base
        while position < end {
            let first = position.pointee
            if first < 0x80 {
                position += 1
                continue
            }
            let (scalar, length) = cursor.decode(position, first)
            if length == 0 || scalar == 0x2581 { return true }
            position += length
        }
        return false
    }

    /// Appends a piece's bytes; the first piece of a text loses the blank that was put in front.
    func decode(_ identifier: UInt32, isFirst: Bool, into bytes: inout [UInt8]) throws(TokenizerError) {
        guard Int(identifier) < pieces.count else { throw .unknownIdentifier(identifier) }
        let piece = pieces[Int(identifier)]
        bytes.append(contentsOf: isFirst && addsDummyPrefix && piece.first == 0x20 ? piece.dropFirst() : piece[...])
    }
}
