/// Reads characters with their classes from UTF-8, forwards, for the splitters.
///
/// Pointers rather than a span: this is the innermost loop, and every load is checked against `end`. A byte that is no UTF-8 counts as one character without a class.
struct TextCursor: BitwiseCopyable {
    typealias Position = UnsafePointer<UInt8>

    let end: Position
    private let classes: UnsafePointer<CharacterClass>

    @inline(__always) init(end: Position, classes: CharacterClasses) {
        self.end = end
        self.classes = classes.table
    }

    /// The same text, ending earlier.
    @inline(__always) func ending(at end: Position) -> TextCursor { TextCursor(end: end, table: classes) }

    @inline(__always) private init(end: Position, table: UnsafePointer<CharacterClass>) {
        self.end = end
        classes = table
    }

    /// The class of the character at `position` (before `end`), and where the next one begins.
    @inline(__always) func read(_ position: Position) -> (kind: CharacterClass, next: Position) {
        let first = position.pointee
        if first < 0x80 { return (classes[Int(first)], position + 1) }
        return readLong(position, first)
    }

    @inline(never) private func readLong(_ position: Position, _ first: UInt8) -> (kind: CharacterClass, next: Position)
    {
        let (scalar, length) = decode(position, first)
        return length == 0 ? ([], position + 1) : (classes[scalar], position + length)
    }

    /// The code point of two bytes or more; length 0 where the bytes are no UTF-8.
    @inline(__always) func decode(_ position: Position, _ first: UInt8) -> (scalar: Int, length: Int) {
        let available = end - position
        if first < 0xE0 {
            guard first >= 0xC2, available >= 2, isTail(position[1]) else { return (0, 0) }
            return (Int(first & 0x1F) << 6 | Int(position[1] & 0x3F), 2)
        }
        if first < 0xF0 {
            guard available >= 3, isTail(position[1]), isTail(position[2]) else { return (0, 0) }
            let scalar = Int(first & 0x0F) << 12 | Int(position[1] & 0x3F) << 6 | Int(position[2] & 0x3F)
            return scalar >= 0x800 && scalar & 0xF800 != 0xD800 ? (scalar, 3) : (0, 0)
        }
        guard first < 0xF5, available >= 4, isTail(position[1]), isTail(position[2]), isTail(position[3]) else {
            return (0, 0)
        }
        let high = Int(first & 0x07) << 18 | Int(position[1] & 0x3F) << 12
        let scalar = high | Int(position[2] & 0x3F) << 6 | Int(position[3] & 0x3F)
        return scalar >= 0x10000 && scalar < 0x110000 ? (scalar, 4) : (0, 0)
    }

    @inline(__always) private func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Past the characters from `position` on that are in `set`.
    @inline(__always) func skip(_ set: CharacterClass, from position: Position) -> Position {
        var position = position
        while position < end {
            let (kind, next) = read(position)
            guard kind.isIn(set) else { break }
            position = next
        }
        return position
    }

    /// Past the characters from `position` on that are not in `set`.
    @inline(__always) func skip(allBut set: CharacterClass, from position: Position) -> Position {
        var position = position
        while position < end {
            let (kind, next) = read(position)
            guard !kind.isIn(set) else { break }
            position = next
        }
        return position
    }

    /// Past the characters in `set`, at most `limit` of them.
    @inline(__always) func skip(_ set: CharacterClass, from position: Position, atMost limit: Int) -> Position {
        var position = position
        var left = limit
        while position < end, left > 0 {
            let (kind, next) = read(position)
            guard kind.isIn(set) else { break }
            position = next
            left &-= 1
        }
        return position
    }

    /// Past carriage returns and line feeds, and slashes where asked.
    @inline(__always) func skipLineEnds(from position: Position, andSlashes: Bool = false) -> Position {
        var position = position
        while position < end, isLineEnd(position.pointee) || andSlashes && position.pointee == UInt8(ascii: "/") {
            position += 1
        }
        return position
    }

    @inline(__always) func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// The end of the match of `\s*[\r\n]+|\s+(?!\S)|\s+` at white space.
    ///
    /// Up to and with the run's last line end; without one the whole run at the end of the text, else all of it but the last character, which goes with what follows.
    @inline(__always) func spaceEnd(from start: Position, takesTrailingWhole: Bool = false) -> Position {
        var position = start
        var last = start
        var afterLineEnd: Position?
        while position < end {
            let (kind, next) = read(position)
            guard kind.isIn(.space) else { break }
            if isLineEnd(position.pointee) { afterLineEnd = next }
            last = position
            position = next
        }
        if takesTrailingWhole && position == end { return end }
        if let afterLineEnd { return afterLineEnd }
        return position == end || last == start ? position : last
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or nil. "ſ" (U+017F) folds to "s".
    @inline(__always) func contractionEnd(_ start: Position) -> Position? {
        let available = end - start
        guard available >= 2 else { return nil }
        switch start[1] | 0x20 {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
            // Setting bit 5 maps letters alone onto these letters: 0x53 and 0x73 for "s", and so on.
            return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"):
            return available >= 3 && start[2] | 0x20 == UInt8(ascii: "e") ? start + 3 : nil
        case UInt8(ascii: "l"):
            return available >= 3 && start[2] | 0x20 == UInt8(ascii: "l") ? start + 3 : nil
        default:
            return available >= 3 && start[1] == 0xC5 && start[2] == 0xBF ? start + 3 : nil
        }
    }
}
