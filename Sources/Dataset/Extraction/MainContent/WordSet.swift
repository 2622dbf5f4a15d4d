/// A small set of word hashes that answers quickly that a word is not in it.
struct WordSet: Sendable {
    private var filter: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var hashes: [UInt32] = []

    /// The words of a text, at most `limit`: letters and digits in runs, ASCII in lower case (as `BlockText` has them).
    init(of text: String, limit: Int) {
        var hash: UInt32 = 2_166_136_261
        var length = 0
        for byte in text.utf8.prefix(4096) where hashes.count < limit {
            if byte >= 0x80 || byte.isASCIILetter || byte.isASCIIDigit || byte == 0x5F {
                hash = (hash ^ UInt32(byte.asciiLowercased)) &* 16_777_619
                length += 1
            } else {
                if length > 0 { insert(hash) }
                (hash, length) = (2_166_136_261, 0)
            }
        }
        if length > 0, hashes.count < limit { insert(hash) }
        hashes.sort()
    }

    private mutating func insert(_ hash: UInt32) {
        hashes.append(hash)
        let bit: UInt64 = 1 << UInt64(hash & 63)
        switch hash >> 6 & 3 {
        case 0: filter.0 |= bit
        case 1: filter.1 |= bit
        case 2: filter.2 |= bit
        default: filter.3 |= bit
        }
    }

    @inline(__always)
    func contains(_ hash: UInt32) -> Bool {
        let word = switch hash >> 6 & 3 {
        case 0: filter.0
        case 1: filter.1
        case 2: filter.2
        default: filter.3
        }
        return word >> UInt64(hash & 63) & 1 == 1 && search(hash)
    }

    private func search(_ hash: UInt32) -> Bool {
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash
    }
}
