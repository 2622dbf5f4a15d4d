/// A few words to be found among many, by hash; up to 64 are told apart, which is all that counting different ones needs.
struct StopWords: Sendable {
    private var hashes: [UInt64] = []
    /// Which of the low six bits of a hash occur at all.
    private var filter: UInt64 = 0

    init(_ words: [String]) {
        for word in Set(words).sorted() {
            var word = word
            let hash = word.withUTF8 { bytes in
                HashMixing.mix(
                    ByteStringValue.value(bytes, start: 0, count: bytes.count), UInt64(bytes.count))
            }
            hashes.append(hash)
            filter |= 1 << (hash & 63)
        }
    }

    var count: Int { hashes.count }

    /// The number of the stop word that this word is.
    @inline(__always)
    func index(of word: Word) -> Int? {
        let hash = word.hash
        guard filter >> (hash & 63) & 1 == 1 else { return nil }
        return hashes.firstIndex(of: hash)
    }
}
