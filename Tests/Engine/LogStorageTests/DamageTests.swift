import LogStorage
import Records
import SystemIO
import Testing

/// Bytes that a disk lost or changed.
@Suite struct DamageTests {
    static let settings = ["segment.bytes": "1200", "index.interval.bytes": "150", "retention.ms": "-1"]

    /// A closed log of several segments, and what is in it.
    static func closedLog() throws -> (disk: SimulatedFileSystem, values: [Int64: String]) {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, settings)
        for index in 0..<24 {
            let codec: CompressionCodec = index % 5 == 0 ? .zstd : .none
            let values = (0...index % 3).map { "value \(index).\($0) abcdefghij" }
            _ = try log.append(batches: LogFixture.batch(values, timestamp: Int64(1000 + index), compression: codec), leaderEpoch: 0)
        }
        try log.close()
        return (disk, try LogFixture.values(LogFixture.open(disk, settings)))
    }

    static func segments(_ disk: SimulatedFileSystem) throws -> [String] {
        try disk.list(LogFixture.folder).filter { $0.hasSuffix(".log") }.map { FilePath.join(LogFixture.folder, $0) }
    }

    /// What can be read, going on behind damage.
    static func readable(_ log: PartitionLog) throws -> (values: [Int64: String], corrupt: [(file: String, position: Int64)]) {
        var values: [Int64: String] = [:]
        var corrupt: [(file: String, position: Int64)] = []
        var offset = log.startOffset
        while offset < log.endOffset {
            do {
                let slice = try log.read(from: offset, maxBytes: 400, upTo: .logEnd)
                if slice.isEmpty { break }
                for record in try RecordBatchReader().records(in: Array(slice.bytes)) where record.offset >= offset {
                    values[record.offset] = record.value.map { String(decoding: $0, as: UTF8.self) }
                }
                offset = slice.nextOffset
            } catch LogError.corruptBatch(let file, let position, let resumeOffset, _) {
                corrupt.append((file, position))
                #expect(resumeOffset > offset)
                guard resumeOffset > offset else { break }
                offset = resumeOffset
            }
        }
        return (values, corrupt)
    }

    @Test func flippedBitsBelowTheRecoveryPointAreReportedAndNeverCut() throws {
        let (original, expected) = try Self.closedLog()
        let paths = try Self.segments(original)
        #expect(paths.count > 2)
        var random = SeededGenerator(seed: 5)
        for path in paths {
            let size = try original.readFile(path, limit: 1 << 20).count
            // Every byte of the first segment, and some of the others.
            for position in stride(from: 0, to: size, by: path == paths[0] ? 1 : 5) {
                let disk = original.afterKill()
                disk.damage(path, at: position, mask: 1 << UInt8.random(in: 0..<8, using: &random))
                let log = try LogFixture.open(disk, Self.settings)
                #expect(log.endOffset == Int64(expected.count), "\(path) \(position)")
                #expect(log.recovery.bytesCut == 0)
                let (found, corrupt) = try Self.readable(log)
                for (offset, value) in found { #expect(expected[offset] == value, "\(path) \(position)") }
                // Base offset and leader epoch are not under the checksum: an epoch may change unseen.
                let lost = expected.count - found.count
                #expect(lost <= 3, "\(path) \(position): \(lost) records lost")
                if lost > 0 {
                    #expect(corrupt.count == 1, "\(path) \(position)")
                    #expect(corrupt.allSatisfy { $0.file == path && $0.position <= Int64(position) })
                    #expect(try log.verify().findings.contains { $0.severity == .damage })
                }
                #expect(try disk.readFile(path, limit: 1 << 20).count == size)
            }
        }
    }

    @Test func aTornTailIsCutAtTheLastWholeBatch() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        var ends: [(bytes: Int64, offset: Int64)] = [(0, 0)]
        for index in 0..<12 {
            _ = try log.append(batches: LogFixture.batch((0...index % 3).map { "value \(index).\($0)" }), leaderEpoch: 0)
            ends.append((log.sizeInBytes, log.endOffset))
        }
        // Killed: nothing was flushed, so the recovery point is the log's start.
        let path = try Self.segments(disk)[0]
        let all = try LogFixture.values(log)
        for size in 0...Int(log.sizeInBytes) {
            let torn = disk.afterKill()
            try torn.open(path, .write).truncate(to: Int64(size))
            let reopened = try LogFixture.open(torn)
            let kept = try #require(ends.last { $0.bytes <= Int64(size) })
            #expect(reopened.endOffset == kept.offset)
            #expect(reopened.recovery.bytesCut == Int64(size) - kept.bytes)
            #expect(try LogFixture.values(reopened) == all.filter { $0.key < kept.offset })
            // What was kept is durable before it is served.
            #expect(try LogFixture.open(torn.crash(seed: UInt64(size))).endOffset == kept.offset)
        }
    }

    @Test func flippedBitsAboveTheRecoveryPointAreCut() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        for index in 0..<8 { _ = try log.append(batches: LogFixture.batch(["value \(index)"]), leaderEpoch: 0) }
        let path = try Self.segments(disk)[0]
        let all = try LogFixture.values(log)
        for bit in 0..<Int(log.sizeInBytes) * 8 {
            let torn = disk.afterKill()
            torn.damage(path, at: bit / 8, mask: 1 << UInt8(bit % 8))
            let reopened = try LogFixture.open(torn)
            for (offset, value) in try LogFixture.values(reopened) where all[offset] != nil {
                #expect(all[offset] == value)
            }
            // Only what is not under the checksum can pass: the leader epoch, and a base offset that is moved up.
            let place = bit / 8 % (Int(log.sizeInBytes) / 8)
            if place >= 16 { #expect(reopened.endOffset == Int64(bit / 8 / (Int(log.sizeInBytes) / 8)), "bit \(bit)") }
        }
    }

    @Test func indexesAreDerived() throws {
        let (original, expected) = try Self.closedLog()
        let names = try original.list(LogFixture.folder).filter { $0.hasSuffix("index") }
        var random = SeededGenerator(seed: 6)
        for name in names {
            let path = FilePath.join(LogFixture.folder, name)
            let size = try original.readFile(path, limit: 1 << 20).count
            for position in 0..<size {
                let disk = original.afterKill()
                disk.damage(path, at: position, mask: 1 << UInt8.random(in: 0..<8, using: &random))
                try Self.expectWhole(disk, expected, "\(name) \(position)")
            }
            let disk = original.afterKill()
            try disk.remove(path)
            try Self.expectWhole(disk, expected, "\(name) removed")
        }
    }

    static func expectWhole(_ disk: SimulatedFileSystem, _ expected: [Int64: String], _ comment: Comment) throws {
        let log = try LogFixture.open(disk, settings)
        #expect(log.endOffset == Int64(expected.count), comment)
        #expect(try LogFixture.values(log) == expected, comment)
        for offset in stride(from: Int64(0), to: log.endOffset, by: 7) {
            let slice = try log.read(from: offset, maxBytes: 1, upTo: .logEnd)
            #expect(slice.firstOffset <= offset && slice.nextOffset > offset, comment)
        }
    }

    @Test func aBatchInsideARecordIsNotTakenForOne() throws {
        // The content of a record is a whole batch that fits; the batch around it is then damaged.
        var inner = try LogFixture.batch(["invented"])
        try inner.withUnsafeMutableBytes { try RecordBatchOverwrite.assign(baseOffset: 1, leaderEpoch: 0, in: $0) }
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        _ = try log.append(batches: LogFixture.batch(["first"]), leaderEpoch: 0)
        let start = Int(log.sizeInBytes)
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: inner + inner, timestamp: 0)
        _ = try log.append(batches: builder.finish(), leaderEpoch: 0)
        _ = try log.append(batches: LogFixture.batch(["last"]), leaderEpoch: 0)
        try log.close()
        for position in [8, 9, 10, 11, 16, 17, 30, 61] {
            let damaged = disk.afterKill()
            damaged.damage(try Self.segments(disk)[0], at: start + position, mask: 0x40)
            let (values, corrupt) = try Self.readable(LogFixture.open(damaged))
            #expect(values == [0: "first", 2: "last"], "byte \(position)")
            #expect(corrupt.count == 1)
        }
    }

    @Test func aSmallFileThatCannotBeReadIsNotGuessed() throws {
        let (disk, _) = try Self.closedLog()
        try disk.remove(FilePath.join(LogFixture.folder, "clean-shutdown"))
        try disk.replaceFile(FilePath.join(LogFixture.folder, "recovery-point"), with: Array("0\n48\ncrc32c 00000000\n".utf8))
        #expect(throws: LogError.self) { try LogFixture.open(disk, Self.settings) }
    }

    @Test func missingDurableRecordsAreReported() throws {
        let (disk, expected) = try Self.closedLog()
        let last = try #require(try Self.segments(disk).last)
        try disk.open(last, .write).truncate(to: 0)
        let log = try LogFixture.open(disk, Self.settings)
        #expect(!log.recovery.damage.isEmpty)
        // Their offsets are not given out again.
        #expect(log.endOffset == Int64(expected.count))
        #expect(try log.append(batches: LogFixture.batch(["next"]), leaderEpoch: 0).baseOffset == Int64(expected.count))
        let found = try Self.readable(log).values
        for (offset, value) in found where offset < Int64(expected.count) { #expect(expected[offset] == value) }
        #expect(found[Int64(expected.count)] == "next")
    }
}
