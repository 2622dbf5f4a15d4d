/// The writes of one task since its last commit: a hash table for single reads, an order made only when a range is asked for, and
/// the list of what the changelog has not seen.
///
/// Keys and values lie one after another in one buffer of bytes; an overwritten value that grew leaves its old bytes behind until the
/// commit. Keys are unique: an entry is appended once and then changed in place.
struct Overlay {
    /// What is known of one key. `valueLength` −1 is a tombstone.
    struct Entry {
        var hash: Int
        var keyStart: Int
        var keyLength: Int32
        var valueLength: Int32
        var valueStart: Int
        /// Waits for the next take.
        var isChange: Bool
    }

    private static let emptySlot = UInt32.max
    private static let firstSlots = 64

    private var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    /// Open addressing with linear probing: entry numbers, at most three quarters full.
    private var slots = [UInt32](repeating: emptySlot, count: firstSlots)
    private var changes: [UInt32] = []
    private var order = OverlayOrder()
    /// Bytes of live keys and values.
    private(set) var byteCount = 0

    var isEmpty: Bool { entries.isEmpty }
    var hasUntakenChanges: Bool { !changes.isEmpty }

    // MARK: - Reading

    /// The entry for a key, or `nil` where the overlay knows nothing about it.
    func find(_ key: UnsafeRawBufferPointer) -> Entry? {
        guard !entries.isEmpty else { return nil }
        let number = slots[slot(of: key, hash: Self.hash(key))]
        return number == Self.emptySlot ? nil : entries[Int(number)]
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes(body)
    }

    static func key(of entry: Entry, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[entry.keyStart..<entry.keyStart + Int(entry.keyLength)])
    }

    /// `nil` for a tombstone.
    static func value(of entry: Entry, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard entry.valueLength >= 0 else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[entry.valueStart..<entry.valueStart + Int(entry.valueLength)])
    }

    /// The numbers of the entries with `lower` ≤ key < `upper`, in key order.
    mutating func numbers(from lower: UnsafeRawBufferPointer, to upper: UnsafeRawBufferPointer) -> ArraySlice<UInt32> {
        order.include(entries, bytes)
        return order.range(from: lower, to: upper, entries, bytes)
    }

    // MARK: - Writing

    /// Sets a value, or a tombstone with `nil`.
    mutating func set(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?, isChange: Bool) {
        let hash = Self.hash(key)
        var slot = slot(of: key, hash: hash)
        if slots[slot] == Self.emptySlot {
            if (entries.count + 1) * 4 > slots.count * 3 {
                growSlots()
                slot = self.slot(of: key, hash: hash)
            }
            slots[slot] = UInt32(entries.count)
            entries.append(
                Entry(
                    hash: hash, keyStart: bytes.count, keyLength: Int32(key.count), valueLength: -1, valueStart: 0,
                    isChange: false))
            bytes.append(contentsOf: key)
            byteCount += key.count
        }
        let number = Int(slots[slot])
        setValue(of: number, value)
        if isChange && !entries[number].isChange {
            entries[number].isChange = true
            changes.append(UInt32(number))
        }
    }

    private mutating func setValue(of number: Int, _ value: UnsafeRawBufferPointer?) {
        let old = entries[number]
        byteCount -= Int(max(0, old.valueLength))
        guard let value else {
            entries[number].valueLength = -1
            return
        }
        byteCount += value.count
        if value.count <= Int(old.valueLength) {
            // The new value fits where the old one lies.
            bytes.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: $0[old.valueStart...]).copyMemory(from: value)
            }
        } else {
            entries[number].valueStart = bytes.count
            bytes.append(contentsOf: value)
        }
        entries[number].valueLength = Int32(value.count)
    }

    // MARK: - Commit and take

    /// Visits every entry in key order: the order RocksDB inserts fastest in.
    mutating func forEachInOrder(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        order.include(entries, bytes)
        withBytes { bytes in
            for number in order.sorted {
                let entry = entries[Int(number)]
                body(Self.key(of: entry, in: bytes), Self.value(of: entry, in: bytes))
            }
        }
    }

    mutating func takeChanges(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        withBytes { bytes in
            for number in changes {
                let entry = entries[Int(number)]
                body(Self.key(of: entry, in: bytes), Self.value(of: entry, in: bytes))
            }
        }
        for number in changes { entries[Int(number)].isChange = false }
        changes.removeAll(keepingCapacity: true)
    }

    /// Empty again. Memory is kept for the next commit unless this one was unusually large.
    mutating func clear() {
        let keeps = bytes.capacity <= 4 * 1024 * 1024
        guard keeps else {
            self = Overlay()
            return
        }
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        changes.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = Self.emptySlot }
        order = OverlayOrder()
        byteCount = 0
    }

    // MARK: - The hash table

    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        return hasher.finalize()
    }

    /// The slot that holds the key, or the free one where it belongs.
    private func slot(of key: UnsafeRawBufferPointer, hash: Int) -> Int {
        let mask = slots.count - 1
        return bytes.withUnsafeBytes { bytes in
            var slot = hash & mask
            while slots[slot] != Self.emptySlot {
                let entry = entries[Int(slots[slot])]
                if entry.hash == hash && Self.key(of: entry, in: bytes).isEqual(to: key) { break }
                slot = (slot + 1) & mask
            }
            return slot
        }
    }

    private mutating func growSlots() {
        slots = [UInt32](repeating: Self.emptySlot, count: slots.count * 2)
        let mask = slots.count - 1
        for (number, entry) in entries.enumerated() {
            var slot = entry.hash & mask
            while slots[slot] != Self.emptySlot { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number)
        }
    }
}
