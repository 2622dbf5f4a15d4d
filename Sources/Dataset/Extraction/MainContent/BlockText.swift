/// Gathers the text of one block at a time into the page's buffer: folds white space and counts as it goes.
///
/// The scan is over UTF-8 bytes; a character that matters is told by its lead bytes.
struct BlockText {
    private(set) var text: [UInt8] = []
    private(set) var counts = TextCounts()
    private(set) var titleWords: Int32 = 0
    private(set) var descriptionWords: Int32 = 0
    private(set) var textHash: UInt32 = 2_166_136_261
    /// Of the first words of each block, block after block.
    private(set) var wordHashes: [UInt32] = []
    private(set) var hashStart = 0
    static let hashedWords = 24
    private var start = 0
    private var pendingSpace = false
    private var pendingBreaks = 0
    private var wordLength: Int32 = 0
    private var wordHash: UInt32 = 2_166_136_261
    private var wordIsNumber = true
    private var wordIsCapital = false
    /// The words of the page's title, and of its description.
    private let title: WordSet
    private let description: WordSet

    init(title: WordSet, description: WordSet, capacity: Int) {
        self.title = title
        self.description = description
        text.reserveCapacity(capacity)
    }

    var isEmpty: Bool { text.count == start }
    /// Line breaks asked for since the last text.
    var breaks: Int { pendingBreaks }

    /// Forgets what came before: the next text starts a new block.
    mutating func begin() {
        start = text.count
        hashStart = wordHashes.count
        counts = TextCounts()
        titleWords = 0
        descriptionWords = 0
        textHash = 2_166_136_261
        pendingSpace = false
        pendingBreaks = 0
    }

    mutating func addSpace() { pendingSpace = true }
    mutating func addBreak() { pendingBreaks += 1 }
    mutating func addLink() { counts.links += 1 }
    mutating func addImage() { counts.images += 1 }

    /// Ends the block and returns where its text is.
    mutating func finish(inLink: Bool) -> Range<Int> {
        endWord(inLink: inLink)
        while text.count > start, let last = text.last, last <= 0x20 { text.removeLast() }
        counts.bytes = Int32(clamping: text.count - start)
        return start..<text.count
    }

    /// Adds text with its white space folded.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, inLink: Bool) {
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                if byte <= 0x20 {
                    endWord(inLink: inLink)
                    pendingSpace = true
                } else {
                    flushSpace()
                    text.append(byte)
                    scanASCII(byte, inLink: inLink)
                }
            } else {
                index += addWide(bytes, at: index, inLink: inLink)
            }
        }
    }

    /// Adds preformatted text as it stands.
    mutating func addVerbatim(_ bytes: UnsafeBufferPointer<UInt8>, inLink: Bool) {
        for _ in 0..<pendingBreaks { text.append(0x0A) }
        pendingBreaks = 0
        if pendingSpace {
            pendingSpace = false
            if text.count > start { text.append(0x20) }
        }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                index += 1
                if byte == 0x0D || (byte == 0x0A && text.count == start) { continue }
                if byte <= 0x20 {
                    endWord(inLink: inLink)
                    text.append(byte == 0x0A || byte == 0x09 ? byte : 0x20)
                } else {
                    text.append(byte)
                    scanASCII(byte, inLink: inLink)
                }
            } else {
                index += addWide(bytes, at: index, inLink: inLink)
            }
        }
    }

    @inline(__always)
    private mutating func flushSpace() {
        guard pendingSpace || pendingBreaks > 0 else { return }
        if text.count > start { text.append(pendingBreaks > 0 ? 0x0A : 0x20) }
        pendingSpace = false
        pendingBreaks = 0
    }

    @inline(__always)
    private mutating func scanASCII(_ byte: UInt8, inLink: Bool) {
        let lower = byte.asciiLowercased
        let isDigit = byte.isASCIIDigit
        if lower.isASCIILetter || isDigit || byte == 0x5F {
            if wordLength == 0 {
                wordIsCapital = byte.isASCIIUppercase
                wordIsNumber = true
                wordHash = 2_166_136_261
            }
            wordLength += 1
            wordIsNumber = wordIsNumber && isDigit
            wordHash = (wordHash ^ UInt32(lower)) &* 16_777_619
            return
        }
        endWord(inLink: inLink)
        switch byte {
        case 0x2E, 0x21, 0x3F: counts.sentenceEnds += 1
        case 0x2C, 0x3B: counts.commas += 1
        case 0x24: counts.prices += 1
        default: break
        }
    }

    @inline(__always)
    private mutating func endWord(inLink: Bool) {
        guard wordLength > 0 else { return }
        counts.words += 1
        if inLink { counts.linkWords += 1 }
        if wordIsNumber { counts.numbers += 1 }
        if wordIsCapital { counts.capitalWords += 1 }
        if wordLength <= FunctionWords.longestBytes, FunctionWords.contains(wordHash) { counts.functionWords += 1 }
        textHash = (textHash ^ wordHash) &* 16_777_619
        if wordHashes.count - hashStart < BlockText.hashedWords { wordHashes.append(wordHash) }
        if title.contains(wordHash) { titleWords += 1 }
        if description.contains(wordHash) { descriptionWords += 1 }
        wordLength = 0
        wordIsCapital = false
    }

    /// Adds the character of two to four bytes at `index`; returns its length.
    private mutating func addWide(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, inLink: Bool) -> Int {
        let lead = bytes[index]
        let length = min(lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2, bytes.count - index)
        let second = length > 1 ? bytes[index + 1] : 0
        let third = length > 2 ? bytes[index + 2] : 0
        switch WideCharacter(lead, second, third) {
        case .space:
            endWord(inLink: inLink)
            pendingSpace = true
            return length
        case .invisible:
            return length
        case .ideograph:
            endWord(inLink: inLink)
            append(bytes, index, length)
            wordHash = (UInt32(lead) << 16 | UInt32(second) << 8 | UInt32(third)) &* 2_654_435_761
            wordLength = FunctionWords.longestBytes + 1
            wordIsNumber = false
            endWord(inLink: inLink)
            return length
        case .sentenceEnd:
            endWord(inLink: inLink)
            counts.sentenceEnds += 1
        case .comma:
            endWord(inLink: inLink)
            counts.commas += 1
        case .currency:
            endWord(inLink: inLink)
            counts.prices += 1
        case .punctuation:
            endWord(inLink: inLink)
        case .letter:
            if wordLength == 0 { wordHash = 2_166_136_261 }
            wordLength += Int32(length)
            wordIsNumber = false
            for offset in 0..<length { wordHash = (wordHash ^ UInt32(bytes[index + offset])) &* 16_777_619 }
        }
        append(bytes, index, length)
        return length
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ length: Int) {
        flushSpace()
        for offset in 0..<length { text.append(bytes[index + offset]) }
    }
}
