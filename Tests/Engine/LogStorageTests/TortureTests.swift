import LogStorage
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The log's part of the promises in numbers. `LEAT_TORTURE=1 swift test -c release -Xswiftc -enable-testing --filter TortureTests` runs every
/// byte, every bit and every call; without it a sample of each.
@Suite struct TortureTests {
    static let isWhole = getenv("LEAT_TORTURE") != nil

    /// One segment of 64 KiB.
    static func segment() throws -> (disk: SimulatedFileSystem, log: PartitionLog, path: String, ends: [(bytes: Int64, offset: Int64)]) {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        var ends: [(bytes: Int64, offset: Int64)] = [(0, 0)]
        var index = 0
        while log.sizeInBytes < 64 << 10 {
            let value = String(repeating: "x", count: min(900, max(0, (64 << 10) - Int(log.sizeInBytes) - 150)))
            _ = try log.append(batches: LogFixture.batch(["\(index) \(value)", "\(index).1"]), leaderEpoch: 0)
            ends.append((log.sizeInBytes, log.endOffset))
            index += 1
        }
        return (disk, log, FilePath.join(LogFixture.folder, "00000000000000000000.log"), ends)
    }

    @Test func truncatedAtEveryByte() throws {
        let (disk, log, path, ends) = try Self.segment()
        var count = 0
        for size in stride(from: 0, to: Int(log.sizeInBytes), by: Self.isWhole ? 1 : 97) {
            let torn = disk.afterKill()
            try torn.open(path, .write).truncate(to: Int64(size))
            let reopened = try LogFixture.open(torn)
            let kept = try #require(ends.last { $0.bytes <= Int64(size) })
            #expect(reopened.endOffset == kept.offset && reopened.recovery.bytesCut == Int64(size) - kept.bytes, "\(size)")
            count += 1
        }
        print("truncated at \(count) places: each cut at the last whole batch")
    }

    /// Every flipped bit below the recovery point is reported by a read; those of the leader epoch, which no checksum covers and no record
    /// depends on, by a verification.
    @Test func everyFlippedBitIsDetected() throws {
        let (disk, log, path, ends) = try Self.segment()
        let size = Int(log.sizeInBytes)
        let expected = try LogFixture.values(log)
        try log.close()
        var epochs = 0
        var found = 0
        for bit in stride(from: 0, to: size * 8, by: Self.isWhole ? 1 : 797) {
            let damaged = disk.afterKill()
            damaged.damage(path, at: bit / 8, mask: 1 << UInt8(bit % 8))
            let reopened = try LogFixture.open(damaged)
            #expect(reopened.endOffset == Int64(expected.count))
            let start = ends.last { $0.bytes <= Int64(bit / 8) }?.bytes ?? 0
            let first = ends.last { $0.bytes <= Int64(bit / 8) }?.offset ?? 0
            let isEpoch = (12..<16).contains(Int64(bit / 8) - start)
            var isReported = false
            do {
                let slice = try reopened.read(from: first, maxBytes: 1)
                if slice.firstOffset == first, isEpoch {
                    for record in try RecordBatchReader().records(in: Array(slice.bytes)) {
                        #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == expected[record.offset])
                    }
                }
            } catch LogError.corruptBatch { isReported = true }
            #expect(isReported != isEpoch, "bit \(bit)")
            if isEpoch {
                let findings = try LogInspector(folder: LogFixture.folder, fileSystem: damaged).verify().findings
                #expect(findings.map(\.severity) == [.damage], "bit \(bit)")
                epochs += 1
            } else {
                found += 1
            }
        }
        print("\(found) flipped bits reported by a read, \(epochs) of leader epochs by a verification")
    }

    static let kinds: [(SimulatedOperation?, Int32)] = [
        (.write, ErrorNumber.inputOutput), (.write, ErrorNumber.noSpace), (.synchronizeData, ErrorNumber.inputOutput), (.read, ErrorNumber.inputOutput),
        (.rename, ErrorNumber.inputOutput), (nil, ErrorNumber.inputOutput),
    ]

    @Test(arguments: 0..<kinds.count) func theKthCallFails(kind: Int) throws {
        let (operation, error) = Self.kinds[kind]
        var runs = 0
        for call in stride(from: 1, to: Self.isWhole ? 1700 : 120, by: Self.isWhole ? 1 : 11) {
            var random = SeededGenerator(seed: UInt64(call % 10))
            let disk = SimulatedFileSystem()
            disk.fail(call: call, with: error, only: operation)
            let run = CrashTests.work(&random, on: disk, steps: 40)
            try CrashTests.check(run, after: disk.crash(seed: UInt64(call)), "\(operation?.rawValue ?? "any") \(error), call \(call)")
            runs += 1
        }
        print("\(operation?.rawValue ?? "any call") failing with \(error): \(runs) runs")
    }

    /// Twelve mistakes put in on purpose: the harness must notice each.
    @Test(arguments: BuggyFileSystem.Bug.allCases) func seededBugsAreCaught(bug: BuggyFileSystem.Bug) throws {
        var caught: String?
        var seed: UInt64 = 0
        while caught == nil, seed < 400 {
            caught = Self.violation(bug, seed: seed)
            seed += 1
        }
        #expect(caught != nil, "\(bug) was not noticed")
        print("\(bug): noticed at seed \(seed - 1): \((caught ?? "").prefix(160))")
    }

    /// Without a mistake the same harness is content.
    @Test(arguments: 0..<60) func theHarnessIsContentWithoutBugs(seed: Int) throws {
        #expect(Self.violation(nil, seed: UInt64(seed)) == nil)
    }

    /// What is wrong after random work with `bug` and a crash; `nil` for nothing.
    static func violation(_ bug: BuggyFileSystem.Bug?, seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed &* 77 &+ 5)
        let disk = SimulatedFileSystem()
        let system: any FileSystem = bug.map { BuggyFileSystem(inner: disk, bug: $0) } ?? disk
        let settings = CompactionTests.settings.merging(["segment.bytes": "1024"]) { $1 }
        let clock = ManualTimeSource()
        var appended: [Int64: String] = [:]
        var aborted: Set<Int64> = []
        var durable: Int64 = 0
        var start: Int64 = 0
        do {
            var log = try LogFixture.open(system, settings, clock: clock)
            for step in 0..<60 {
                clock.advance(milliseconds: 700)
                switch Int.random(in: 0..<14, using: &random) {
                case 0..<6:
                    let value = "\(step) " + String(repeating: "y", count: Int.random(in: 0...90, using: &random))
                    appended[log.endOffset] = value
                    _ = try log.append(batches: CompactionTests.record("k\(log.endOffset)", value), leaderEpoch: 0)
                case 6, 7:
                    let offset = log.endOffset
                    aborted.insert(offset)
                    _ = try log.append(
                        batches: CompactionTests.batch([("k\(offset)", "aborted")], producer: (1, Int16(step), 0), isTransactional: true), leaderEpoch: 0)
                    try log.appendEndTransactionMarker(producerId: 1, epoch: Int16(step), commit: false)
                case 8, 9: durable = try log.flush()
                case 10: _ = try log.compact(now: clock.wallMilliseconds(), force: true)
                case 11:
                    start = Int64.random(in: log.startOffset...log.highWatermark, using: &random)
                    try log.deleteRecords(before: start)
                case 12:
                    try log.close()
                    durable = log.endOffset
                    log = try LogFixture.open(system, settings, clock: clock)
                default:
                    // Killed: the end of the file is torn, as the kernel may leave it.
                    log = try LogFixture.open(system, settings, clock: clock)
                }
                durable = max(durable, log.highWatermark)
            }
            for round in 0..<4 {
                let found = round == 3 ? disk.afterKill() : disk.crash(seed: random.next())
                if let wrong = try verdict(found, settings, appended, aborted, durable: durable, start: start, torn: round == 2 ? bug : nil) { return wrong }
            }
        } catch { return "\(error)" }
        return nil
    }

    private static func verdict(
        _ disk: SimulatedFileSystem, _ settings: [String: String], _ appended: [Int64: String], _ aborted: Set<Int64>, durable: Int64, start: Int64,
        torn bug: BuggyFileSystem.Bug?
    ) throws -> String? {
        if let path = try disk.list(LogFixture.folder).last(where: { $0.hasSuffix(".log") }).map({ FilePath.join(LogFixture.folder, $0) }) {
            // A batch that was being written.
            try disk.open(path, .write).append(Array(repeating: 7, count: 30))
        }
        let system: any FileSystem = bug.map { BuggyFileSystem(inner: disk, bug: $0) } ?? disk
        let log = try LogFixture.open(system, settings)
        if !log.recovery.damage.isEmpty { return "damage: \(log.recovery.damage)" }
        if log.endOffset < durable { return "ends at \(log.endOffset), \(durable) was acknowledged" }
        if log.startOffset != start { return "starts at \(log.startOffset), not at \(start)" }
        let findings = try log.verify().findings
        if !findings.isEmpty { return "\(findings)" }
        let records = try CompactionTests.committed(log, maxBytes: 500)
        for record in records where appended[record.offset] != record.value || aborted.contains(record.offset) {
            return "offset \(record.offset) holds \(record.value ?? "nothing")"
        }
        let present = Set(records.map(\.offset))
        for offset in appended.keys where offset >= start && offset < min(durable, log.lastStableOffset) && !present.contains(offset) {
            return "offset \(offset) is gone"
        }
        _ = try log.append(batches: CompactionTests.record("next", "next"), leaderEpoch: 0)
        let again = try LogFixture.open(disk.afterKill(), settings)
        if again.endOffset != log.endOffset { return "a batch after recovery is gone" }
        return nil
    }
}
