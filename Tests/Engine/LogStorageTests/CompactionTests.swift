import LogStorage
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Compaction beside a model: whoever folds the committed records by key gets the same table before and after, at whatever moment a crash comes.
@Suite struct CompactionTests {
    static let settings = [
        "cleanup.policy": "compact", "segment.bytes": "1500", "index.interval.bytes": "200", "retention.ms": "-1",
        "delete.retention.ms": "5000", "min.cleanable.dirty.ratio": "0.01", "message.timestamp.after.max.ms": "9000000000000",
    ]

    static func record(_ key: String?, _ value: String?, time: Int64 = 1, producer: (id: Int64, epoch: Int16, sequence: Int32)? = nil) throws -> [UInt8] {
        try batch([(key, value)], time: time, producer: producer)
    }

    static func batch(
        _ records: [(key: String?, value: String?)], time: Int64 = 1, producer: (id: Int64, epoch: Int16, sequence: Int32)? = nil,
        isTransactional: Bool = false, compression: CompressionCodec = .none
    ) throws -> [UInt8] {
        let builder = RecordBatchBuilder(compression: compression)
        if let producer {
            builder.producerId = producer.id
            builder.producerEpoch = producer.epoch
            builder.baseSequence = producer.sequence
        }
        builder.isTransactional = isTransactional
        for (key, value) in records {
            try builder.append(key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) }, timestamp: time)
        }
        return try builder.finish()
    }

    /// Every committed record from the start on, by offset; checks the form of what is read.
    static func committed(_ log: PartitionLog, maxBytes: Int = 1 << 16) throws -> [(offset: Int64, key: String?, value: String?)] {
        let reader = RecordBatchReader()
        var found: [(Int64, String?, String?)] = []
        var offset = log.startOffset
        var last: Int64 = -1
        while offset < log.lastStableOffset {
            let slice = try log.read(from: offset, maxBytes: maxBytes, upTo: .lastStableOffset)
            #expect(slice.nextOffset > offset)
            guard slice.nextOffset > offset else { return found }
            var aborted: [Int64: Bool] = [:]
            var pending = slice.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }
            let bytes = Array(slice.bytes)
            var position = 0
            while position < bytes.count {
                let rest = Array(bytes[position...])
                let header = try RecordBatchHeader(checking: rest.span.bytes)
                #expect(header.baseOffset > last && header.recordCount <= header.lastOffsetDelta + 1)
                last = header.lastOffset
                while let next = pending.first, next.firstOffset <= header.lastOffset {
                    aborted[next.producerId] = true
                    pending.removeFirst()
                }
                let isAborted = header.attributes.isTransactional && aborted[header.producerId] == true
                try reader.forEachRecord(in: rest.span.bytes) { record in
                    if header.attributes.isControl {
                        if let marker = try EndTransactionMarker(record), !marker.isCommit { aborted[header.producerId] = false }
                    } else if !isAborted, record.offset >= offset {
                        let copy = record.copy()
                        found.append(
                            (copy.offset, copy.key.map { String(decoding: $0, as: UTF8.self) }, copy.value.map { String(decoding: $0, as: UTF8.self) }))
                    }
                }
                position += header.byteCount
            }
            offset = slice.nextOffset
        }
        return found
    }

    /// The table that a reader folds, without the keys that are gone.
    static func table(_ records: [(offset: Int64, key: String?, value: String?)]) -> [String: String] {
        var table: [String: String] = [:]
        for record in records { if let key = record.key { table[key] = record.value } }
        return table
    }

    @Test func theLastValueOfEachKeyStays() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualTimeSource()
        let log = try LogFixture.open(disk, Self.settings, clock: clock)
        for index in 0..<200 { _ = try log.append(batches: Self.record("k\(index % 7)", "v\(index)"), leaderEpoch: 0) }
        try log.flush()
        let before = log.sizeInBytes
        let report = try #require(try log.compact(now: clock.wallMilliseconds()))
        #expect(report.bytesAfter < report.bytesBefore && log.sizeInBytes < before)
        let records = try Self.committed(log)
        #expect(Self.table(records).count == 7)
        #expect(records.count < 60)
        for record in records { #expect(record.value == "v\(record.offset)") }
        // Every offset can still be asked for.
        for offset in 0..<log.endOffset {
            let slice = try log.read(from: offset, maxBytes: 100)
            #expect(slice.nextOffset > offset)
            let region = try log.region(from: offset, maxBytes: 100)
            #expect(region.byteCount == slice.byteCount && region.nextOffset == slice.nextOffset)
        }
        #expect(try log.verify().findings.isEmpty)
        #expect(try log.compact(now: clock.wallMilliseconds()) == nil)
        try log.close()
        let again = try LogFixture.open(disk, Self.settings, clock: clock)
        #expect(try Self.committed(again).map(\.offset) == records.map(\.offset))
        #expect(try Self.committed(LogFixture.open(disk.afterKill(), Self.settings)).map(\.offset) == records.map(\.offset))
    }

    @Test func recordsWithoutAKeyAreRefused() throws {
        let log = try LogFixture.open(SimulatedFileSystem(), Self.settings)
        #expect(throws: LogError.self) { try log.append(batches: Self.batch([("a", "1"), (nil, "2")]), leaderEpoch: 0) }
        #expect(log.endOffset == 0)
    }

    @Test func tombstonesStayForTheirTime() throws {
        let clock = ManualTimeSource()
        let log = try LogFixture.open(SimulatedFileSystem(), Self.settings, clock: clock)
        func fill(_ tag: String) throws {
            for index in 0..<40 { _ = try log.append(batches: Self.record("fill", "\(tag)\(index) " + String(repeating: "x", count: 60), time: 77), leaderEpoch: 0) }
            try log.flush()
        }
        _ = try log.append(batches: Self.batch([("gone", "1"), ("stays", "1")], time: 77, compression: .zstd), leaderEpoch: 0)
        _ = try log.append(batches: Self.batch([("gone", nil), ("other", "2")], time: 77, compression: .zstd), leaderEpoch: 0)
        try fill("a")
        _ = try log.compact(now: clock.wallMilliseconds())
        #expect(try Self.committed(log).contains { $0.key == "gone" && $0.value == nil })
        #expect(try !Self.committed(log).contains { $0.key == "gone" && $0.value != nil })
        // The horizon is in the batch, and times are still the producer's.
        let slice = try log.read(from: 3, maxBytes: 1)
        let header = try RecordBatchHeader(checking: Array(slice.bytes).span.bytes)
        #expect(header.attributes.hasDeleteHorizon && header.firstTimestamp == clock.wallMilliseconds() + 5000)
        #expect(try RecordBatchReader().records(in: Array(slice.bytes)).map(\.timestamp).allSatisfy { $0 == 77 })
        clock.advance(milliseconds: 4999)
        try fill("b")
        _ = try log.compact(now: clock.wallMilliseconds())
        #expect(try Self.committed(log).contains { $0.key == "gone" })
        clock.advance(milliseconds: 1)
        try fill("c")
        _ = try log.compact(now: clock.wallMilliseconds())
        #expect(try !Self.committed(log).contains { $0.key == "gone" })
        #expect(try Self.committed(log).filter { $0.key != "fill" }.map(\.key) == ["stays", "other"])
    }

    @Test func keysThatDoNotFitTakeSeveralPasses() throws {
        let log = try LogFixture.open(SimulatedFileSystem(), Self.settings.merging(["segment.bytes": "100000"]) { $1 })
        // 64 KiB hold 2,048 keys at three quarters full.
        for round in 0..<2 {
            for index in 0..<6000 where index % 3 != 2 || round == 0 {
                _ = try log.append(batches: Self.record("key \(index)", "\(round)"), leaderEpoch: 0)
            }
        }
        for index in 0..<1000 { _ = try log.append(batches: Self.record("last", "\(index) " + String(repeating: "x", count: 100)), leaderEpoch: 0) }
        try log.flush()
        let expected = Self.table(try Self.committed(log))
        let report = try #require(try log.compact(now: 0, memoryBytes: 64 << 10))
        #expect(report.passes > 2)
        let records = try Self.committed(log)
        #expect(Self.table(records) == expected)
        #expect(records.filter { $0.key?.hasPrefix("key") == true }.count == 6000)
    }

    @Test func youngRecordsAndOpenTransactionsStay() throws {
        let clock = ManualTimeSource()
        let settings = Self.settings.merging(["min.compaction.lag.ms": "1000"]) { $1 }
        let log = try LogFixture.open(SimulatedFileSystem(), settings, clock: clock)
        for index in 0..<60 { _ = try log.append(batches: Self.record("k", "\(index)", time: clock.wallMilliseconds()), leaderEpoch: 0) }
        try log.flush()
        #expect(try log.compact(now: clock.wallMilliseconds()) == nil)
        clock.advance(milliseconds: 1000)
        log.reconfigure(try LogConfiguration(settings: Self.settings))
        _ = try log.append(batches: Self.batch([("k", "t")], producer: (4, 0, 0), isTransactional: true), leaderEpoch: 0)
        for index in 0..<60 { _ = try log.append(batches: Self.record("k", "after \(index)"), leaderEpoch: 0) }
        try log.flush()
        let report = try #require(try log.compact(now: clock.wallMilliseconds()))
        #expect(report.cleanedUpTo <= 60)
        #expect(try Self.committed(log).map(\.offset).max() == 59)
    }

    @Test func aRecordThatWaitsTooLongEndsItsSegment() throws {
        let disk = SimulatedFileSystem()
        let clock = ManualTimeSource()
        let settings = Self.settings.merging(["max.compaction.lag.ms": "1000", "min.cleanable.dirty.ratio": "1"]) { $1 }
        let log = try LogFixture.open(disk, settings, clock: clock)
        for index in 0..<5 { _ = try log.append(batches: Self.record("k", "\(index)", time: clock.wallMilliseconds()), leaderEpoch: 0) }
        try log.flush()
        #expect(try log.compact(now: clock.wallMilliseconds()) == nil)
        clock.advance(milliseconds: 1001)
        #expect(try log.compact(now: clock.wallMilliseconds())?.recordsKept == 1)
        #expect(try Self.committed(log).map(\.offset) == [4])
        // The new segment has no file yet.
        try log.close()
        let again = try LogFixture.open(disk, settings, clock: clock)
        #expect(try again.append(batches: Self.record("k", "5"), leaderEpoch: 0).baseOffset == 5)
        #expect(try Self.committed(LogFixture.open(disk.afterKill(), settings, clock: clock)).map(\.offset) == [4, 5])
    }

    /// `LEAT_CRASH_SEEDS` as for CrashTests.
    static let seeds = 0..<(getenv("LEAT_CRASH_SEEDS").flatMap { Int(String(cString: $0)) } ?? 25)

    struct History {
        /// Committed records by offset, as appended; decided when their transaction is.
        var committed: [Int64: (key: String?, value: String?)] = [:]
        var durable: Int64 = 0
        var open: [Int64: (sequence: Int32, records: [Int64: (key: String?, value: String?)])] = [:]
        var failure: (any Error)?

        /// What a reader below `stable` folds.
        func table(below stable: Int64) -> [String: String] {
            CompactionTests.table(committed.filter { $0.key < stable }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.key, $0.value.value) })
        }
    }

    static func work(
        _ random: inout SeededGenerator, on disk: SimulatedFileSystem, clock: ManualTimeSource, steps: Int,
        checking: Bool
    ) -> History {
        var history = History()
        do {
            var log = try LogFixture.open(disk, settings, clock: clock)
            for step in 0..<steps {
                clock.advance(milliseconds: Int64.random(in: 0...900, using: &random))
                let records: [(key: String?, value: String?)] = (0..<Int.random(in: 1...4, using: &random)).map { number in
                    let value = "\(step).\(number) " + String(repeating: "x", count: Int.random(in: 0...120, using: &random))
                    return ("key \(Int.random(in: 0..<9, using: &random))", Int.random(in: 0..<5, using: &random) == 0 ? nil : value)
                }
                let codec = CompressionCodec.allCases.randomElement(using: &random) ?? .none
                let base = log.endOffset
                switch Int.random(in: 0..<20, using: &random) {
                case 0..<8:
                    for (delta, record) in records.enumerated() { history.committed[base + Int64(delta)] = record }
                    _ = try log.append(batches: batch(records, time: clock.wallMilliseconds(), compression: codec), leaderEpoch: 0)
                case 8..<12:
                    let id = Int64.random(in: 1...3, using: &random)
                    var producer = history.open[id] ?? (0, [:])
                    for (delta, record) in records.enumerated() { producer.records[base + Int64(delta)] = record }
                    _ = try log.append(
                        batches: batch(
                            records, time: clock.wallMilliseconds(), producer: (id, 0, producer.sequence), isTransactional: true,
                            compression: codec), leaderEpoch: 0)
                    producer.sequence += Int32(records.count)
                    history.open[id] = producer
                case 12..<15:
                    guard let id = history.open.keys.sorted().randomElement(using: &random), var producer = history.open[id],
                        !producer.records.isEmpty
                    else { continue }
                    let isCommit = Bool.random(using: &random)
                    if isCommit { history.committed.merge(producer.records) { $1 } }
                    producer.records = [:]
                    history.open[id] = producer
                    try log.appendEndTransactionMarker(producerId: id, epoch: 0, commit: isCommit)
                case 15, 16: history.durable = try log.flush()
                case 17:
                    guard checking else { continue }
                    try log.close()
                    history.durable = log.endOffset
                    log = try LogFixture.open(disk, settings, clock: clock)
                    #expect(log.recovery.wasClean)
                default:
                    _ = try log.compact(now: clock.wallMilliseconds(), memoryBytes: 1 << 20, force: Bool.random(using: &random))
                }
                if checking { try check(log, history, "step \(step)") }
            }
        } catch { history.failure = error }
        return history
    }

    static func check(_ log: PartitionLog, _ history: History, _ comment: Comment) throws {
        let records = try committed(log, maxBytes: 600)
        // Tombstones that are past their time may be gone: absence is the same.
        #expect(table(records) == history.table(below: log.lastStableOffset), comment)
        for record in records {
            let appended = history.committed[record.offset]
            #expect(appended.map { $0.key == record.key && $0.value == record.value } == true, "\(comment), offset \(record.offset)")
        }
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.offset < $1.offset }, comment)
    }

    @Test(arguments: seeds) func sameTable(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(5000 + seed))
        let disk = SimulatedFileSystem()
        let history = Self.work(&random, on: disk, clock: ManualTimeSource(), steps: 150, checking: true)
        #expect(history.failure == nil)
    }

    /// Producers go on with their sequence numbers after everything of theirs was compacted away, also over a restart without snapshots.
    @Test func sequencesSurvive() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, Self.settings)
        for index in 0..<5 { _ = try log.append(batches: Self.record("k", "\(index)", producer: (9, 2, Int32(index))), leaderEpoch: 0) }
        for index in 0..<60 { _ = try log.append(batches: Self.record("k", "x\(index)"), leaderEpoch: 0) }
        try log.flush()
        #expect(try log.compact(now: 1) != nil)
        for name in try disk.list(LogFixture.folder) where name.hasSuffix(".snapshot") { try disk.remove(FilePath.join(LogFixture.folder, name)) }
        try disk.remove(FilePath.join(LogFixture.folder, "leader-epoch-checkpoint"))
        let again = try LogFixture.open(disk.afterKill(), Self.settings)
        #expect(again.activeProducers.map(\.lastSequence) == [4])
        #expect(throws: LogError.self) { try again.append(batches: Self.record("k", "z", producer: (9, 2, 7)), leaderEpoch: 0) }
        #expect(try !again.append(batches: Self.record("k", "z", producer: (9, 2, 5)), leaderEpoch: 0).isDuplicate)
    }

    @Test(arguments: seeds) func crashes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(9000 + seed))
        let clock = ManualTimeSource()
        let disk = SimulatedFileSystem()
        if seed % 2 == 0 { disk.stop(atCall: Int.random(in: 100...1500, using: &random)) }
        let history = Self.work(&random, on: disk, clock: clock, steps: 100, checking: false)
        for crash in 0..<6 {
            let found = crash == 5 ? disk.afterKill() : disk.crash(seed: random.next())
            let log = try LogFixture.open(found, Self.settings, clock: clock)
            #expect(log.recovery.damage.isEmpty, "seed \(seed), crash \(crash): \(log.recovery.damage)")
            #expect(log.endOffset >= history.durable)
            let end = log.endOffset
            try Self.checkAfterCrash(log, history, end, "seed \(seed), crash \(crash)")
            // Only names that a log has.
            for name in try found.list(LogFixture.folder) { #expect(!name.hasSuffix(".cleaned") && !name.hasSuffix(".swap"), "\(name)") }
            let findings = try log.verify().findings
            #expect(findings.isEmpty, "seed \(seed), crash \(crash): \(findings), \(log.recovery)")
            _ = try log.append(batches: Self.record("after", "1"), leaderEpoch: 1)
            _ = try log.compact(now: clock.wallMilliseconds(), force: true)
            try Self.checkAfterCrash(log, history, end, "seed \(seed), crash \(crash), compacted")
        }
    }

    /// A transaction whose marker was lost is open: nothing at or after its start counts.
    static func checkAfterCrash(_ log: PartitionLog, _ history: History, _ end: Int64, _ comment: Comment) throws {
        let records = try committed(log).filter { $0.key != "after" }
        let stable = min(end, log.lastStableOffset)
        var found = table(records)
        found["after"] = nil
        #expect(found == history.table(below: stable), comment)
        for record in records {
            let appended = history.committed[record.offset]
            #expect(appended.map { $0.key == record.key && $0.value == record.value } == true, "\(comment), offset \(record.offset)")
        }
    }
}
