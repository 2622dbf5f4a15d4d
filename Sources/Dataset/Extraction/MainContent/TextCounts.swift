/// What is counted in the text of a block, a container or a page.
struct TextCounts: Sendable {
    /// Runs of letters and digits; one a character in Chinese and Japanese.
    var words: Int32 = 0
    var linkWords: Int32 = 0
    /// Words that carry grammar rather than topic, in about a dozen languages.
    var functionWords: Int32 = 0
    /// Words that start with an ASCII capital.
    var capitalWords: Int32 = 0
    var numbers: Int32 = 0
    /// `.`, `!`, `?` and their kin.
    var sentenceEnds: Int32 = 0
    var commas: Int32 = 0
    /// Bytes of UTF-8.
    var bytes: Int32 = 0
    var blocks: Int32 = 0
    var links: Int32 = 0
    /// Currency signs.
    var prices: Int32 = 0
    /// Blocks of at least ten words of which less than a third are in links.
    var proseBlocks: Int32 = 0
    /// Words of the prose blocks.
    var proseWords: Int32 = 0
    var images: Int32 = 0
    var headings: Int32 = 0

    mutating func add(_ other: TextCounts) {
        words &+= other.words
        linkWords &+= other.linkWords
        functionWords &+= other.functionWords
        capitalWords &+= other.capitalWords
        numbers &+= other.numbers
        sentenceEnds &+= other.sentenceEnds
        commas &+= other.commas
        bytes &+= other.bytes
        blocks &+= other.blocks
        links &+= other.links
        prices &+= other.prices
        proseBlocks &+= other.proseBlocks
        proseWords &+= other.proseWords
        images &+= other.images
        headings &+= other.headings
    }
}
