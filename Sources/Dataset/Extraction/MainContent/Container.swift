/// A block-level element that has text somewhere below it.
struct Container: Sendable {
    /// Index into the markup tree.
    var node: Int32
    /// Index of the containing container; the first one is its own parent.
    var parent: Int32
    var tag: Tag
    var depth: Int16
    /// Sum of the weights of the words in its class, id and role (see `MarkupWords`).
    var wordWeight: Float
    /// Families of words in its class, id and role, and those of all it is in.
    var groups: WordGroups
    var chainGroups: WordGroups
    /// Equal for siblings that look alike: a hash of tag and class.
    var signature: UInt32
    /// The blocks below it are `firstBlock..<endBlock`.
    var firstBlock: Int32
    var endBlock: Int32
    /// How many siblings, itself included, have its signature.
    var alikeSiblings: Int32 = 1
    var childContainers: Int32 = 0
    /// Everything below it.
    var counts = TextCounts()
}
