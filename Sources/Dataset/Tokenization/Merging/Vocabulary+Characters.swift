// Merging that begins with characters: SentencePiece's. The text is valid UTF-8 here.
extension Vocabulary {
    func mergeCharacters(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ scratch: TokenizerScratch,
        _ identifiers: inout [UInt32]
    ) {
        var characters = 0
        for index in 0..<count where piece[index] & 0xC0 != 0x80 { characters &+= 1 }
        guard characters <= PartBuffer.capacity else {
            return mergeLongCharacters(piece, count, readable, characters, &identifiers)
        }
        let parts = scratch.parts
        var start = 0
        for place in 0..<characters {
            let end = characterEnd(piece, start, count)
            let merge =
                end < count
                ? rule.merge(0, 0, piece + start, characterEnd(piece, end, count) - start, readable - start, table) : .none
            parts.set(
                place, start: start,
                identifier: table.identifier(of: piece + start, count: end - start, readable: readable - start), merge: merge)
            start = end
        }
        parts.mergeAll(characters, piece: piece, byteCount: count, readable: readable, rule: rule, table: table)
        parts.forEach(characters) { identifier, range in append(identifier, piece, range, &identifiers) }
    }

    private func mergeLongCharacters(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ characters: Int, _ identifiers: inout [UInt32]
    ) {
        var long = LongMerge(count: characters)
        var start = 0
        for place in 0..<characters {
            let end = characterEnd(piece, start, count)
            let identifier = table.identifier(of: piece + start, count: end - start, readable: readable - start)
            long.setPart(place, start: start, identifier: identifier)
            start = end
        }
        long.run(piece: piece, byteCount: count, readable: readable, rule: rule, table: table) { identifier, start, count in
            append(identifier, piece, start..<(start + count), &identifiers)
        }
    }

    /// A part's token, or one for each byte of a character that has none.
    @inline(__always)
    private func append(
        _ identifier: UInt32, _ piece: UnsafePointer<UInt8>, _ range: Range<Int>, _ identifiers: inout [UInt32]
    ) {
        if identifier != TokenTable.absent {
            identifiers.append(identifier)
        } else {
            for index in range { identifiers.append(byteTokens.base[Int(piece[index])]) }
        }
    }

    @inline(__always)
    private func characterEnd(_ piece: UnsafePointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        var end = start &+ 1
        while end < count, piece[end] & 0xC0 == 0x80 { end &+= 1 }
        return end
    }
}
