/// Cuts a text into the pieces within which byte pairs are merged, as one split pattern does.
///
/// A splitter belongs to one text: it may keep state from piece to piece, and is asked in order.
protocol PieceSplitter {
    init(cursor: TextCursor)
    /// The end of the piece that begins at `start`, which is before the cursor's end; always after `start`.
    mutating func pieceEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>
}
