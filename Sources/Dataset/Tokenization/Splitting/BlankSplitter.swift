/// Cuts before each run of blanks (U+0020), for SentencePiece models.
struct BlankSplitter: PieceSplitter {
    private let end: UnsafePointer<UInt8>

    init(cursor: TextCursor) { end = cursor.end }

    @inline(__always) mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var position = start
        while position < end, position.pointee == 0x20 { position += 1 }
        while position < end, position.pointee != 0x20 { position += 1 }
        return position
    }
}
