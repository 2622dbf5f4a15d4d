import StateStore
import Testing

/// The store on disk against its twin in memory: the same random calls, the same answers.
@Suite struct StateStoreModelTests {
    let folder = TemporaryFolder()

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func agreesWithTheTwin(seed: UInt64) throws {
        var random = Seeded(seed)
        var options = StateStoreOptions()
        // The smallest memory, so that flushes and compactions take part.
        options.memory = StateMemory(blockCacheBytes: 1 << 20, writeBufferBytes: 1 << 20)
        let path = folder.path + "/\(seed)"
        var disk = try StateStore(folder: path, options: options)
        let twin = InMemoryStateStore()
        let model = try ["x", "y"].map { try twin.store(named: $0) }
        var stores = try ["x", "y"].map { try disk.store(named: $0) }
        var offset: Int64 = 0
        for _ in 0..<3_000 {
            let which = Int.random(in: 0..<2, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45:
                let key = random.bytes(upTo: 6)
                let value = random.bytes(upTo: 400, alphabet: 255)
                try stores[which].put(key, value)
                try model[which].put(key, value)
            case 45..<60:
                let key = random.bytes(upTo: 6)
                try stores[which].delete(key)
                try model[which].delete(key)
            case 60..<80:
                let key = random.bytes(upTo: 6)
                #expect(try stores[which].get(key) == model[which].get(key))
            case 80..<88:
                let keys = (0..<20).map { _ in random.bytes(upTo: 6) }
                #expect(try stores[which].get(keys) == model[which].get(keys))
                let packed = (0..<20).flatMap { _ in random.bytes(exactly: 2) }
                #expect(try packedValues(stores[which], packed) == packedValues(model[which], packed))
            case 88..<94:
                let lower = random.bytes(upTo: 3)
                let upper = Bool.random(using: &random) ? random.bytes(upTo: 3) : nil
                let limit = Int.random(in: 1...60, using: &random)
                try expectSame(
                    stores[which].entries(from: lower, to: upper, limit: limit),
                    model[which].entries(from: lower, to: upper, limit: limit))
            case 94..<98:
                #expect(disk.takeChanges() == twin.takeChanges())
                offset += 1
                try disk.commit(changelogOffset: offset)
                try twin.commit(changelogOffset: offset)
            case 98:
                disk.rollback()
                twin.rollback()
            default:
                // Close and open again: what was not committed is gone.
                stores = []
                twin.rollback()
                disk = try reopened(&disk, path, options)
                stores = try ["x", "y"].map { try disk.store(named: $0) }
                #expect(disk.changelogOffset == twin.changelogOffset)
            }
        }
        for which in 0..<2 { try expectSame(stores[which].entries(), model[which].entries()) }
    }

    private func packedValues(_ store: any KeyValueStore, _ keys: [UInt8]) throws -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        try keys.withUnsafeBytes { keys in
            try store.withValues(ofPacked: keys, keyLength: 2) { position, value in
                #expect(position == values.count)
                values.append(value.map { [UInt8]($0) })
            }
        }
        #expect(values.count == 20)
        return values
    }

    private func expectSame(_ first: [(key: [UInt8], value: [UInt8])], _ second: [(key: [UInt8], value: [UInt8])]) {
        #expect(first.map(\.key) == second.map(\.key))
        #expect(first.map(\.value) == second.map(\.value))
    }

    /// The old one has to be closed before the folder can be opened again: another takes its place meanwhile.
    private func reopened(_ state: inout StateStore, _ path: String, _ options: StateStoreOptions) throws -> StateStore {
        state = try StateStore(folder: path + "-between", options: options)
        return try StateStore(folder: path, options: options)
    }
}
