import CMinHash

/// Turns a text into the hashes of its word 5-grams, in one walk over its words: classify, lower-case and hash on the fly.
///
/// Words are those of ``WordTable``. In scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) a run of
/// letters up to the next mark or punctuation is one word: a clause. Such texts are compared by runs of five clauses, so a
/// change weighs more than it does elsewhere: fewer near-duplicates are found, and none wrongly.
/// Bytes that are not UTF-8 end a word, like white space.
///
/// A first pass marks the bytes that may stand in words, sixteen at a time, so that an ASCII word is found by counting bits and
/// hashed eight bytes at a time. What lies between two ASCII separators and is not all ASCII is walked by code point.
///
/// Keeps its scratch memory from text to text: about two bytes for each byte of the longest. One owner at a time.
public struct Shingler {
    private var scratch: [UInt32] = []
    private var wordBits: [UInt64] = []
    private var wideBits: [UInt64] = []
    private var sorter = RadixSorter()

    public init() {}

    /// The distinct 5-grams of a text. Fewer than five words have none.
    public mutating func shingles(of text: UnsafeRawBufferPointer) -> ShingleSet {
        // At most one word for every two bytes: a letter, and what ends it.
        let room = text.count / 2 + 1
        if scratch.count < room { scratch = [UInt32](repeating: 0, count: room) }
        let blocks = text.count / 64 + 1
        if wordBits.count < blocks {
            wordBits = [UInt64](repeating: 0, count: blocks)
            wideBits = wordBits
        }
        let count = scratch.withUnsafeMutableBufferPointer { output in
            wordBits.withUnsafeMutableBufferPointer { words in
                wideBits.withUnsafeMutableBufferPointer { wide in Self.hash(text, words, wide, into: output) }
            }
        }
        return ShingleSet(sorter.sortedDistinct(&scratch, count: count))
    }

    public mutating func shingles(of text: String) -> ShingleSet {
        var text = text
        return text.withUTF8 { shingles(of: UnsafeRawBufferPointer($0)) }
    }

    /// Writes one 32-bit hash for each run of five words, and returns how many. `output` has room for one a word.
    private static func hash(
        _ text: UnsafeRawBufferPointer, _ words: UnsafeMutableBufferPointer<UInt64>, _ wide: UnsafeMutableBufferPointer<UInt64>,
        into output: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
        guard let start = text.baseAddress, let hashes = output.baseAddress, let wordBits = words.baseAddress,
            let wideBits = wide.baseAddress
        else { return 0 }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        let count = text.count
        let hasWide = leat_scan_words(bytes, count, wordBits, wideBits) != 0
        let marks = BitMarks(wordBits, count)
        let wideMarks = BitMarks(wideBits, count)
        var window = ShingleWindow(hashes)
        var nextWide = hasWide ? wideMarks.nextSet(from: 0) : count
        var position = marks.nextSet(from: 0)
        while position < count {
            let end = marks.nextClear(from: position)
            if nextWide < position { nextWide = wideMarks.nextSet(from: position) }
            if nextWide < end {
                pushWords(bytes + position, bytes + end, &window)
            } else {
                window.push(WordHash.ofASCII(start + position, length: end - position, readable: count - position))
            }
            position = marks.nextSet(from: end)
        }
        return window.count
    }

    /// The words of a stretch that is not all ASCII.
    private static func pushWords(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ window: inout ShingleWindow
    ) {
        var position = start
        var word = WordHash()
        while position < end {
            let lowered = WordTable.bytes[Int(position.pointee)]
            if lowered < 0x80 {
                // Only word characters are in the stretch.
                word.append(lowered | 0x20)
                position += 1
                continue
            }
            let entry = wideEntry(&position, end)
            if entry != 0 { word.append(lowered: entry & ~WordTable.endsWord) }
            if (entry == 0 || entry & WordTable.endsWord != 0) && !word.isEmpty { window.push(word.finish()) }
        }
        if !word.isEmpty { window.push(word.finish()) }
    }

    /// The table's entry for the code point at `position`, which moves past it; 0 and one byte for what is not UTF-8.
    @inline(__always)
    private static func wideEntry(_ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32 {
        let first = UInt32(position[0])
        let left = end - position
        func tail(_ index: Int) -> UInt32? {
            guard index < left, position[index] & 0xC0 == 0x80 else { return nil }
            return UInt32(position[index] & 0x3F)
        }
        var value: UInt32 = 0
        var length = 1
        if first >= 0xC2, first < 0xE0, let a = tail(1) {
            value = (first & 0x1F) << 6 | a
            length = 2
        } else if first >= 0xE0, first < 0xF0, let a = tail(1), let b = tail(2) {
            value = (first & 0x0F) << 12 | a << 6 | b
            length = value >= 0x800 ? 3 : 1
        } else if first >= 0xF0, first < 0xF5, let a = tail(1), let b = tail(2), let c = tail(3) {
            value = (first & 0x07) << 18 | a << 12 | b << 6 | c
            length = value >= 0x10000 ? 4 : 1
        }
        position += length
        return length > 1 && value < UInt32(WordTable.count) ? WordTable.entries[Int(value)] : 0
    }
}

/// The last five words. A run's hash is a polynomial of their hashes, mixed, so order counts; the upper half of it is kept.
private struct ShingleWindow {
    private static let factor: UInt64 = 0x9DDF_EA08_EB38_2D69

    private(set) var count = 0
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var seen = 0
    private let hashes: UnsafeMutablePointer<UInt32>

    init(_ hashes: UnsafeMutablePointer<UInt32>) { self.hashes = hashes }

    @inline(__always)
    mutating func push(_ word: UInt64) {
        if seen >= 4 {
            var sum = words.0
            sum = sum &* Self.factor &+ words.1
            sum = sum &* Self.factor &+ words.2
            sum = sum &* Self.factor &+ words.3
            sum = sum &* Self.factor &+ word
            hashes[count] = UInt32(truncatingIfNeeded: Mixing.mix(sum) >> 32)
            count += 1
        }
        seen += 1
        words = (words.1, words.2, words.3, word)
    }
}
