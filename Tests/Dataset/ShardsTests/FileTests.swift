import Glibc
import Testing

@testable import Shards

/// The small layer over the disk.
@Suite struct FileTests {
    @Test func foldersAreMadeWithTheirParents() throws {
        let scratch = try Scratch()
        for path in ["/a/b/c", "//d///e/", "/a/b/c"] {
            let folder = try LocalFolder(creating: scratch.path + path)
            #expect(try folder.names().isEmpty)
        }
        #expect(try LocalFolder(creating: scratch.path).names() == ["a", "d"])
        try LocalFile(scratch.path + "/file", .writeOrCreate).write([1], at: 0)
        #expect(throws: ShardError.self) { try LocalFolder(creating: scratch.path + "/file/x").names() }
    }

    @Test func relativePathsStartHere() throws {
        for path in [".", "./", "././"] { #expect(try !LocalFolder(creating: path).names().isEmpty) }
    }

    @Test func readingStopsAtTheEnd() throws {
        let scratch = try Scratch()
        let file = try LocalFile(scratch.path + "/f", .writeFromEmpty)
        try file.write(Array(0..<10), at: 0)
        #expect(try file.read(at: 8, limit: 10) == [8, 9])
        #expect(try file.read(at: 20, limit: 10).isEmpty)
        #expect(throws: ShardError.fileLostBytes(path: scratch.path + "/f", expected: 11, found: 10)) { try file.cut(to: 11) }
        #expect(throws: ShardError.system(call: "open", path: scratch.path + "/none", errorNumber: ENOENT)) {
            _ = try LocalFile(scratch.path + "/none", .read).size()
        }
    }

    @Test func aWholeFileIsReplacedAndBounded() throws {
        let scratch = try Scratch()
        let folder = try LocalFolder(creating: scratch.path)
        try folder.replace("m", with: [1, 2, 3])
        try folder.replace("m", with: [4])
        #expect(try scratch.files() == ["m": [4]])
        #expect(try folder.contents("none", limit: 1) == nil)
        #expect(throws: ShardError.self) { try folder.contents("m", limit: 0) }
    }

    @Test func digestsAreThoseOfTheStandard() throws {
        let scratch = try Scratch()
        // FIPS 180-2, appendix B.1.
        try LocalFile(scratch.path + "/abc", .writeOrCreate).write(Array("abc".utf8), at: 0)
        #expect(try fileDigest(scratch.path + "/abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: [OrderKey(0), OrderKey(.max), OrderKey(5, tieBreak: 7)])
    func orderKeysComeBackFromText(_ key: OrderKey) {
        #expect(OrderKey(key.description) == key)
        for bad in ["", "x", "1.", "-1", "1.2.3", "18446744073709551616"] { #expect(OrderKey(bad) == nil) }
        #expect(OrderKey(1, tieBreak: 9) < OrderKey(2) && OrderKey(2) < OrderKey(2, tieBreak: 1))
    }
}
