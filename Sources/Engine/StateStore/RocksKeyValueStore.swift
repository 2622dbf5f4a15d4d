/// One named store of a ``StateStore``: the overlay in front, RocksDB behind.
final class RocksKeyValueStore: KeyValueStore {
    let name: String
    private let number: UInt16
    /// Unowned: the state holds its stores. Who keeps a store must keep its state.
    private unowned let state: StateStore

    init(name: String, number: UInt16, state: StateStore) {
        self.name = name
        self.number = number
        self.state = state
    }

    func withValue<Result>(
        of key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(StateStoreError) -> Result {
        try StateLayout.withKey(number, key) { whole throws(StateStoreError) in
            if let entry = state.overlay.find(whole) {
                return state.overlay.withBytes { bytes in body(Overlay.value(of: entry, in: bytes)) }
            }
            return try state.database.withValue(of: whole, body)
        }
    }

    func withValues(
        of keys: [[UInt8]], _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        // All prefixed keys in one buffer, so that the C side gets stable pointers.
        var whole: [UInt8] = []
        whole.reserveCapacity(keys.reduce(0) { $0 + $1.count + StateLayout.prefixLength })
        var ends: [Int] = []
        ends.reserveCapacity(keys.count)
        for key in keys {
            appendPrefix(&whole)
            whole.append(contentsOf: key)
            ends.append(whole.count)
        }
        try look(up: whole, ends, body)
    }

    func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        guard keyLength > 0 else { return }
        let count = keys.count / keyLength
        var whole: [UInt8] = []
        whole.reserveCapacity(keys.count + count * StateLayout.prefixLength)
        var ends: [Int] = []
        ends.reserveCapacity(count)
        for position in 0..<count {
            appendPrefix(&whole)
            whole.append(contentsOf: keys[(position * keyLength)..<((position + 1) * keyLength)])
            ends.append(whole.count)
        }
        try look(up: whole, ends, body)
    }

    private func appendPrefix(_ bytes: inout [UInt8]) {
        bytes.append(UInt8(number >> 8))
        bytes.append(UInt8(truncatingIfNeeded: number))
    }

    /// Asks the overlay, then RocksDB for what the overlay does not know. `whole`: prefixed keys, that end at `ends`.
    private func look(
        up whole: [UInt8], _ ends: [Int], _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        try whole.borrowed { bytes throws(StateStoreError) in
            var start = 0
            var found: [Overlay.Entry?] = []
            found.reserveCapacity(ends.count)
            var asked: [UnsafeRawBufferPointer] = []
            asked.reserveCapacity(ends.count)
            for end in ends {
                let key = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                let entry = state.overlay.find(key)
                found.append(entry)
                if entry == nil { asked.append(key) }
                start = end
            }
            try visit(found, asked, body)
        }
    }

    /// Answers in the order of the keys: what the overlay has from there, the others from one batch of RocksDB's.
    private func visit(
        _ found: [Overlay.Entry?], _ asked: [UnsafeRawBufferPointer],
        _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        var next = 0
        let state = state
        func answerFromOverlay() {
            while next < found.count, let entry = found[next] {
                state.overlay.withBytes { bytes in body(next, Overlay.value(of: entry, in: bytes)) }
                next += 1
            }
        }
        answerFromOverlay()
        guard !asked.isEmpty else { return }
        try state.database.withValues(of: asked) { _, value in
            body(next, value)
            next += 1
            answerFromOverlay()
        }
    }

    func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StateStoreError) {
        try state.write(number, key, value, isChange: true)
    }

    func delete(_ key: UnsafeRawBufferPointer) throws(StateStoreError) {
        try state.write(number, key, nil, isChange: true)
    }

    func scan(
        from lower: [UInt8], to upper: [UInt8]?,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        let first = StateLayout.prefix(number) + lower
        let bound = upper.map { StateLayout.prefix(number) + $0 } ?? StateLayout.prefix(number + 1)
        let (numbers, cursor) = first.withUnsafeBytes { first in
            bound.withUnsafeBytes { bound in
                (state.overlay.numbers(from: first, to: bound), state.database.cursor(from: first, to: bound))
            }
        }
        let overlay = state.overlay
        overlay.withBytes { bytes in
            MergedScan(cursor: cursor, overlay: overlay, numbers: numbers, bytes: bytes).run(body)
        }
        if let failure = cursor.failure(folder: state.folder) { throw failure }
    }
}
