/// A page as blocks of text in containers, with everything that is counted about them.
struct PageLayout: Sendable {
    var text: [UInt8] = []
    var blocks: [Block] = []
    /// In document order: a container comes before those it contains.
    var containers: [Container] = []
    var totals = TextCounts()
    /// Hashes of the first words of each block, at most `BlockText.hashedWords` of each.
    var wordHashes: [UInt32] = []
    var inputs: Int32 = 0
    var forms: Int32 = 0
    var tables: Int32 = 0
    var nodes: Int32 = 0
    /// Whether the page has more blocks than are judged.
    var isTruncated = false

    func utf8(of block: Block) -> ArraySlice<UInt8> { text[Int(block.textStart)..<Int(block.textEnd)] }
}
