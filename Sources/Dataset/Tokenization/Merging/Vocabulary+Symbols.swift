// What merging begins with: the bytes of a piece, or its characters (SentencePiece, whose text is valid UTF-8 here).
extension Vocabulary {
    /// Fills the places of `parts` with the symbols of at most ``PartBuffer/capacity`` bytes; returns how many there are.
    @inline(__always)
    func fill(_ parts: PartBuffer, _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int) -> Int {
        beginsWithCharacters
            ? fillCharacters(parts, piece, count, readable) : fillBytes(parts, piece, count)
    }

    @inline(__always)
    private func fillBytes(_ parts: PartBuffer, _ piece: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let byteTokens = byteTokens.base
        let bytePairs = bytePairs.base
        for place in 0..<count {
            let byte = Int(piece[place])
            let merge = place &+ 1 < count ? bytePairs[byte &<< 8 | Int(piece[place &+ 1])] : .none
            parts.set(place, start: place, identifier: byteTokens[byte], merge: merge)
        }
        return count
    }

    @inline(__always)
    private func fillCharacters(
        _ parts: PartBuffer, _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int
    ) -> Int {
        var place = 0
        var start = 0
        var end = characterEnd(piece, 0, count)
        while start < count {
            let following = end < count ? characterEnd(piece, end, count) : end
            let merge =
                end < count ? rule.merge(0, 0, piece + start, following - start, readable - start, table) : .none
            let identifier = table.identifier(of: piece + start, count: end - start, readable: readable - start)
            parts.set(place, start: start, identifier: identifier, merge: merge)
            place += 1
            start = end
            end = following
        }
        return place
    }

    /// Gives each symbol's token, or `TokenTable.absent`, and its offset to `body`.
    func forEachSymbol(
        _ piece: UnsafePointer<UInt8>, _ count: Int, _ readable: Int, _ body: (UInt32, Int) -> Void
    ) {
        var start = 0
        while start < count {
            if beginsWithCharacters {
                let end = characterEnd(piece, start, count)
                body(table.identifier(of: piece + start, count: end - start, readable: readable - start), start)
                start = end
            } else {
                body(byteTokens.base[Int(piece[start])], start)
                start += 1
            }
        }
    }

    /// Appends a part's token, or one for each byte of a character that has none.
    @inline(__always)
    func append(
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
