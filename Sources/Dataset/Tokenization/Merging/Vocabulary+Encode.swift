// The loop of encoding: pointers, because every byte of the corpus goes through it; each is bounded by `end`.
extension Vocabulary {
    /// Appends the tokens of a text that `Splitter` cuts. The text is UTF-8; other bytes are taken one at a time.
    func encode<Splitter: PieceSplitter>(
        _ text: UnsafeBufferPointer<UInt8>, by _: Splitter.Type, scratch: TokenizerScratch,
        into identifiers: inout [UInt32]
    ) {
        guard let base = text.baseAddress, text.count > 0 else { return }
        let end = base + text.count
        var splitter = Splitter(cursor: TextCursor(end: end, classes: .shared))
        scratch.prepare(for: self)
        let table = table
        let takesAll = if case .always = wholePieces { true } else { false }
        let known = scratch.wholeTokens
        var start = base
        while start < end {
            let pieceEnd = splitter.pieceEnd(start)
            let count = pieceEnd - start
            let whole = table.identifier(of: start, count: count, readable: end - start)
            if whole != TokenTable.absent && (takesAll || known[Int(whole)] == .whole) {
                identifiers.append(whole)
            } else {
                encodePiece(start, count, readable: end - start, whole: whole, scratch: scratch, into: &identifiers)
            }
            start = pieceEnd
        }
    }

    /// A piece that is no token, or not known to be reached by merging.
    @inline(never)
    private func encodePiece(
        _ piece: UnsafePointer<UInt8>, _ count: Int, readable: Int, whole: UInt32, scratch: TokenizerScratch,
        into identifiers: inout [UInt32]
    ) {
        let first = identifiers.count
        if whole != TokenTable.absent && scratch.wholeTokens[Int(whole)] == .unknown {
            merge(piece, count, readable, scratch, &identifiers)
            let isWhole = identifiers.count == first + 1 && identifiers[first] == whole
            scratch.wholeTokens[Int(whole)] = isWhole ? .whole : .divided
            return
        }
        guard count <= PieceCache.longestPiece else { return merge(piece, count, readable, scratch, &identifiers) }
        let cache = scratch.cache
        let place = cache.place(for: piece, count: count, readable: readable)
        if cache.take(piece, count: count, at: place, into: &identifiers) { return }
        merge(piece, count, readable, scratch, &identifiers)
        cache.keep(piece, count: count, at: place, identifiers, from: first)
    }

    private func merge(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ scratch: TokenizerScratch,
        _ identifiers: inout [UInt32]
    ) {
        guard count <= Self.directBytes else { return mergeInWindows(piece, count, readable, scratch, &identifiers) }
        let parts = scratch.parts
        let places = fill(parts, piece, count, readable)
        parts.mergeAll(places, piece: piece, byteCount: count, readable: readable, rule: rule, table: table)
        parts.forEach(places) { identifier, range in append(identifier, piece, range, &identifiers) }
    }
}
