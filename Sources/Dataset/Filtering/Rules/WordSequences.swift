/// Repeated rows of words in one document: what Gopher's repetition rules measure.
///
/// Each n takes time linear in the words; rows are compared by hashes of 61 and 64 bits and their lengths.
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
    private var counts: HashCounts64
    private var seen: HashSet64
    private let powers = ByteStringValue.powers()

    init(_ words: [Word]) {
        counts = HashCounts64(capacity: words.count)
        seen = HashSet64(capacity: words.count)
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
    }

    /// Length × count of the most frequent row of `size` words, joined by one blank; the first seen wins a tie.
    /// Nil where there are fewer words.
    mutating func topLength(_ size: Int) -> Int? {
        guard size > 0, hashes.count >= size else { return nil }
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
        let scalars = sums[best.first + size].scalarCount - sums[best.first].scalarCount + size - 1
        return scalars * best.count
    }

    /// Length of the rows of `size` words, joined without blanks, that were seen before; after such a row the search
    /// goes on behind it.
    mutating func repeatedLength(_ size: Int) -> Int {
        guard size > 0, hashes.count >= size else { return 0 }
        seen.removeAll()
        var repeated = 0
        powers.withUnsafeBufferPointer { powers in
            sums.withUnsafeBufferPointer { sums in
                var index = 0
                while index &+ size < sums.count {
                    let first = sums[index]
                    let last = sums[index &+ size]
                    let byteCount = last.byteCount &- first.byteCount
                    let before = ByteStringValue.reducedProduct(
                        first.value, ByteStringValue.power(byteCount, powers))
                    let value = ByteStringValue.difference(last.value, before)
                    if seen.insert(HashMixing.mix(value, UInt64(truncatingIfNeeded: byteCount))) {
                        index &+= 1
                    } else {
                        repeated &+= last.scalarCount &- first.scalarCount
                        index &+= size
                    }
                }
            }
        }
        return repeated
    }
}
