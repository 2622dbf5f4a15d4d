/// One bit for each byte of a text, and where the next one set or clear is. Past the text there is neither: `count`.
struct BitMarks {
    private let bits: UnsafePointer<UInt64>
    private let count: Int

    /// `bits` outlives this value, has (count + 63) / 64 elements, and no bit past `count`.
    init(_ bits: UnsafePointer<UInt64>, _ count: Int) {
        self.bits = bits
        self.count = count
    }

    @inline(__always)
    func nextSet(from position: Int) -> Int { next(from: position, flipped: 0) }

    @inline(__always)
    func nextClear(from position: Int) -> Int { next(from: position, flipped: ~0) }

    @inline(__always)
    private func next(from position: Int, flipped: UInt64) -> Int {
        guard position < count else { return count }
        var block = position >> 6
        let last = (count - 1) >> 6
        var present = (bits[block] ^ flipped) & (~0 &<< UInt64(position & 63))
        while present == 0 {
            guard block < last else { return count }
            block += 1
            present = bits[block] ^ flipped
        }
        return min(count, block << 6 + present.trailingZeroBitCount)
    }
}
