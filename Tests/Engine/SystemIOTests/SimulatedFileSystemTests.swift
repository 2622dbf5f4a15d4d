import SystemIO
import Testing

@Suite struct SimulatedFileSystemTests {
    @Test func synchronizedBytesSurviveAnyCrash() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let file = try disk.open("/d/a", .create)
        try file.write([UInt8](repeating: 7, count: 3000), at: 0)
        try file.synchronizeData()
        try disk.synchronizeFolder("/d")
        try file.write([UInt8](repeating: 9, count: 3000), at: 3000)
        var sizes: Set<Int> = []
        for seed in 0..<200 {
            let bytes = try disk.crash(seed: UInt64(seed)).readFile("/d/a", limit: 10_000)
            #expect(bytes.count >= 3000)
            #expect(bytes.prefix(3000).allSatisfy { $0 == 7 })
            #expect(bytes.dropFirst(3000).allSatisfy { $0 == 9 || $0 == 0 })
            sizes.insert(bytes.count)
        }
        // Lost whole, kept whole, and torn in between.
        #expect(sizes.contains(3000) && sizes.contains(6000) && sizes.count > 4)
    }

    @Test func unsynchronizedNamesMayBeLost() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let file = try disk.open("/d/a", .create)
        try file.write([1], at: 0)
        try file.synchronizeData()
        let found = try (0..<50).filter { try disk.crash(seed: UInt64($0)).fileExists("/d/a") }.count
        #expect(found > 0 && found < 50)
        #expect(try disk.afterKill().readFile("/d/a", limit: 10) == [1])
    }

    @Test func replacingAFileLeavesOldOrNew() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        try disk.replaceFile("/d/a", with: [1])
        for call in 1...6 {
            let disk = disk.afterKill()
            disk.stop(atCall: call)
            try? disk.replaceFile("/d/a", with: [2, 2])
            for seed in 0..<20 {
                let bytes = try disk.crash(seed: UInt64(seed)).readFile("/d/a", limit: 10)
                #expect(bytes == [1] || bytes == [2, 2])
            }
        }
    }

    @Test func callsFailWhenToldTo() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let file = try disk.open("/d/a", .create)
        disk.fail(call: 2, with: ErrorNumber.inputOutput, only: .write)
        try file.write([1], at: 0)
        #expect(throws: SystemIOError(operation: "write", path: "/d/a", errorNumber: ErrorNumber.inputOutput)) {
            try file.write([2], at: 1)
        }
        try file.write([3], at: 1)
        #expect(try file.read(count: 5, at: 0) == [1, 3])
    }

    @Test func aFailedSyncLosesWhatItShouldHaveKept() throws {
        let disk = SimulatedFileSystem()
        try disk.makeFolder("/d")
        let file = try disk.open("/d/a", .create)
        try disk.synchronizeFolder("/d")
        try file.write([1, 2, 3], at: 0)
        disk.fail(call: 1, with: ErrorNumber.inputOutput, only: .synchronizeData)
        #expect(throws: SystemIOError.self) { try file.synchronizeData() }
        // A second try "succeeds", and the bytes are gone all the same.
        try file.synchronizeData()
        for seed in 0..<20 { #expect(try disk.crash(seed: UInt64(seed)).readFile("/d/a", limit: 10) == []) }
    }

    @Test func aFullDiskRefusesWrites() throws {
        let disk = SimulatedFileSystem(capacity: 10)
        try disk.makeFolder("/d")
        let file = try disk.open("/d/a", .create)
        try file.write([UInt8](repeating: 1, count: 8), at: 0)
        do {
            try file.write([UInt8](repeating: 2, count: 8), at: 8)
            Issue.record("more fitted than there is room for")
        } catch { #expect(error.isOutOfSpace) }
        try file.write([3], at: 0)
        disk.setCapacity(100)
        try file.write([UInt8](repeating: 2, count: 8), at: 8)
        #expect(try file.size() == 16)
        #expect(try disk.freeSpace(at: "/d") == 84)
    }
}
