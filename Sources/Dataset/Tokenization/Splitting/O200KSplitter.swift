/// What tells o200k and Tekken apart.
protocol O200KVariant {
    static var numberLimit: Int { get }
    /// Whether a contraction stays with its word.
    static var takesContractions: Bool { get }
}

enum O200KForm: O200KVariant {
    static var numberLimit: Int { 3 }
    static var takesContractions: Bool { true }
}

enum TekkenForm: O200KVariant {
    static var numberLimit: Int { 1 }
    static var takesContractions: Bool { false }
}

/// The patterns of o200k and Tekken: words are cut where lower case meets upper case.
///
/// `[^\r\n\p{L}\p{N}]?[A]*[B]+(contraction)?|[^\r\n\p{L}\p{N}]?[A]+[B]*(contraction)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/// with A = Lu Lt Lm Lo M and B = Ll Lm Lo M.
struct O200KSplitter<Form: O200KVariant>: PieceSplitter {
    private let cursor: TextCursor

    init(cursor: TextCursor) { self.cursor = cursor }

    private static var upperSet: CharacterClass { [.upper, .otherLetter, .mark] }
    private static var lowerSet: CharacterClass { [.lower, .otherLetter, .mark] }
    private static var wordSet: CharacterClass { [.upper, .lower, .otherLetter, .mark] }

    @inline(__always) mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let (kind, next) = cursor.read(start)
        let first = start.pointee
        if kind.isIn(.letter) { return wordEnd(start) }
        if kind.isIn(.number) { return cursor.skip(.number, from: next, atMost: Form.numberLimit - 1) }
        if next < cursor.end, !cursor.isLineEnd(first) {
            let (following, afterFollowing) = cursor.read(next)
            if following.isIn(Self.wordSet), let end = prefixedWordEnd(kind, start, next) { return end }
            if first == UInt8(ascii: " "), !following.isIn(.spaceLetterOrNumber) {
                return symbolEnd(afterFollowing)
            }
        }
        if kind.isIn(.mark) { return wordEnd(start) }
        return kind.isIn(.space) ? cursor.spaceEnd(from: start) : symbolEnd(next)
    }

    @inline(__always) private func symbolEnd(_ position: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        cursor.skipLineEnds(from: cursor.skip(allBut: .spaceLetterOrNumber, from: position), andSlashes: true)
    }

    /// The word after the one character before it. A mark may be that character, and then the first alternative is tried with and without it before the second.
    @inline(__always) private func prefixedWordEnd(
        _ kind: CharacterClass, _ start: UnsafePointer<UInt8>, _ word: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard kind.isIn(.mark) else { return wordEnd(word) }
        return lowerWordEnd(word) ?? wordEnd(start)
    }

    /// `[A]*[B]+`, else `[A]+[B]*`, at a letter or a mark.
    @inline(__always) private func wordEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        lowerWordEnd(start) ?? withContraction(cursor.skip(Self.upperSet, from: start))
    }

    /// `[A]*[B]+`: the A run as far as it goes and B from there; without a B there, the A run up to its last character that is a B too.
    @inline(__always) private func lowerWordEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var position = start
        var afterCaseless: UnsafePointer<UInt8>?
        while position < cursor.end {
            let (kind, next) = cursor.read(position)
            guard kind.isIn(Self.upperSet) else {
                if kind.isIn(.lower) { return withContraction(cursor.skip(Self.lowerSet, from: next)) }
                break
            }
            if kind.isIn(Self.lowerSet) { afterCaseless = next }
            position = next
        }
        return afterCaseless.map { withContraction($0) }
    }

    @inline(__always) private func withContraction(_ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        guard Form.takesContractions, end < cursor.end, end.pointee == UInt8(ascii: "'") else { return end }
        return cursor.contractionEnd(end) ?? end
    }
}
