/// Weights of words by their hash: above zero for words seen on main content, below for words seen elsewhere.
///
/// The text is base64 of u32 hashes, little endian, rising, each followed by an i8 weight in sixteenths.
struct WordWeights: Sendable {
    /// Open addressing; a free slot has weight zero.
    private var slots: [(hash: UInt32, weight: Float)]
    private let mask: Int

    init(base64 text: StaticString) {
        let bytes = Base64.decode(text)
        let count = bytes.count / 5
        var size = 16
        while size < count * 2 { size *= 2 }
        mask = size - 1
        slots = Array(repeating: (0, 0), count: size)
        for entry in 0..<count {
            let at = entry * 5
            var hash: UInt32 = 0
            for byte in (0..<4).reversed() { hash = hash << 8 | UInt32(bytes[at + byte]) }
            var slot = Int(hash) & mask
            while slots[slot].weight != 0 { slot = (slot + 1) & mask }
            slots[slot] = (hash, Float(Int8(bitPattern: bytes[at + 4])) / 16)
        }
    }

    /// The weight of a word, zero when it is not known.
    @inline(__always)
    func weight(of hash: UInt32) -> Float {
        var slot = Int(hash) & mask
        while slots[slot].weight != 0 {
            if slots[slot].hash == hash { return slots[slot].weight }
            slot = (slot + 1) & mask
        }
        return 0
    }
}
