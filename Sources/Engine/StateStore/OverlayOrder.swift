/// The key order of an overlay's entries, brought up to date when a range is asked for.
///
/// A few new keys are inserted one by one (a move of four-byte numbers each); many are sorted and merged. A task that never asks
/// for a range pays one sort a commit.
struct OverlayOrder {
    private static let fewKeys = 16

    private(set) var sorted: [UInt32] = []

    /// Brings in the entries that were appended since the last call.
    mutating func include(_ entries: [Overlay.Entry], _ bytes: [UInt8]) {
        let known = sorted.count
        guard known < entries.count else { return }
        bytes.withUnsafeBytes { bytes in
            if known > 0 && entries.count - known <= Self.fewKeys {
                for number in known..<entries.count {
                    let key = Overlay.key(of: entries[number], in: bytes)
                    sorted.insert(UInt32(number), at: position(of: key, entries, bytes))
                }
                return
            }
            var added = (known..<entries.count).map { UInt32($0) }
            added.sort { first, second in
                Overlay.key(of: entries[Int(first)], in: bytes).precedes(Overlay.key(of: entries[Int(second)], in: bytes))
            }
            merge(added, entries, bytes)
        }
    }

    func range(
        from lower: UnsafeRawBufferPointer, to upper: UnsafeRawBufferPointer, _ entries: [Overlay.Entry], _ bytes: [UInt8]
    ) -> ArraySlice<UInt32> {
        bytes.withUnsafeBytes { bytes in
            let first = position(of: lower, entries, bytes)
            return sorted[first..<max(first, position(of: upper, entries, bytes))]
        }
    }

    /// Where the first key that does not precede `key` stands.
    private func position(of key: UnsafeRawBufferPointer, _ entries: [Overlay.Entry], _ bytes: UnsafeRawBufferPointer) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if Overlay.key(of: entries[Int(sorted[middle])], in: bytes).precedes(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    private mutating func merge(_ added: [UInt32], _ entries: [Overlay.Entry], _ bytes: UnsafeRawBufferPointer) {
        guard !sorted.isEmpty else {
            sorted = added
            return
        }
        var merged: [UInt32] = []
        merged.reserveCapacity(sorted.count + added.count)
        var old = sorted[...]
        var new = added[...]
        while let first = old.first, let second = new.first {
            let keyOfFirst = Overlay.key(of: entries[Int(first)], in: bytes)
            if keyOfFirst.precedes(Overlay.key(of: entries[Int(second)], in: bytes)) {
                merged.append(old.removeFirst())
            } else {
                merged.append(new.removeFirst())
            }
        }
        merged += old
        merged += new
        sorted = merged
    }
}
