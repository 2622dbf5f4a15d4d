/// The storage in memory: for tests, evaluations, and indexes that fit.
///
/// A hash table with linear probing, at most three quarters full; deletion moves later entries back, so it leaves no graves.
public final class InMemoryDuplicateStorage: DuplicateIndexStorage {
    private struct Entry {
        var key: DuplicateIndexKey
        var value: [UInt8]
    }

    private var slots = [Entry?](repeating: nil, count: 1024)
    public private(set) var entryCount = 0

    public init() {}

    /// Bytes of keys and values.
    public var byteCount: Int { slots.reduce(0) { $0 + ($1.map { $0.key.length + $0.value.count } ?? 0) } }

    public func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        guard keyLength > 0 else { return }
        // A reference to the table as it is: what `body` does cannot move it.
        let slots = slots
        for position in 0..<(keys.count / keyLength) {
            let start = position * keyLength
            let key = DuplicateIndexKey(UnsafeRawBufferPointer(rebasing: keys[start..<start + keyLength]))
            guard let entry = slots[Self.slot(of: key, slots)] else {
                body(position, nil)
                continue
            }
            entry.value.withUnsafeBytes { body(position, $0) }
        }
    }

    public func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let key = DuplicateIndexKey(key)
        var slot = Self.slot(of: key, slots)
        if slots[slot] == nil {
            entryCount += 1
            if entryCount * 4 > slots.count * 3 {
                grow()
                slot = Self.slot(of: key, slots)
            }
        }
        slots[slot] = Entry(key: key, value: [UInt8](value))
    }

    public func delete(_ key: UnsafeRawBufferPointer) {
        var hole = Self.slot(of: DuplicateIndexKey(key), slots)
        guard slots[hole] != nil else { return }
        slots[hole] = nil
        entryCount -= 1
        let mask = slots.count - 1
        var next = (hole + 1) & mask
        while let entry = slots[next] {
            // The entry may move back to the hole where its own place lies at or before it.
            let home = entry.key.quickHash & mask
            if (next - home) & mask >= (next - hole) & mask {
                slots[hole] = entry
                slots[next] = nil
                hole = next
            }
            next = (next + 1) & mask
        }
    }

    public func scan(prefix: UnsafeRawBufferPointer, _ body: (_ key: UnsafeRawBufferPointer) -> Bool) {
        let prefix = [UInt8](prefix)
        let found = slots.compactMap { $0?.key.bytes }.filter { $0.starts(with: prefix) }
        for key in found.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !key.withUnsafeBytes(body) { return }
    }

    /// Where the key is, or the free place where it belongs.
    private static func slot(of key: DuplicateIndexKey, _ slots: [Entry?]) -> Int {
        let mask = slots.count - 1
        var slot = key.quickHash & mask
        while let entry = slots[slot], entry.key != key { slot = (slot + 1) & mask }
        return slot
    }

    private func grow() {
        var larger = [Entry?](repeating: nil, count: slots.count * 2)
        for case let entry? in slots { larger[Self.slot(of: entry.key, larger)] = entry }
        slots = larger
    }
}
