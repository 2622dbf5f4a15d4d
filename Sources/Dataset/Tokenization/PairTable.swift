/// The merges of a byte-pair vocabulary: (left id, right id) to the merge's rank and the id it makes, by open addressing.
///
/// `@unchecked Sendable` holds because the pointer leads into a frozen buffer that this value keeps alive.
struct PairTable: @unchecked Sendable {
    struct Slot: BitwiseCopyable, Sendable {
        var key: UInt64
        var merge: Merge
    }

    /// No pair of tokens has this key: ids stay under 2^22.
    private static let emptyKey = UInt64.max
    let count: Int
    private let mask: Int
    private let slots: UnsafePointer<Slot>
    private let owner: FrozenBuffer<Slot>

    /// Of a pair that occurs twice the later merge counts, as in a dictionary that is filled in order.
    init(_ merges: [(left: UInt32, right: UInt32, merge: Merge)]) {
        var capacity = 16
        while capacity * 2 < merges.count * 3 { capacity *= 2 }
        var slots = [Slot](repeating: Slot(key: Self.emptyKey, merge: .none), count: capacity)
        for (left, right, merge) in merges {
            let key = Self.key(left, right)
            var index = Self.hash(key) & (capacity - 1)
            while slots[index].key != Self.emptyKey && slots[index].key != key { index = (index + 1) & (capacity - 1) }
            slots[index] = Slot(key: key, merge: merge)
        }
        count = merges.count
        mask = capacity - 1
        owner = FrozenBuffer(slots)
        self.slots = owner.base
    }

    @inline(__always) func merge(_ left: UInt32, _ right: UInt32) -> Merge {
        let key = Self.key(left, right)
        var index = Self.hash(key) & mask
        while true {
            let slot = slots[index]
            if slot.key == key { return slot.merge }
            if slot.key == Self.emptyKey { return .none }
            index = (index &+ 1) & mask
        }
    }

    @inline(__always) private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
        UInt64(left) &<< 32 | UInt64(right)
    }

    @inline(__always) private static func hash(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ByteHash.mix(key ^ 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB))
    }
}

/// What two neighbouring parts become. Lower ranks go first; of equal ranks the leftmost.
struct Merge: BitwiseCopyable, Sendable {
    /// `UInt32.max`: the two do not merge.
    var rank: UInt32
    var identifier: UInt32

    static let none = Merge(rank: .max, identifier: .max)
}
