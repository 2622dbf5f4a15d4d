import LogStorage
import Records
import SystemIO
import Testing

/// Readers beside a writer, a flusher and retention: each sees whole batches in order, and nothing that is not durable.
@Suite struct ConcurrencyTests {
    @Test func readersBesideAWriter() async throws {
        let log = try LogFixture.open(SimulatedFileSystem(), ["segment.bytes": "4000", "retention.bytes": "20000", "retention.ms": "-1"])
        let total: Int64 = 900
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var next: Int64 = 0
                while next < total {
                    let base = next
                    let values = (0..<3).map { "value \(base + Int64($0))" }
                    next = try log.append(batches: LogFixture.batch(values), leaderEpoch: 0).lastOffset + 1
                    if next % 7 == 0 { try log.flush() }
                    if next % 60 == 0 { try log.applyRetention(now: 0) }
                    await Task.yield()
                }
                try log.flush()
            }
            group.addTask {
                while log.endOffset < total {
                    let flushed = try log.flush()
                    #expect(log.highWatermark >= flushed)
                    await Task.yield()
                }
            }
            for reader in 0..<3 {
                group.addTask {
                    var offset: Int64 = 0
                    while offset < total {
                        do {
                            let slice = try log.read(from: offset, maxBytes: 100 + 700 * reader)
                            for record in try RecordBatchReader().records(in: Array(slice.bytes)) where record.offset >= offset {
                                #expect(record.value == Array("value \(record.offset)".utf8))
                                #expect(record.offset < slice.highWatermark)
                            }
                            offset = slice.nextOffset
                        } catch LogError.offsetOutOfRange(_, let start, _) {
                            // Retention was faster.
                            #expect(start > offset)
                            offset = max(offset, start)
                        }
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(log.endOffset == total)
    }

    @Test func oneSyncServesAllWhoWait() async throws {
        let disk = SimulatedFileSystem()
        let log = try LogFixture.open(disk)
        for index in 0..<100 { _ = try log.append(batches: LogFixture.batch(["v\(index)"]), leaderEpoch: 0) }
        let before = disk.callCount
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { #expect((try? log.flush()) == 100) } }
        }
        #expect(disk.callCount - before < 10)
    }

    /// Appends that come while a sync runs are not acknowledged by it: neither the high watermark nor the recovery point
    /// may cover them.
    @Test func crashesWhileAppendsRaceWithSyncs() async throws {
        let disk = SimulatedFileSystem()
        let clock = ManualTimeSource()
        let settings = ["segment.bytes": "3000", "retention.ms": "-1"]
        let log = try LogFixture.open(disk, settings, clock: clock)
        let total: Int64 = 1500
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while log.endOffset < total {
                    _ = try log.append(batches: LogFixture.batch(["value \(log.endOffset)"]), leaderEpoch: 0)
                    if log.endOffset % 16 == 0 { await Task.yield() }
                }
            }
            group.addTask {
                while log.highWatermark < total {
                    // Every flush writes the recovery point.
                    clock.advance(milliseconds: 2000)
                    try log.flush()
                    await Task.yield()
                }
            }
            group.addTask {
                var seed: UInt64 = 0
                while log.highWatermark < total, seed < 60 {
                    let acknowledged = log.highWatermark
                    let again = try LogFixture.open(disk.crash(seed: seed), settings)
                    #expect(again.recovery.damage.isEmpty, "seed \(seed)")
                    #expect(again.endOffset >= acknowledged, "seed \(seed)")
                    seed += 1
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
    }
}
