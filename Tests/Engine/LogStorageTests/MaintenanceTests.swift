import LogStorage
import Records
import SystemIO
import Testing

@Suite struct MaintenanceTests {
    @Test func retentionBySize() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, ["segment.bytes": "1100", "retention.bytes": "3000", "retention.ms": "-1"])
        for index in 0..<150 { _ = try log.append(batches: LogFixture.batch(["v\(index)"]), leaderEpoch: 0) }
        #expect(try log.applyRetention(now: 0) == 0)
        try log.flush()
        let reader = try log.read(from: 0, maxBytes: 100)
        #expect(!reader.isEmpty)
        #expect(try log.applyRetention(now: 0, keeping: 20) > 0)
        #expect(log.startOffset > 0 && log.startOffset <= 20)
        #expect(try log.applyRetention(now: 0) > 0)
        #expect(log.sizeInBytes >= 3000 && log.sizeInBytes < 4200)
        #expect(throws: LogError.offsetOutOfRange(requested: 0, start: log.startOffset, end: 150)) {
            try log.read(from: 0, maxBytes: 100)
        }
        #expect(try LogFixture.values(log).count == Int(150 - log.startOffset))
        let again = try LogFixture.open(disk.crash(seed: 1), ["segment.bytes": "1100"])
        #expect(again.startOffset == log.startOffset)
    }

    @Test func retentionByTime() throws {
        let clock = ManualTimeSource()
        let log = try LogFixture.open(
            SimulatedFileSystem(), ["segment.ms": "1000", "retention.ms": "5000", "flush.policy": "never"], clock: clock)
        for index in 0..<10 {
            _ = try log.append(batches: LogFixture.batch(["v\(index)"], timestamp: clock.wallMilliseconds()), leaderEpoch: 0)
            clock.advance(milliseconds: 1000)
        }
        #expect(log.segmentCount == 10)
        #expect(try log.applyRetention(now: clock.wallMilliseconds()) == 5)
        #expect(log.startOffset == 5)
        clock.advance(milliseconds: 100_000)
        #expect(try log.applyRetention(now: clock.wallMilliseconds()) == 4)
        #expect(try LogFixture.values(log) == [9: "v9"])
    }

    @Test func deletingRecordsMovesTheStart() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, ["segment.bytes": "1100"])
        for index in 0..<30 { _ = try log.append(batches: LogFixture.batch(["a\(index)", "b\(index)"]), leaderEpoch: 0) }
        #expect(throws: LogError.self) { try log.deleteRecords(before: 1) }
        try log.flush()
        try log.deleteRecords(before: 31)
        #expect(log.startOffset == 31)
        #expect(try LogFixture.values(log).keys.min() == 31)
        try log.deleteRecords(before: 60)
        #expect(log.startOffset == 60 && log.endOffset == 60)
        try log.close()
        let again = try LogFixture.open(disk)
        #expect(again.startOffset == 60)
        #expect(try again.append(batches: LogFixture.batch(["next"]), leaderEpoch: 0).baseOffset == 60)
    }

    @Test func truncating() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, ["segment.bytes": "1100"])
        for index in 0..<30 {
            _ = try log.append(batches: LogFixture.batch(["a\(index)", "b\(index)"], producer: (3, 0, Int32(index * 2))), leaderEpoch: Int32(index / 10))
        }
        try log.flush()
        try log.truncate(to: 41)
        #expect(log.endOffset == 40 && log.highWatermark == 40)
        #expect(log.latestLeaderEpoch == 1)
        #expect(log.endOffset(ofLeaderEpoch: 0)?.endOffset == 20)
        #expect(throws: LogError.outOfOrderSequence(producerId: 3, epoch: 0, expected: 40, found: 42)) {
            try log.append(batches: LogFixture.batch(["x"], producer: (3, 0, 42)), leaderEpoch: 2)
        }
        _ = try log.append(batches: LogFixture.batch(["x"], producer: (3, 0, 40)), leaderEpoch: 2)
        try log.flush()
        #expect(try LogFixture.values(log)[40] == "x")
        let again = try LogFixture.open(disk.crash(seed: 8))
        #expect(again.endOffset == 41)
        #expect(try LogFixture.values(again) == LogFixture.values(log))
        try again.truncate(to: 0)
        #expect(again.endOffset == 0)
        #expect(try again.append(batches: LogFixture.batch(["new"]), leaderEpoch: 9).baseOffset == 0)
    }

    @Test func offsetsByTime() throws {
        let log = try LogFixture.open(SimulatedFileSystem(), ["segment.bytes": "1500", "index.interval.bytes": "100"])
        var random = SeededGenerator(seed: 2)
        var times: [Int64] = []
        for _ in 0..<120 {
            let builder = RecordBatchBuilder(compression: Bool.random(using: &random) ? .lz4 : .none)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                times.append(1000 + Int64(times.count) * 10 + Int64.random(in: -80...80, using: &random))
                try builder.append(key: nil, value: "v", timestamp: times[times.count - 1])
            }
            _ = try log.append(batches: builder.finish(), leaderEpoch: 0)
        }
        try log.flush()
        for timestamp in stride(from: Int64(800), to: 1000 + Int64(times.count) * 10 + 200, by: 7) {
            let expected = times.firstIndex { $0 >= timestamp }
            let found = try log.offset(forTimestamp: timestamp)
            #expect(found?.offset == expected.map(Int64.init), "\(timestamp)")
            #expect(found?.timestamp == expected.map { times[$0] })
        }
        #expect(try log.latestTimestamp()?.timestamp == times.max())
        #expect(try log.latestTimestamp()?.offset == times.max().flatMap { times.firstIndex(of: $0) }.map(Int64.init))
    }

    @Test func lagInBytes() throws {
        let log = try LogFixture.open(SimulatedFileSystem(), ["segment.bytes": "1500"])
        var starts: [Int64] = []
        for index in 0..<80 {
            starts.append(log.sizeInBytes)
            _ = try log.append(batches: LogFixture.batch(["value \(index)", "b"]), leaderEpoch: 0)
        }
        for offset in 0..<160 {
            #expect(try log.byteCount(from: Int64(offset)) == log.sizeInBytes - starts[offset / 2])
        }
        #expect(try log.byteCount(from: 160) == 0)
    }

    @Test func aFailedSyncIsFinal() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        _ = try log.append(batches: LogFixture.batch(["durable"]), leaderEpoch: 0)
        try log.flush()
        _ = try log.append(batches: LogFixture.batch(["not"]), leaderEpoch: 0)
        disk.fail(call: 1, with: ErrorNumber.inputOutput, only: .synchronizeData)
        #expect(throws: SystemIOError.self) { try log.flush() }
        #expect(log.highWatermark == 1)
        #expect(log.offlineReason != nil)
        #expect(throws: LogError.self) { try log.flush() }
        #expect(throws: LogError.self) { try log.append(batches: LogFixture.batch(["x"]), leaderEpoch: 0) }
        #expect(try LogFixture.values(log, upTo: .highWatermark) == [0: "durable"])
        #expect(throws: LogError.self) { try log.close() }
        #expect(try LogFixture.open(disk.crash(seed: 4)).endOffset == 1)
    }

    @Test func aFullDiskThatHasRoomAgain() throws {
        let disk = SimulatedFileSystem(capacity: 6000)
        let log = try LogFixture.open(disk, ["segment.bytes": "1500"])
        var expected: [Int64: String] = [:]
        var refusals = 0
        for index in 0..<120 {
            if index == 90 { disk.setCapacity(1 << 20) }
            do {
                let result = try log.append(batches: LogFixture.batch(["value \(index)"]), leaderEpoch: 0)
                expected[result.baseOffset] = "value \(index)"
            } catch {
                refusals += 1
            }
        }
        #expect(refusals > 5 && expected.count > 60)
        #expect(try LogFixture.values(log) == expected)
        try log.flush()
        #expect(try LogFixture.values(LogFixture.open(disk.crash(seed: 2))) == expected)
    }

    @Test func policiesThatDoNotWait() throws {
        for policy in ["never", "interval:100ms"] {
            let disk = SimulatedFileSystem()
            let log = try LogFixture.open(disk, ["flush.policy": policy])
            _ = try log.append(batches: LogFixture.batch(["a", "b"]), leaderEpoch: 0)
            #expect(log.highWatermark == 2 && log.flushedOffset == 0)
            #expect(try LogFixture.open(disk.afterKill()).endOffset == 2)
            try log.flush()
            #expect(log.flushedOffset == 2)
            #expect(try LogFixture.open(disk.crash(seed: 3)).endOffset == 2)
        }
    }

    @Test func logAppendTime() throws {
        let clock = ManualTimeSource(wallMilliseconds: 5000)
        let log = try LogFixture.open(SimulatedFileSystem(), ["message.timestamp.type": "LogAppendTime"], clock: clock)
        let result = try log.append(batches: LogFixture.batch(["a", "b"], timestamp: 1, compression: .zstd), leaderEpoch: 0)
        #expect(result.logAppendTime == 5000)
        let slice = try log.read(from: 0, maxBytes: 1000, upTo: .logEnd)
        #expect(try RecordBatchReader().records(in: Array(slice.bytes)).map(\.timestamp) == [5000, 5000])
    }

    @Test func badAppendsAreRefusedWhole() throws {
        let log = try LogFixture.open(SimulatedFileSystem(), ["max.message.bytes": "200"])
        let good = try LogFixture.batch(["good"])
        var bad = good
        bad[70] ^= 1
        #expect(throws: LogError.self) { try log.append(batches: good + bad, leaderEpoch: 0) }
        #expect(throws: LogError.self) { try log.append(batches: good + good.dropLast(), leaderEpoch: 0) }
        #expect(throws: LogError.self) { try log.append(batches: [], leaderEpoch: 0) }
        #expect(throws: LogError.batchTooLarge(byteCount: 370, limit: 200)) {
            try log.append(batches: LogFixture.batch([String(repeating: "x", count: 300)]), leaderEpoch: 0)
        }
        let marker = try EndTransactionMarker(isCommit: true).batch(producerId: 1, producerEpoch: 0, timestamp: 0)
        #expect(throws: LogError.controlBatchRefused) { try log.append(batches: marker, leaderEpoch: 0) }
        #expect(log.endOffset == 0)
        #expect(try log.append(batches: good + good, leaderEpoch: 0).lastOffset == 1)
        #expect(try LogFixture.values(log) == [0: "good", 1: "good"])
    }
}
