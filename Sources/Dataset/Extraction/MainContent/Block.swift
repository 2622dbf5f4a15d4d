/// A run of text between two block-level borders: the unit that is kept or left out.
struct Block: Sendable {
    /// The text is `PageLayout.text[textStart..<textEnd]`, white space folded (verbatim in `pre`).
    var textStart: Int32
    var textEnd: Int32
    /// Index of the nearest container.
    var container: Int32
    /// The block-level element that the text belongs to.
    var tag: Tag
    var surroundings: Surroundings
    var counts: TextCounts
    /// Of the folded text; equal texts have equal hashes.
    var textHash: UInt32
    /// Words that also occur in the page's title.
    var titleWords: Int32
    /// Words that also occur in the page's description.
    var descriptionWords: Int32
    /// Hashes of its first words: `PageLayout.wordHashes[firstHash..<endHash]`.
    var firstHash: Int32
    var endHash: Int32
    /// Nesting of lists, 0 outside.
    var listDepth: UInt8
    /// Whether it starts its list item.
    var startsItem: Bool
    /// Containers of the nearest list, table row and table cell, or -1.
    var list: Int32
    var row: Int32
    var cell: Int32
    var table: Int32
}
