/// Repeated rows of words in one document: what Gopher's repetition rules measure.
///
/// Each n takes time linear in the words; rows are compared by hashes of 61 and 64 bits and their lengths.
struct WordSequences {
    private let words: [Word]
    /// Sums of scalar and byte lengths, and the values of the words so far joined without blanks; one more than words.
    private var scalarSums: [Int]
    private var byteSums: [Int]
    private var values: [UInt64]
    private var hashes: [UInt64]
    private var counts: HashCounts64
    private var seen: HashSet64
    private let powers = ByteStringValue.powers()

    init(_ words: [Word]) {
        self.words = words
        scalarSums = [0]
        byteSums = [0]
        values = [0]
        hashes = []
        scalarSums.reserveCapacity(words.count + 1)
        byteSums.reserveCapacity(words.count + 1)
        values.reserveCapacity(words.count + 1)
        hashes.reserveCapacity(words.count)
        counts = HashCounts64(capacity: words.count)
        seen = HashSet64(capacity: words.count)
        var (scalars, bytes, value) = (0, 0, UInt64(0))
        powers.withUnsafeBufferPointer { powers in
            for word in words {
                scalars += Int(word.scalarCount)
                bytes += Int(word.byteCount)
                let power = ByteStringValue.power(Int(word.byteCount), powers)
                value = ByteStringValue.sum(ByteStringValue.reducedProduct(value, power), word.value)
                scalarSums.append(scalars)
                byteSums.append(bytes)
                values.append(value)
                hashes.append(word.hash)
            }
        }
    }

    /// Length × count of the most frequent row of `size` words, joined by one blank; the first seen wins a tie.
    /// Nil where there are fewer words.
    mutating func topLength(_ size: Int) -> Int? {
        guard size > 0, words.count >= size else { return nil }
        counts.removeAll()
        var best = (count: 0, first: 0)
        hashes.withUnsafeBufferPointer { hashes in
            for index in 0...(hashes.count - size) {
                var hash = hashes[index]
                for offset in 1..<max(size, 1) { hash = HashMixing.mix(hash, hashes[index + offset]) }
                let found = counts.count(hash, at: index)
                if found.count > best.count || found.count == best.count && found.first < best.first {
                    best = found
                }
            }
        }
        let scalars = scalarSums[best.first + size] - scalarSums[best.first] + size - 1
        return scalars * best.count
    }

    /// Length of the rows of `size` words, joined without blanks, that were seen before; after such a row the search
    /// goes on behind it.
    mutating func repeatedLength(_ size: Int) -> Int {
        guard size > 0, words.count >= size else { return 0 }
        seen.removeAll()
        var repeated = 0
        powers.withUnsafeBufferPointer { powers in
            values.withUnsafeBufferPointer { values in
                byteSums.withUnsafeBufferPointer { byteSums in
                    var index = 0
                    while index + size < values.count {
                        let byteCount = byteSums[index + size] - byteSums[index]
                        let before = ByteStringValue.reducedProduct(
                            values[index], ByteStringValue.power(byteCount, powers))
                        let value = ByteStringValue.difference(values[index + size], before)
                        if seen.insert(HashMixing.mix(value, UInt64(truncatingIfNeeded: byteCount))) {
                            index += 1
                        } else {
                            repeated += scalarSums[index + size] - scalarSums[index]
                            index += size
                        }
                    }
                }
            }
        }
        return repeated
    }
}
