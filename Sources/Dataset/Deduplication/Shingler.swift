/// Turns a text into the hashes of its word 5-grams, in one pass over its UTF-8 bytes: classify, lower-case and hash on the fly.
///
/// Words are those of ``WordTable``. In scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) a run of
/// letters up to the next mark or punctuation is one word: a clause. Such texts are compared by runs of five clauses, so a
/// change weighs more than it does elsewhere: fewer near-duplicates are found, and none wrongly.
/// Bytes that are not UTF-8 end a word, like white space.
///
/// Keeps its scratch memory from text to text: about two bytes for each byte of the longest. One owner at a time.
public struct Shingler {
    private var scratch: [UInt32] = []
    private var sorter = RadixSorter()

    public init() {}

    /// The distinct 5-grams of a text. Fewer than five words have none.
    public mutating func shingles(of text: UnsafeRawBufferPointer) -> ShingleSet {
        // At most one word for every two bytes: a letter, and what ends it.
        let room = text.count / 2 + 1
        if scratch.count < room { scratch = [UInt32](repeating: 0, count: room) }
        let count = scratch.withUnsafeMutableBufferPointer { output in Self.hash(text, into: output) }
        return ShingleSet(sorter.sortedDistinct(&scratch, count: count))
    }

    public mutating func shingles(of text: String) -> ShingleSet {
        var text = text
        return text.withUTF8 { shingles(of: UnsafeRawBufferPointer($0)) }
    }

    // MARK: - The pass

    private static let basis: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let factor: UInt64 = 0x9DDF_EA08_EB38_2D69

    /// Writes one 32-bit hash for each run of five words, and returns how many. `output` has room for one a word.
    private static func hash(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt32>) -> Int {
        guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self), let hashes = output.baseAddress else { return 0 }
        let end = start + text.count
        let bytes = WordTable.bytes
        var window = Window()
        var position = start
        var word = basis
        while position < end {
            let lowered = bytes[Int(position.pointee)]
            position += 1
            if lowered != 0 && lowered < 0x80 {
                word = (word ^ UInt64(lowered)) &* factor
                continue
            }
            if lowered == 0x80 {
                position -= 1
                let entry = wideEntry(&position, end)
                if entry != 0 {
                    word = (word ^ UInt64(entry & ~WordTable.endsWord)) &* factor
                    if entry & WordTable.endsWord == 0 { continue }
                }
            }
            if word != basis {
                window.push(word, hashes)
                word = basis
            }
        }
        if word != basis { window.push(word, hashes) }
        return window.count
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

    /// The last five words. A run's hash is a polynomial of their hashes, mixed, so order counts; the upper half of it is kept.
    private struct Window {
        var count = 0
        private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        private var seen = 0

        @inline(__always)
        mutating func push(_ word: UInt64, _ hashes: UnsafeMutablePointer<UInt32>) {
            let mixed = Mixing.mix(word)
            if seen >= 4 {
                var sum = words.0
                sum = sum &* Shingler.factor &+ words.1
                sum = sum &* Shingler.factor &+ words.2
                sum = sum &* Shingler.factor &+ words.3
                sum = sum &* Shingler.factor &+ mixed
                hashes[count] = UInt32(truncatingIfNeeded: Mixing.mix(sum) >> 32)
                count += 1
            }
            seen += 1
            words = (words.1, words.2, words.3, mixed)
        }
    }
}
