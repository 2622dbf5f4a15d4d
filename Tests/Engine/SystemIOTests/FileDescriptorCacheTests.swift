import SystemIO
import Testing

@Suite struct FileDescriptorCacheTests {
    @Test func filesCloseAndOpenAgain() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let cache = FileDescriptorCache(fileSystem: disk, limit: 4)
        let files = (0..<20).map { cache.file("/d/\($0)", exists: false) }
        #expect(try disk.list("/d").isEmpty && files[0].size() == 0)
        for (number, file) in files.enumerated() {
            try file.write([UInt8(number)], at: 0)
            try file.synchronizeData()
        }
        #expect(cache.openCount <= 4)
        for (number, file) in files.enumerated() { #expect(try file.read(count: 9, at: 0) == [UInt8(number)]) }
        #expect(cache.openCount <= 4)
        #expect(cache.openCount == files.filter(\.isOpen).count)
    }

    @Test func aLeaseOutlivesTheCachesNeedForRoom() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let cache = FileDescriptorCache(fileSystem: disk, limit: 4)
        let first = cache.file("/d/first", exists: false)
        try first.write([1, 2, 3], at: 0)
        try first.synchronizeData()
        let lease = try first.lease()
        for number in 0..<10 {
            let file = cache.file("/d/\(number)", exists: false)
            try file.write([0], at: 0)
            try file.synchronizeData()
        }
        #expect(try lease.read(count: 3, at: 0) == [1, 2, 3])
    }

    /// A file that was removed is not mistaken for a new one of its name.
    @Test func retiredFilesAreNotOpenedByName() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let cache = FileDescriptorCache(fileSystem: disk, limit: 4)
        let open = cache.file("/d/a", exists: false)
        try open.write([1], at: 0)
        let closed = cache.file("/d/a", exists: true)
        open.retire()
        closed.retire()
        try disk.remove("/d/a")
        #expect(try open.read(count: 1, at: 0) == [1])
        let error = #expect(throws: SystemIOError.self) { try closed.read(count: 1, at: 0) }
        #expect(error?.isNotFound == true)
    }

    /// A failed write-back is told to whoever syncs next, also when the cache had to sync to make room.
    @Test func aFailureWhileMakingRoomIsNotLost() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let cache = FileDescriptorCache(fileSystem: disk, limit: 4)
        let files = (0..<20).map { cache.file("/d/\($0)", exists: false) }
        for file in files.prefix(8) { try file.write([1], at: 0) }
        disk.fail(call: 1, with: ErrorNumber.inputOutput, only: .synchronizeData)
        for file in files.dropFirst(8) { try file.write([1], at: 0) }
        var failures = 0
        for file in files { do { try file.synchronizeData() } catch { failures += 1 } }
        #expect(failures == 1)
    }
}
