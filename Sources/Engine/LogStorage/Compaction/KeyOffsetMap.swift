import Crypto

/// The last offset of each key, within a fixed number of bytes: open addressing over one block of memory, 24 bytes a slot.
///
/// A key is known by the first 128 bits of its SHA-256 (as Kafka knows it by its MD5): two keys that agree in them, which nobody can make and which
/// chance makes once in 10^20 runs over a billion keys, would be taken for one. One owner, one thread.
final class KeyOffsetMap {
    private let slots: UnsafeMutablePointer<Slot>
    private let capacity: Int
    private(set) var count = 0

    private struct Slot {
        var high: UInt64
        var low: UInt64
        /// -1: free.
        var offset: Int64
    }

    static let slotSize = MemoryLayout<Slot>.stride

    /// `keys`: how many there may be at most; fewer fit where `memoryBytes` are fewer.
    init(memoryBytes: Int, keys: Int) {
        capacity = max(16, min(memoryBytes / Self.slotSize, keys + keys / 3 + 1))
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(high: 0, low: 0, offset: -1), count: capacity)
    }

    deinit { slots.deallocate() }

    /// How many more keys fit, three quarters full at most.
    var room: Int { capacity / 4 * 3 - count }

    func set(_ key: UnsafeRawBufferPointer, to offset: Int64) {
        let slot = find(key)
        if slots[slot.index].offset < 0 {
            count += 1
            slots[slot.index] = Slot(high: slot.high, low: slot.low, offset: offset)
        } else {
            slots[slot.index].offset = max(slots[slot.index].offset, offset)
        }
    }

    subscript(_ key: UnsafeRawBufferPointer) -> Int64? {
        let offset = slots[find(key).index].offset
        return offset < 0 ? nil : offset
    }

    func removeAll() {
        slots.update(repeating: Slot(high: 0, low: 0, offset: -1), count: capacity)
        count = 0
    }

    /// The slot of the key, or the free one where it would go: there always is a free one.
    private func find(_ key: UnsafeRawBufferPointer) -> (index: Int, high: UInt64, low: UInt64) {
        let (high, low) = SHA256.hash(bufferPointer: key).withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        var index = Int(truncatingIfNeeded: low.multipliedFullWidth(by: UInt64(capacity)).high)
        while slots[index].offset >= 0, slots[index].high != high || slots[index].low != low {
            index = index + 1 == capacity ? 0 : index + 1
        }
        return (index, high, low)
    }
}

extension SHA256 {
    fileprivate static func hash(bufferPointer: UnsafeRawBufferPointer) -> SHA256Digest {
        var function = SHA256()
        function.update(bufferPointer: bufferPointer)
        return function.finalize()
    }
}
