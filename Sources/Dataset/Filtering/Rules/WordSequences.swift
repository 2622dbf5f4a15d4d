/// Repeated rows of words in one document: what Gopher's repetition rules measure.
///
/// Few rows of an ordinary text come again, so one pass marks the places where any can start (two words that stand
/// together more than once; sixteen bytes of joined words that come more than once), and each n looks only there: two
/// table look-ups a word instead of one for each n. Rows are compared by hashes of 61 and 64 bits and their lengths.
struct WordSequences: ~Copyable {
    /// What all words before one add up to.
    private struct Sum {
        /// The words joined without blanks, as a number.
        var value: UInt64
        var byteCount: Int
        var scalarCount: Int
    }

    /// One more than words.
    private var sums: [Sum] = []
    private var hashes: [UInt64] = []
    /// For each word: it and the next stand together elsewhere too.
    private var isRepeatedPair: [Bool]
    /// For each word: the sixteen bytes that start with it, blanks left out, stand elsewhere too (or are the last).
    private var isRepeatedStart: [Bool]
    /// The words with `isRepeatedPair`.
    private var pairPlaces: [Int] = []
    /// The words where a row of at least `fewestWords` words can start that `repeatedLength` has to look up.
    private var startPlaces: [Int] = []
    private let fewestWords: Int
    private let powers = ByteStringValue.powers()

    private static let startLength = 16

    /// `fewestWords`: the shortest rows that `repeatedLength` will be asked for.
    init(_ words: [Word], of text: UnsafeBufferPointer<UInt8>, fewestWords: Int) {
        self.fewestWords = max(fewestWords, 1)
        isRepeatedPair = [Bool](repeating: false, count: words.count)
        isRepeatedStart = [Bool](repeating: false, count: words.count)
        sums.reserveCapacity(words.count + 1)
        hashes.reserveCapacity(words.count)
        var sum = Sum(value: 0, byteCount: 0, scalarCount: 0)
        sums.append(sum)
        powers.withUnsafeBufferPointer { powers in
            for word in words {
                let power = ByteStringValue.power(Int(word.byteCount), powers)
                sum.value = ByteStringValue.sum(ByteStringValue.reducedProduct(sum.value, power), word.value)
                sum.byteCount += Int(word.byteCount)
                sum.scalarCount += Int(word.scalarCount)
                sums.append(sum)
                hashes.append(word.hash)
            }
        }
        markPairs()
        markStarts(words, text)
        findPlaces()
    }

    /// Places are few, and those of longer rows are among those of shorter ones: they are looked for once.
    private mutating func findPlaces() {
        for index in hashes.indices where isRepeatedPair[index] { pairPlaces.append(index) }
        guard hashes.count >= fewestWords else { return }
        for index in 0...hashes.count - fewestWords where canRepeat(index, fewestWords) { startPlaces.append(index) }
    }

    /// A row of sixteen bytes and more comes twice only where its start does; shorter ones are always looked up.
    private func canRepeat(_ index: Int, _ size: Int) -> Bool {
        isRepeatedStart[index] || sums[index + size].byteCount - sums[index].byteCount < Self.startLength
    }

    private mutating func markPairs() {
        var counts = HashCounts64(capacity: hashes.count)
        for index in hashes.indices.dropLast() {
            let found = counts.count(HashMixing.mix(hashes[index], hashes[index + 1]), at: index)
            if found.count > 1 {
                isRepeatedPair[index] = true
                isRepeatedPair[found.first] = true
            }
        }
    }

    private mutating func markStarts(_ words: [Word], _ text: UnsafeBufferPointer<UInt8>) {
        var joined: [UInt8] = []
        joined.reserveCapacity(sums[words.count].byteCount)
        for word in words { joined += UnsafeBufferPointer(rebasing: text[word.range]) }
        var counts = HashCounts64(capacity: words.count)
        joined.withUnsafeBytes { joined in
            for index in words.indices {
                let start = sums[index].byteCount
                guard start + Self.startLength <= joined.count else {
                    isRepeatedStart[index] = true
                    continue
                }
                let first = joined.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                let second = joined.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
                let found = counts.count(HashMixing.mix(first, second), at: index)
                if found.count > 1 {
                    isRepeatedStart[index] = true
                    isRepeatedStart[found.first] = true
                }
            }
        }
    }

    /// Length × count of the most frequent row of `size` words, joined by one blank; the first seen wins a tie.
    /// Nil where there are fewer words.
    func topLength(_ size: Int) -> Int? {
        guard size > 0, hashes.count >= size else { return nil }
        // A row that comes twice holds only pairs that come twice; all others count 1, and the first of them is row 0.
        let last = hashes.count - size
        let places =
            size == 1
            ? Array(0...last)
            : pairPlaces.filter { index in index <= last && isRepeatedPair[index..<index + size - 1].allSatisfy { $0 } }
        var counts = HashCounts64(capacity: places.count)
        var best = (count: 1, first: 0)
        for index in places {
            var hash = hashes[index]
            for offset in 1..<max(size, 1) { hash = HashMixing.mix(hash, hashes[index + offset]) }
            let found = counts.count(hash, at: index)
            if found.count > best.count || found.count == best.count && found.first < best.first { best = found }
        }
        let scalars = sums[best.first + size].scalarCount - sums[best.first].scalarCount + size - 1
        return scalars * best.count
    }

    /// Length of the rows of `size` words, joined without blanks, that were seen before; after such a row the search
    /// goes on behind it.
    func repeatedLength(_ size: Int) -> Int {
        guard size > 0, hashes.count >= size else { return 0 }
        precondition(size >= fewestWords)
        let last = hashes.count - size
        let places = startPlaces.filter { index in index <= last && canRepeat(index, size) }
        var seen = HashSet64(capacity: places.count)
        var repeated = 0
        var next = 0
        powers.withUnsafeBufferPointer { powers in
            for index in places where index >= next {
                let first = sums[index]
                let end = sums[index + size]
                let byteCount = end.byteCount &- first.byteCount
                let before = ByteStringValue.reducedProduct(first.value, ByteStringValue.power(byteCount, powers))
                let value = ByteStringValue.difference(end.value, before)
                if !seen.insert(HashMixing.mix(value, UInt64(truncatingIfNeeded: byteCount))) {
                    repeated += end.scalarCount - first.scalarCount
                    next = index + size
                }
            }
        }
        return repeated
    }
}
