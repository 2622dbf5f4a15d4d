/// GPT-2's pattern: `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+$|\s+(?!\S)|\s`.
struct GPT2Splitter: PieceSplitter {
    private let cursor: TextCursor

    init(cursor: TextCursor) { self.cursor = cursor }

    @inline(__always) mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if start.pointee == UInt8(ascii: "'"), let end = contractionEnd(start) { return end }
        let (kind, next) = cursor.read(start)
        if start.pointee == UInt8(ascii: " "), next < cursor.end {
            let (following, afterFollowing) = cursor.read(next)
            if !following.isIn(.space) { return runEnd(following, afterFollowing) }
        }
        return kind.isIn(.space) ? spaceEnd(start) : runEnd(kind, next)
    }

    /// `\p{L}+`, `\p{N}+` or all else, after its first character.
    @inline(__always)
    private func runEnd(_ kind: CharacterClass, _ next: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        if kind.isIn(.letter) { return cursor.skip(.letter, from: next) }
        if kind.isIn(.number) { return cursor.skip(.number, from: next) }
        return cursor.skip(allBut: .spaceLetterOrNumber, from: next)
    }

    /// `\s+$|\s+(?!\S)|\s`: line ends mean nothing here.
    @inline(__always) private func spaceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var position = start
        var last = start
        while position < cursor.end {
            let (kind, next) = cursor.read(position)
            guard kind.isIn(.space) else { break }
            last = position
            position = next
        }
        return position == cursor.end || last == start ? position : last
    }

    /// Lower case only.
    @inline(__always) private func contractionEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let available = cursor.end - start
        guard available >= 2 else { return nil }
        switch start[1] {
        case UInt8(ascii: "s"), UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "l"):
            return available >= 3 && start[2] == UInt8(ascii: "l") ? start + 3 : nil
        case UInt8(ascii: "v"), UInt8(ascii: "r"):
            return available >= 3 && start[2] == UInt8(ascii: "e") ? start + 3 : nil
        default:
            return nil
        }
    }
}
