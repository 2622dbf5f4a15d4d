/// Walks RocksDB and the overlay together in key order; where both know a key, the overlay wins, and a tombstone hides it.
struct MergedScan {
    let cursor: RocksCursor
    let overlay: Overlay
    let numbers: ArraySlice<UInt32>
    let bytes: UnsafeRawBufferPointer

    func run(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool) {
        var pending = numbers
        while true {
            let entry = pending.first.map { overlay.entries[Int($0)] }
            guard cursor.isValid else {
                guard let entry else { return }
                pending.removeFirst()
                if !visit(entry, body) { return }
                continue
            }
            let stored = cursor.key
            let order = entry.map { Overlay.key(of: $0, in: bytes).compare(stored) } ?? 1
            guard order <= 0, let entry else {
                if !body(Self.bare(stored), cursor.value) { return }
                cursor.advance()
                continue
            }
            pending.removeFirst()
            if !visit(entry, body) { return }
            if order == 0 { cursor.advance() }
        }
    }

    private func visit(
        _ entry: Overlay.Entry, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        guard let value = Overlay.value(of: entry, in: bytes) else { return true }
        return body(Self.bare(Overlay.key(of: entry, in: bytes)), value)
    }

    /// Without the store's number.
    private static func bare(_ key: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: key[StateLayout.prefixLength...])
    }
}
