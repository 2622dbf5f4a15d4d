import Glibc
import Testing

@testable import ObjectStore

@Suite("A folder as a store")
struct FolderStoreTests {
    static func temporaryFolder() -> String {
        var template = Array("/tmp/leat-store-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    @Test("it does what every store does")
    func contract() throws {
        let store = try FolderStore(path: Self.temporaryFolder() + "/new/folder")
        try StoreContract(store: store, root: "root").check()
    }

    @Test("of many who put the same new name, one succeeds")
    func race() async throws {
        let store = try FolderStore(path: Self.temporaryFolder())
        let winners = await withTaskGroup(of: Int.self) { group in
            for index in 0..<8 {
                group.addTask { (try? store.putIfAbsent("lock", [UInt8(index)])) == nil ? 0 : 1 }
            }
            return await group.reduce(0, +)
        }
        #expect(winners == 1)
        #expect(try store.get("lock").count == 1)
    }

    @Test("what was being written when a process ended is not seen, and can be removed")
    func leftovers() throws {
        let folder = Self.temporaryFolder()
        let store = try FolderStore(path: folder)
        try store.put("a/b", [1])
        let left = fopen(folder + "/a/.writing-1-1", "w")
        fclose(left)
        #expect(try store.list(prefix: "").map(\.key) == ["a/b"])
        try store.removeLeftovers()
        #expect(access(folder + "/a/.writing-1-1", F_OK) != 0)
        #expect(try store.get("a/b") == [1])
    }
}
