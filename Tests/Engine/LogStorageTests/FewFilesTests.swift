import Records
import SystemIO
import Testing

@testable import LogStorage

/// Many logs, few open files; nothing is read that need not be.
@Suite struct FewFilesTests {
    static func system() throws -> (SimulatedFileSystem, FileDescriptorCache) {
        let disk = SimulatedFileSystem()
        return (disk, FileDescriptorCache(fileSystem: disk, limit: 8))
    }

    static func open(_ number: Int, _ disk: SimulatedFileSystem, _ descriptors: FileDescriptorCache) throws -> PartitionLog {
        try PartitionLog(
            folder: "/data/\(number)", fileSystem: disk, clock: ManualTimeSource(), configuration: LogConfiguration(settings: ["segment.bytes": "2000"]),
            descriptors: descriptors)
    }

    @Test func manyLogsShareFewFiles() throws {
        let (disk, descriptors) = try Self.system()
        let logs = try (0..<40).map { try Self.open($0, disk, descriptors) }
        var random = SeededGenerator(seed: 3)
        var expected: [Int: [Int64: String]] = [:]
        for step in 0..<1500 {
            let number = Int.random(in: 0..<40, using: &random)
            let offset = try logs[number].append(batches: LogFixture.batch(["\(number) \(step)"]), leaderEpoch: 0).baseOffset
            expected[number, default: [:]][offset] = "\(number) \(step)"
            if step % 10 == 0 { try logs[number].flush() }
            if step % 50 == 0 { logs[number].releaseMemory() }
            // What is not synced stays open, up to twice the limit.
            #expect(descriptors.openCount <= 2 * 8 + 1)
        }
        for log in logs { try log.flush() }
        for number in 0..<40 {
            #expect(try LogFixture.values(logs[number]) == expected[number] ?? [:])
            #expect(try logs[number].verify().findings.isEmpty)
        }
        #expect(descriptors.openCount <= 8)
        for number in 0..<40 {
            let found = try Self.open(number, disk.crash(seed: UInt64(number)), FileDescriptorCache(fileSystem: disk))
            #expect(found.endOffset == logs[number].endOffset)
        }
    }

    @Test func anEmptyLogIsOneFolder() throws {
        let (disk, descriptors) = try Self.system()
        let before = disk.callCount
        let log = try Self.open(1, disk, descriptors)
        #expect(disk.callCount - before < 12)
        #expect(try disk.list("/data/1").isEmpty)
        try log.close()
        #expect(try disk.list("/data/1").isEmpty)
        #expect(try Self.open(1, disk, descriptors).endOffset == 0)
    }

    @Test func aLogThatWasClosedWellIsOpenedWithOneRead() throws {
        let (disk, descriptors) = try Self.system()
        let log = try Self.open(1, disk, descriptors)
        for index in 0..<200 { _ = try log.append(batches: LogFixture.batch(["v\(index)"], producer: (4, 0, Int32(index))), leaderEpoch: Int32(index / 70)) }
        let values = try LogFixture.values(log)
        try log.close()
        let before = disk.callCount
        let again = try Self.open(1, disk, descriptors)
        #expect(disk.callCount - before <= 4 && again.segmentCount > 3)
        #expect(again.recovery.wasClean && again.latestLeaderEpoch == 2 && again.activeProducers.map(\.lastSequence) == [199])
        #expect(try LogFixture.values(again) == values)
        // Opened and closed without a change: the note stays. With one: it is made anew.
        try again.close()
        let third = try Self.open(1, disk, descriptors)
        _ = try third.append(batches: LogFixture.batch(["v200"], producer: (4, 0, 200)), leaderEpoch: 2)
        #expect(try !disk.fileExists("/data/1/clean-shutdown"))
        #expect(try Self.open(1, disk.afterKill(), FileDescriptorCache(fileSystem: disk.afterKill())).endOffset == 201)
        try third.close()
        #expect(try Self.open(1, disk.crash(seed: 9), FileDescriptorCache(fileSystem: disk.crash(seed: 9))).endOffset == 201)
    }

    /// The note of a clean shutdown may come back from the dead with a crash: it is believed only where nothing was acknowledged since.
    @Test(arguments: 0..<200) func aStaleNoteIsNotBelieved(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let (disk, descriptors) = try Self.system()
        let log = try Self.open(1, disk, descriptors)
        for index in 0..<20 { _ = try log.append(batches: LogFixture.batch(["v\(index)"]), leaderEpoch: 0) }
        try log.close()
        let again = try Self.open(1, disk, descriptors)
        var durable = again.endOffset
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            _ = try again.append(batches: LogFixture.batch(["v\(again.endOffset)"]), leaderEpoch: 0)
            if Int.random(in: 0..<6, using: &random) == 0 { durable = try again.flush() }
            if Int.random(in: 0..<20, using: &random) == 0 { try again.deleteRecords(before: Int64.random(in: again.startOffset...durable, using: &random)) }
        }
        for _ in 0..<5 {
            let found = disk.crash(seed: random.next())
            let third = try Self.open(1, found, FileDescriptorCache(fileSystem: found))
            #expect(third.endOffset >= durable && third.startOffset == again.startOffset)
            for (offset, value) in try LogFixture.values(third) { #expect(value == "v\(offset)") }
        }
    }

    @Test func appendsInPlace() throws {
        let (disk, descriptors) = try Self.system()
        let log = try Self.open(1, disk, descriptors)
        var bytes = try LogFixture.batch(["a"], producer: (1, 0, 0)) + LogFixture.batch(["b"], producer: (1, 0, 1))
        #expect(try bytes.withUnsafeMutableBytes { try log.append(batches: $0, leaderEpoch: 7) }.lastOffset == 1)
        #expect(try Array(log.read(from: 0, maxBytes: 1000, upTo: .logEnd).bytes) == bytes)
        // One that was there, and one that was not.
        var mixed = try LogFixture.batch(["b"], producer: (1, 0, 1)) + LogFixture.batch(["c"], producer: (1, 0, 2))
        let result = try mixed.withUnsafeMutableBytes { try log.append(batches: $0, leaderEpoch: 7) }
        #expect(result.baseOffset == 1 && result.lastOffset == 2 && !result.isDuplicate)
        #expect(try LogFixture.values(log) == [0: "a", 1: "b", 2: "c"])
    }

    @Test func regionsAreWhatReadsAnswer() throws {
        let (disk, descriptors) = try Self.system()
        let log = try Self.open(1, disk, descriptors)
        var random = SeededGenerator(seed: 11)
        for index in 0..<300 {
            let value = String(repeating: "x", count: Int.random(in: 0...(index % 40 == 0 ? 3000 : 80), using: &random))
            _ = try log.append(batches: LogFixture.batch(["\(index) \(value)"]), leaderEpoch: 0)
        }
        try log.flush()
        try log.close()
        let again = try Self.open(1, disk, descriptors)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 5000, alignment: 8)
        defer { buffer.deallocate() }
        for _ in 0..<2000 {
            let offset = Int64.random(in: 0...again.endOffset, using: &random)
            let maxBytes = Int.random(in: 0...4000, using: &random)
            let slice = try again.read(from: offset, maxBytes: maxBytes)
            let region = try again.region(from: offset, maxBytes: maxBytes)
            #expect(region.byteCount == slice.byteCount && region.nextOffset == slice.nextOffset && region.firstOffset == slice.firstOffset)
            let bytes = try region.file?.read(count: region.byteCount, at: region.position) ?? []
            #expect(bytes == Array(slice.bytes))
            #expect(region.byteCount <= maxBytes || region.nextOffset == offset + 1)
            let strict = try again.region(from: offset, maxBytes: maxBytes, minOneBatch: false)
            #expect(strict.byteCount <= maxBytes)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<max(1, maxBytes)])
            let read = try again.read(into: part, from: offset)
            if read.byteCount <= part.count {
                let same = try again.read(from: offset, maxBytes: part.count)
                #expect(part[..<read.byteCount].elementsEqual(same.bytes))
            }
        }
    }

    @Test func timestampsTooFarFromTheClockAreRefused() throws {
        let clock = ManualTimeSource(wallMilliseconds: 1_000_000)
        let settings = ["message.timestamp.before.max.ms": "5000", "message.timestamp.after.max.ms": "100"]
        let log = try LogFixture.open(SimulatedFileSystem(), settings, clock: clock)
        for time in [Int64(994_999), 1_000_101] {
            #expect(throws: LogError.self) { try log.append(batches: LogFixture.batch(["x"], timestamp: time), leaderEpoch: 0) }
        }
        for time in [Int64(995_000), 1_000_100] { _ = try log.append(batches: LogFixture.batch(["x"], timestamp: time), leaderEpoch: 0) }
        log.reconfigure(try LogConfiguration(settings: ["max.message.bytes": "10", "inert.key": "1"], ignoring: ["inert.key"]))
        #expect(throws: LogError.self) { try log.append(batches: LogFixture.batch(["x"], timestamp: 1), leaderEpoch: 0) }
        log.reconfigure(try LogConfiguration(settings: ["flush.policy": "never"]))
        #expect(log.highWatermark == 2)
        _ = try log.append(batches: LogFixture.batch(["x"], timestamp: 1), leaderEpoch: 0)
        #expect(log.highWatermark == 3)
    }
}
