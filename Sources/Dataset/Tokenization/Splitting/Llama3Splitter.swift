/// What tells the patterns of the cl100k family apart.
protocol Llama3Variant {
    /// The longest run of numbers in one piece.
    static var numberLimit: Int { get }
    /// cl100k's `\s++$` comes before its line ends: white space at the end of the text is one piece.
    static var takesTrailingSpaceWhole: Bool { get }
}

enum Llama3Form: Llama3Variant {
    static var numberLimit: Int { 3 }
    static var takesTrailingSpaceWhole: Bool { false }
}

enum CL100KForm: Llama3Variant {
    static var numberLimit: Int { 3 }
    static var takesTrailingSpaceWhole: Bool { true }
}

/// Qwen's: one number a piece.
enum SingleNumberForm: Llama3Variant {
    static var numberLimit: Int { 1 }
    static var takesTrailingSpaceWhole: Bool { false }
}

/// Llama 3's pattern and its kin:
/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
struct Llama3Splitter<Form: Llama3Variant>: PieceSplitter {
    private let cursor: TextCursor

    init(cursor: TextCursor) { self.cursor = cursor }

    @inline(__always) mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let (kind, next) = cursor.read(start)
        if kind.isIn(.letter) { return cursor.skip(.letter, from: next) }
        if kind.isIn(.number) { return cursor.skip(.number, from: next, atMost: Form.numberLimit - 1) }
        let first = start.pointee
        if first == UInt8(ascii: "'"), let end = cursor.contractionEnd(start) { return end }
        if next < cursor.end, !cursor.isLineEnd(first) {
            let (following, afterFollowing) = cursor.read(next)
            if following.isIn(.letter) { return cursor.skip(.letter, from: afterFollowing) }
            if first == UInt8(ascii: " "), !following.isIn(.spaceLetterOrNumber) {
                return cursor.skipLineEnds(from: cursor.skip(allBut: .spaceLetterOrNumber, from: afterFollowing))
            }
        }
        if kind.isIn(.space) { return cursor.spaceEnd(from: start, takesTrailingWhole: Form.takesTrailingSpaceWhole) }
        return cursor.skipLineEnds(from: cursor.skip(allBut: .spaceLetterOrNumber, from: next))
    }
}
