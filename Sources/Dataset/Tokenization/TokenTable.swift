/// The tokens of a vocabulary: byte string to id by open addressing, id to byte string by index.
///
/// A slot has 16 bytes. Tokens of up to eight bytes are compared within the slot (one cache line for most look-ups); longer ones by their 64-bit hash first and then byte by byte.
/// `@unchecked Sendable` holds because the pointers lead into frozen buffers that this value keeps alive.
struct TokenTable: @unchecked Sendable {
    struct Slot: BitwiseCopyable, Sendable {
        var key: UInt64
        /// 0 in an empty slot: there is no empty token.
        var byteCount: UInt32
        var identifier: UInt32
    }

    /// Where a token's bytes are in the storage; no bytes: no token has that id.
    struct Extent: BitwiseCopyable, Sendable {
        var start: UInt32
        var byteCount: UInt32
    }

    static let absent = UInt32.max

    let longest: Int
    /// One more than the greatest id.
    let identifierLimit: Int
    private let mask: Int
    /// A bit for each of 8 hashes a slot: most byte strings that are no token are known by a clear bit, in memory that stays in the cache.
    private let filter: UnsafePointer<UInt64>
    private let filterMask: UInt64
    private let slots: UnsafePointer<Slot>
    private let extents: UnsafePointer<Extent>
    private let bytes: UnsafePointer<UInt8>
    private let filterOwner: FrozenBuffer<UInt64>
    private let slotOwner: FrozenBuffer<Slot>
    private let extentOwner: FrozenBuffer<Extent>
    private let byteOwner: FrozenBuffer<UInt8>

    init(slots: [Slot], extents: [Extent], bytes: [UInt8], longest: Int) {
        slotOwner = FrozenBuffer(slots)
        extentOwner = FrozenBuffer(extents)
        byteOwner = FrozenBuffer(bytes, padding: (8, 0))
        self.slots = slotOwner.base
        self.extents = extentOwner.base
        self.bytes = byteOwner.base
        self.longest = longest
        identifierLimit = extents.count
        mask = slots.count - 1
        var bits = [UInt64](repeating: 0, count: slots.count / 8)
        filterMask = UInt64(slots.count * 8 - 1)
        for slot in slots where slot.byteCount != 0 {
            let hash = slot.byteCount <= 8 ? ByteHash.ofPacked(slot.key, Int(slot.byteCount)) : slot.key
            let bit = (hash >> 32) & filterMask
            bits[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        filterOwner = FrozenBuffer(bits)
        filter = filterOwner.base
    }

    @inline(__always) private func mayHold(_ hash: UInt64) -> Bool {
        let bit = (hash &>> 32) & filterMask
        return filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0
    }

    /// The id of the token with exactly these bytes, or `absent`. `readable` (≥ `count`) bytes may be loaded from `start`.
    @inline(__always)
    func identifier(of start: UnsafePointer<UInt8>, count: Int, readable: Int) -> UInt32 {
        if count <= 8 {
            guard count > 0 else { return Self.absent }
            let packed = ByteHash.pack(start, count, readable: readable)
            let hash = ByteHash.ofPacked(packed, count)
            guard mayHold(hash) else { return Self.absent }
            var index = Int(truncatingIfNeeded: hash) & mask
            while slots[index].byteCount != 0 {
                if slots[index].key == packed && slots[index].byteCount == UInt32(truncatingIfNeeded: count) {
                    return slots[index].identifier
                }
                index = (index &+ 1) & mask
            }
            return Self.absent
        }
        return count <= longest ? longIdentifier(of: start, count: count) : Self.absent
    }

    @inline(__always)
    private func longIdentifier(of start: UnsafePointer<UInt8>, count: Int) -> UInt32 {
        let hash = ByteHash.ofLong(start, count)
        guard mayHold(hash) else { return Self.absent }
        var index = Int(truncatingIfNeeded: hash) & mask
        while slots[index].byteCount != 0 {
            let slot = slots[index]
            if slot.key == hash && slot.byteCount == UInt32(truncatingIfNeeded: count) {
                let token = bytes + Int(extents[Int(slot.identifier)].start)
                if Self.equal(token, start, count) { return slot.identifier }
            }
            index = (index &+ 1) & mask
        }
        return Self.absent
    }

    /// Nine bytes or more, compared eight at a time.
    @inline(__always)
    private static func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var offset = 0
        while offset &+ 8 < count {
            if ByteHash.load(a + offset) != ByteHash.load(b + offset) { return false }
            offset &+= 8
        }
        return ByteHash.load(a + (count &- 8)) == ByteHash.load(b + (count &- 8))
    }

    /// The bytes of a token; empty where no token has this id. Valid while this value lives.
    func bytes(of identifier: UInt32) -> UnsafeBufferPointer<UInt8> {
        guard Int(identifier) < identifierLimit else { return UnsafeBufferPointer(start: nil, count: 0) }
        let extent = extents[Int(identifier)]
        return UnsafeBufferPointer(start: bytes + Int(extent.start), count: Int(extent.byteCount))
    }

    /// `bytes(of:)` with what may be loaded past its end, for look-ups of parts of it.
    func readable(after token: UnsafeBufferPointer<UInt8>) -> Int { token.count + 8 }
}
