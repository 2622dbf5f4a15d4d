import Testing

@testable import ObjectStore

/// What every store must do, asked of each of them.
struct StoreContract {
    let store: any ObjectStore
    /// Keys begin with it, so that a store that is not empty can be asked too.
    let root: String

    func check() throws {
        let small = Array("a shard".utf8)
        try store.put("\(root)/a/one", small)
        #expect(try store.get("\(root)/a/one") == small)
        #expect(try store.size("\(root)/a/one") == 7)
        #expect(try store.get("\(root)/a/one", range: 2..<5, limit: 10) == Array("sha".utf8))
        #expect(try store.get("\(root)/a/one", range: 5..<50, limit: 100) == Array("rd".utf8))
        try store.put("\(root)/a/one", [1])
        #expect(try store.get("\(root)/a/one") == [1])

        try store.putIfAbsent("\(root)/manifest", small)
        let taken = #expect(throws: ObjectStoreError.self) { try store.putIfAbsent("\(root)/manifest", [9]) }
        #expect(taken?.kind == .alreadyExists)
        #expect(try store.get("\(root)/manifest") == small)

        try store.put("\(root)/a b/ü+ü", [1, 2])
        try store.put("\(root)/empty", [])
        #expect(try store.get("\(root)/empty") == [])
        #expect(
            try store.list(prefix: root + "/") == [
                ObjectEntry(key: "\(root)/a b/ü+ü", bytes: 2), ObjectEntry(key: "\(root)/a/one", bytes: 1),
                ObjectEntry(key: "\(root)/empty", bytes: 0), ObjectEntry(key: "\(root)/manifest", bytes: 7),
            ])
        #expect(try store.list(prefix: "\(root)/a/").map(\.key) == ["\(root)/a/one"])

        #expect(try store.size("\(root)/none") == nil)
        let missing = #expect(throws: ObjectStoreError.self) { try store.get("\(root)/none") }
        #expect(missing?.kind == .notFound)
        #expect(throws: ObjectStoreError.self) { try store.get("\(root)/manifest", range: nil, limit: 3) }
        for key in ["", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\0b", String(repeating: "x", count: 300)] {
            #expect(throws: ObjectStoreError.self, "\(key)") { try store.put(key, [1]) }
        }
        try checkWriter()
        for entry in try store.list(prefix: root + "/") { try store.delete(entry.key) }
        try store.delete("\(root)/none")
        #expect(try store.list(prefix: root + "/") == [])
    }

    private func checkWriter() throws {
        // Longer than two parts of an upload, written in odd pieces.
        let large = (0..<12_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 11) }
        let writer = try store.write("\(root)/large")
        for start in stride(from: 0, to: large.count, by: 999_999) {
            try large[start..<min(start + 999_999, large.count)].withUnsafeBytes { try writer.write($0) }
            #expect(try store.size("\(root)/large") == nil)
        }
        try writer.finish()
        #expect(try store.size("\(root)/large") == UInt64(large.count))
        let source = try store.open("\(root)/large")
        let isSame = try source.readAll(from: 11_000_000, limit: 2 << 20) == Array(large[11_000_000...])
        #expect(isSame)
        let given = try store.write("\(root)/given-up")
        try large[..<6_000_000].withUnsafeBytes { try given.write($0) }
        given.cancel()
        #expect(try store.size("\(root)/given-up") == nil)
        #expect(throws: ObjectStoreError.self) { try given.finish() }
    }
}
