import LogStorage
import Records
import SystemIO
import Testing

@Suite struct PartitionLogTests {
    @Test func appendsAndReads() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, ["segment.bytes": "2000"])
        var expected: [Int64: String] = [:]
        for index in 0..<200 {
            let values = (0...index % 3).map { "value \(index) \($0)" }
            let result = try log.append(batches: LogFixture.batch(values), leaderEpoch: 1)
            for (delta, value) in values.enumerated() { expected[result.baseOffset + Int64(delta)] = value }
            #expect(result.lastOffset == result.baseOffset + Int64(values.count) - 1)
        }
        #expect(log.segmentCount > 5)
        #expect(log.highWatermark == 0)
        #expect(try log.read(from: 0, maxBytes: 100).isEmpty)
        #expect(try log.flush() == log.endOffset)
        #expect(log.highWatermark == log.endOffset)
        #expect(try LogFixture.values(log) == expected)
        #expect(try LogFixture.values(log, maxBytes: 1) == expected)
        for offset in expected.keys {
            let slice = try log.read(from: offset, maxBytes: 1)
            #expect(slice.firstOffset <= offset && slice.nextOffset > offset)
        }
        try log.close()
        let again = try LogFixture.open(disk, ["segment.bytes": "2000"])
        #expect(again.recovery.wasClean)
        #expect(again.recovery.indexesRebuilt == 0)
        #expect(try LogFixture.values(again) == expected)
        #expect(again.endOffset == log.endOffset)
    }

    @Test func killedProcessKeepsEverything() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk, ["segment.bytes": "2000"])
        for index in 0..<100 { _ = try log.append(batches: LogFixture.batch(["v\(index)"]), leaderEpoch: 1) }
        let again = try LogFixture.open(disk.afterKill(), ["segment.bytes": "2000"])
        #expect(again.endOffset == 100)
        #expect(again.recovery.batchesChecked == 100)
        #expect(try LogFixture.values(again).count == 100)
    }

    @Test func idempotentProducers() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        let first = try LogFixture.batch(["a", "b"], producer: (1, 0, 0))
        let second = try LogFixture.batch(["c"], producer: (1, 0, 2))
        #expect(try log.append(batches: first, leaderEpoch: 0).baseOffset == 0)
        #expect(try log.append(batches: second, leaderEpoch: 0).baseOffset == 2)
        let repeated = try log.append(batches: first, leaderEpoch: 0)
        #expect(repeated.isDuplicate && repeated.baseOffset == 0 && repeated.lastOffset == 1)
        #expect(throws: LogError.outOfOrderSequence(producerId: 1, epoch: 0, expected: 3, found: 5)) {
            try log.append(batches: LogFixture.batch(["x"], producer: (1, 0, 5)), leaderEpoch: 0)
        }
        _ = try log.append(batches: LogFixture.batch(["d"], producer: (1, 1, 0)), leaderEpoch: 0)
        #expect(throws: LogError.fencedProducer(producerId: 1, epoch: 0, currentEpoch: 1)) {
            try log.append(batches: LogFixture.batch(["x"], producer: (1, 0, 3)), leaderEpoch: 0)
        }
        try log.close()
        let again = try LogFixture.open(disk)
        #expect(try again.append(batches: LogFixture.batch(["d"], producer: (1, 1, 0)), leaderEpoch: 0).isDuplicate)
        #expect(again.endOffset == 4)
    }

    @Test func transactions() throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        _ = try log.append(batches: LogFixture.batch(["plain"]), leaderEpoch: 0)
        _ = try log.append(batches: LogFixture.batch(["t1"], producer: (5, 0, 0), isTransactional: true), leaderEpoch: 0)
        _ = try log.append(batches: LogFixture.batch(["t2"], producer: (6, 0, 0), isTransactional: true), leaderEpoch: 0)
        try log.flush()
        #expect(log.lastStableOffset == 1)
        #expect(log.ongoingTransactions.map(\.producerId) == [5, 6])
        try log.appendEndTransactionMarker(producerId: 5, epoch: 0, commit: false)
        try log.flush()
        #expect(log.lastStableOffset == 2)
        try log.appendEndTransactionMarker(producerId: 6, epoch: 0, commit: true)
        #expect(log.lastStableOffset == 2)
        try log.flush()
        #expect(log.lastStableOffset == 5)
        let slice = try log.read(from: 0, maxBytes: 1 << 20, upTo: .lastStableOffset)
        #expect(slice.abortedTransactions.map(\.producerId) == [5])
        #expect(slice.abortedTransactions.map(\.firstOffset) == [1])
        for disk in [disk.afterKill(), disk.crash(seed: 3)] {
            let again = try LogFixture.open(disk)
            #expect(again.lastStableOffset == 5)
            #expect(try again.read(from: 0, maxBytes: 1 << 20, upTo: .lastStableOffset).abortedTransactions == slice.abortedTransactions)
        }
    }
}
