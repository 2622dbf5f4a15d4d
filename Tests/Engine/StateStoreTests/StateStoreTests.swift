import Glibc
import StateStore
import Testing

@Suite struct StateStoreTests {
    let folder = TemporaryFolder()

    func open(_ name: String = "a/deep/folder") throws -> StateStore { try StateStore(folder: folder.path + "/" + name) }

    @Test func readsItsOwnWritesBeforeTheCommit() throws {
        let state = try open()
        let store = try state.store(named: "urls")
        try store.put([1], [10])
        try store.put([1], [11, 12, 13])
        try store.put([2], [])
        #expect(try store.get([1]) == [11, 12, 13])
        #expect(try store.get([2]) == [])
        try store.delete([1])
        #expect(try store.get([1]) == nil)
        #expect(state.uncommittedByteCount > 0)
        state.rollback()
        #expect(try store.get([2]) == nil)
        #expect(state.uncommittedByteCount == 0)
    }

    @Test func keepsDataAndOffsetOverAnOpening() throws {
        do {
            let state = try open()
            #expect(state.changelogOffset == 0)
            try state.store(named: "a").put([1], [1])
            try state.store(named: "b").put([1], [2])
            try state.store(named: "b").put([], [3])
            _ = state.takeChanges()
            try state.commit(changelogOffset: 77)
            try state.store(named: "a").put([1], [9])
        }
        let state = try open()
        #expect(state.changelogOffset == 77)
        #expect(state.storeNames == ["a", "b"])
        #expect(try state.store(named: "a").get([1]) == [1])
        #expect(try state.store(named: "b").get([[1], [5], []]) == [[2], nil, [3]])
        #expect(state.byteCount > 0)
    }

    @Test func aTombstoneHidesWhatIsCommitted() throws {
        let state = try open()
        let store = try state.store(named: "s")
        for key in UInt8(0)..<10 { try store.put([key], [key]) }
        try state.commit(changelogOffset: nil)
        try store.delete([3])
        try store.put([4], [44])
        try store.put([3, 0], [30])
        #expect(try store.get([[3], [4], [5]]) == [nil, [44], [5]])
        let seen = try store.entries(from: [2], to: [6])
        #expect(seen.map(\.key) == [[2], [3, 0], [4], [5]])
        #expect(seen.map(\.value) == [[2], [30], [44], [5]])
        #expect(try store.entries(from: [2], limit: 2).map(\.key) == [[2], [3, 0]])
        #expect(try store.entries(limit: 0).isEmpty)
    }

    @Test func storesDoNotSeeEachOther() throws {
        let state = try open()
        // 300 stores: the number's low byte goes over 0xFF.
        for number in 0..<300 { try state.store(named: "s\(number)").put([0xFF, 0xFF], [UInt8(number % 251)]) }
        try state.commit(changelogOffset: nil)
        for number in 0..<300 {
            let entries = try state.store(named: "s\(number)").entries()
            #expect(entries.map(\.value) == [[UInt8(number % 251)]])
        }
    }

    @Test func takesEachChangedKeyOnceWithItsLatestValue() throws {
        let state = try open()
        let a = try state.store(named: "a")
        let b = try state.store(named: "b")
        try a.put([1], [1])
        try b.put([1], [2])
        try a.put([1], [3, 3, 3])
        try a.delete([2])
        #expect(
            state.takeChanges() == [
                StateChange(store: "a", key: [1], value: [3, 3, 3]),
                StateChange(store: "b", key: [1], value: [2]),
                StateChange(store: "a", key: [2], value: nil),
            ])
        #expect(state.takeChanges().isEmpty)
        try a.put([1], [4])
        #expect(state.takeChanges() == [StateChange(store: "a", key: [1], value: [4])])
    }

    @Test func refusesACommitThatTheChangelogWouldMiss() throws {
        let state = try open()
        let store = try state.store(named: "a")
        try store.put([1], [1])
        #expect { try state.commit(changelogOffset: 5) } throws: { ($0 as? StateStoreError)?.kind == .misuse }
        #expect(try store.get([1]) == [1])
        _ = state.takeChanges()
        try state.commit(changelogOffset: 5)
        #expect { try state.commit(changelogOffset: 4) } throws: { ($0 as? StateStoreError)?.kind == .misuse }
        try state.commit(changelogOffset: nil)
        #expect(state.changelogOffset == 5)
    }

    @Test func restoresFromAChangelogTwiceTheSame() throws {
        let source = try open("source")
        var log: [StateChange] = []
        var random = Seeded(5)
        for _ in 0..<300 {
            let store = try source.store(named: Bool.random(using: &random) ? "a" : "b")
            let key = random.bytes(upTo: 3)
            if Int.random(in: 0..<4, using: &random) == 0 { try store.delete(key) } else { try store.put(key, random.bytes(upTo: 9)) }
            if Int.random(in: 0..<10, using: &random) == 0 { log += source.takeChanges() }
        }
        log += source.takeChanges()
        try source.commit(changelogOffset: Int64(log.count))
        let copy = try open("copy")
        try copy.restore(log[..<(log.count / 2)], changelogOffset: Int64(log.count / 2))
        try copy.restore(log[(log.count / 3)...], changelogOffset: Int64(log.count))
        #expect(copy.takeChanges().isEmpty)
        #expect(copy.changelogOffset == source.changelogOffset)
        for name in ["a", "b"] {
            let expected = try source.store(named: name).entries()
            let actual = try copy.store(named: name).entries()
            #expect(expected.map(\.key) == actual.map(\.key))
            #expect(expected.map(\.value) == actual.map(\.value))
        }
    }

    @Test func aCheckpointIsAStoreOfItsOwn() throws {
        let state = try open()
        let store = try state.store(named: "a")
        try store.put([1], [1])
        _ = state.takeChanges()
        try state.commit(changelogOffset: 3)
        try store.put([2], [2])
        let target = folder.path + "/copy"
        try state.checkpoint(to: target)
        try store.put([1], [7])
        _ = state.takeChanges()
        try state.commit(changelogOffset: 9)
        let copy = try StateStore(folder: target)
        #expect(copy.changelogOffset == 3)
        #expect(try copy.store(named: "a").get([[1], [2]]) == [[1], nil])
    }

    @Test func namesTheFolderOfALockedStore() throws {
        let first = try open()
        #expect { _ = try open() } throws: { error in
            guard let error = error as? StateStoreError else { return false }
            return error.kind == .locked && error.folder == first.folder && "\(error)".contains(first.folder)
        }
        #expect(first.changelogOffset == 0)
    }

    @Test func namesTheFolderOfADamagedStore() throws {
        let path = folder.path + "/damaged"
        do {
            let state = try StateStore(folder: path)
            try state.store(named: "a").put([1], [1])
            try state.commit(changelogOffset: nil)
        }
        let file = fopen(path + "/CURRENT", "w")
        fputs("nonsense\n", file)
        fclose(file)
        #expect { _ = try StateStore(folder: path) } throws: { error in
            guard let error = error as? StateStoreError else { return false }
            return error.kind == .corrupt && error.folder == path && error.operation == "open"
        }
        try StateStore.destroy(folder: path)
        #expect(try StateStore(folder: path).storeNames.isEmpty)
    }

    @Test func refusesWhatIsTooLarge() throws {
        let state = try open()
        let store = try state.store(named: "a")
        let key = [UInt8](repeating: 1, count: StateLimits.keyBytes)
        try store.put(key, [1])
        #expect { try store.put(key + [1], [1]) } throws: { ($0 as? StateStoreError)?.kind == .tooLarge }
        #expect { _ = try state.store(named: "") } throws: { ($0 as? StateStoreError)?.kind == .tooLarge }
    }

    @Test func aRangeGoesOnSeeingWhatItBegan() throws {
        let state = try open()
        let store = try state.store(named: "a")
        for key in UInt8(0)..<20 { try store.put([key], [key]) }
        try state.commit(changelogOffset: nil)
        for key in UInt8(0)..<5 { try store.put([key], [key, key]) }
        var seen = 0
        var failures = 0
        try store.scan(prefix: []) { key, _ in
            seen += 1
            do { try store.delete(key) } catch { failures += 1 }
            return true
        }
        #expect(seen == 20 && failures == 0)
        #expect(try store.entries().isEmpty)
    }

    @Test func grantsNoMoreWriteBufferThanTheBudget() throws {
        let memory = StateMemory(blockCacheBytes: 2 << 20, writeBufferBytes: 8 << 20)
        var options = StateStoreOptions()
        options.memory = memory
        do {
            let stores = try (0..<6).map { try StateStore(folder: folder.path + "/m\($0)", options: options) }
            #expect(stores.count == 6)
            #expect(memory.grantedByteCount <= 9 << 20)
        }
        #expect(memory.grantedByteCount == 0)
    }
}
