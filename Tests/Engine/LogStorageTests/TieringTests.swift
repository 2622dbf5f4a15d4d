@testable import LogStorage
import ObjectStore
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Sealed segments in a remote store: nothing is lost whatever fails, and readers notice nothing.
@Suite struct TieringTests {
    static let settings = [
        "segment.bytes": "1500", "index.interval.bytes": "200", "retention.ms": "-1", "remote.storage.enable": "true",
        "local.retention.bytes": "2000",
    ]

    static func open(
        _ disk: SimulatedFileSystem, _ store: any RemoteSegmentStore, _ more: [String: String] = [:], cache: RemoteCache = RemoteCache(limitBytes: 16 << 10, pieceBytes: 1024),
        clock: any TimeSource = ManualTimeSource()
    ) throws -> PartitionLog {
        let log = try LogFixture.open(disk, settings.merging(more) { $1 }, clock: clock)
        try log.attachRemote(store, key: "topic/0", cache: cache)
        return log
    }

    static func fill(_ log: PartitionLog, from start: Int = 0, count: Int = 120) throws {
        for index in start..<start + count {
            _ = try log.append(batches: LogFixture.batch(["v\(log.endOffset)", "v\(log.endOffset + 1)"], timestamp: Int64(1000 + index)), leaderEpoch: Int32(index / 50))
        }
        try log.flush()
    }

    static func check(_ log: PartitionLog, from start: Int64 = 0, maxBytes: Int = 700) throws {
        #expect(log.startOffset == start)
        let values = try LogFixture.values(log, maxBytes: maxBytes)
        #expect(values.count == Int(log.endOffset - start))
        for (offset, value) in values { #expect(value == "v\(offset)") }
    }

    @Test func readsFallThrough() throws {
        let disk = SimulatedFileSystem()
        let store = MemoryStore()
        let cache = RemoteCache(limitBytes: 16 << 10, pieceBytes: 1024)
        let log = try Self.open(disk, store, cache: cache)
        try Self.fill(log)
        let report = try #require(try log.tier(now: 0))
        #expect(report.uploaded == log.segmentCount - 1 + report.localRemoved && report.localRemoved > 3)
        #expect(log.localStartOffset > 100 && log.latestTieredOffset ?? 0 > log.localStartOffset)
        for maxBytes in [1, 300, 5000] { try Self.check(log, maxBytes: maxBytes) }
        #expect(cache.byteCount <= 16 << 10)
        for offset in stride(from: Int64(0), to: log.endOffset, by: 7) {
            let slice = try log.read(from: offset, maxBytes: 1)
            #expect(slice.firstOffset <= offset && slice.nextOffset > offset && slice.logStartOffset == 0)
        }
        for index in stride(from: 0, to: 120, by: 3) {
            #expect(try log.offset(forTimestamp: Int64(1000 + index))?.offset == Int64(index * 2))
        }
        #expect(try log.latestTimestamp()?.timestamp == 1119)
        #expect(throws: LogError.self) { try log.read(from: log.endOffset + 1, maxBytes: 1) }
        // The same after a restart, and after one without a clean end.
        try log.close()
        try Self.check(Self.open(disk, store))
        try Self.check(Self.open(disk.crash(seed: 4), store))
        #expect(try Self.open(disk, store).tier(now: 0)?.uploaded == 0)
    }

    @Test func abortedTransactionsAreToldOf() throws {
        let disk = SimulatedFileSystem()
        let store = MemoryStore()
        let log = try Self.open(disk, store)
        var aborted: Set<Int64> = []
        for index in 0..<60 {
            let offset = try log.append(
                batches: LogFixture.batch(["t\(index)"], timestamp: 5, producer: (7, 0, Int32(index)), isTransactional: true), leaderEpoch: 0
            ).baseOffset
            if index % 3 == 0 { aborted.insert(offset) }
            try log.appendEndTransactionMarker(producerId: 7, epoch: 0, commit: index % 3 != 0)
        }
        try log.flush()
        _ = try log.tier(now: 0)
        #expect(log.localStartOffset > 20)
        var found: Set<Int64> = []
        for transaction in try CrashTests.abortedTransactions(log) { found.insert(transaction.firstOffset) }
        #expect(found == aborted)
    }

    @Test func retentionAndDeletionReachTheRemotePart() throws {
        let disk = SimulatedFileSystem()
        let store = MemoryStore()
        let log = try Self.open(disk, store)
        try Self.fill(log)
        _ = try log.tier(now: 0)
        try log.deleteRecords(before: 33)
        #expect(log.startOffset == 33)
        try Self.check(log, from: 33)
        try Self.check(Self.open(disk.afterKill(), store), from: 33)
        log.reconfigure(try LogConfiguration(settings: Self.settings.merging(["retention.bytes": "5000"]) { $1 }))
        #expect(try log.applyRetention(now: 0) == 0)
        #expect(try #require(try log.tier(now: 0)).remoteRemoved > 0)
        #expect(log.startOffset > 33 && log.remoteSizeInBytes < 6500)
        try Self.check(log, from: log.startOffset)
        log.reconfigure(try LogConfiguration(settings: Self.settings.merging(["retention.ms": "10"]) { $1 }))
        _ = try log.tier(now: 1_000_000)
        #expect(log.remoteSizeInBytes == 0 && log.startOffset == log.localStartOffset)
        #expect(store.objects.keys.filter { $0.contains("segments") }.isEmpty)
        try Self.check(log, from: log.startOffset)
    }

    @Test func aSecondWriterIsFenced() throws {
        let store = MemoryStore()
        let disk = SimulatedFileSystem()
        let log = try Self.open(disk, store)
        try Self.fill(log)
        let other = try Self.open(disk.afterKill(), store)
        _ = try log.tier(now: 0)
        #expect(throws: LogError.fencedTier(partition: "topic/0")) { try other.tier(now: 0) }
        try Self.check(log)
    }

    @Test func damageThereIsReported() throws {
        let store = MemoryStore()
        let log = try Self.open(SimulatedFileSystem(), store)
        try Self.fill(log)
        _ = try log.tier(now: 0)
        let name = try #require(store.objects.keys.filter { $0.hasSuffix(".log") }.min())
        store.damage(name, at: 70)
        #expect(throws: LogError.self) { try log.read(from: 0, maxBytes: 100) }
        let manifest = try #require(store.objects.keys.filter { $0.contains("manifest") }.max())
        store.damage(manifest, at: 20)
        #expect(throws: LogError.self) { try Self.open(SimulatedFileSystem(), store) }
    }

    @Test func aLostDiskCostsOnlyWhatWasNotUploaded() throws {
        let store = MemoryStore()
        let log = try Self.open(SimulatedFileSystem(), store)
        try Self.fill(log)
        _ = try log.append(batches: LogFixture.batch(["v240"], timestamp: 5, producer: (3, 1, 0)), leaderEpoch: 4)
        _ = try log.tier(now: 0)
        let uploaded = try #require(log.latestTieredOffset)
        let disk = SimulatedFileSystem()
        let again = try Self.open(disk, store)
        #expect(again.endOffset == uploaded + 1)
        try Self.check(again)
        // Closed before anything was written here.
        try again.close()
        let third = try Self.open(disk, store)
        try Self.check(third)
        try Self.fill(third, from: 200, count: 30)
        try Self.check(third)
        _ = try third.tier(now: 0)
        try Self.check(Self.open(disk.crash(seed: 1), store))
    }

    static let seeds = 0..<(getenv("LEAT_CRASH_SEEDS").flatMap { Int(String(cString: $0)) } ?? 25)

    /// Random work; the store fails calls, with and without effect, and both machines are gone at some moment.
    @Test(arguments: seeds) func crashes(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(77_000 + seed))
        let disk = SimulatedFileSystem()
        let store = MemoryStore()
        for _ in 0..<3 { store.fail(call: Int.random(in: 1...120, using: &random), afterwards: Bool.random(using: &random)) }
        if seed % 2 == 0 { disk.stop(atCall: Int.random(in: 100...1500, using: &random)) }
        var durable: Int64 = 0
        var start: Int64 = 0
        do {
            let log = try Self.open(disk, store)
            for step in 0..<80 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5: try Self.fill(log, from: step, count: Int.random(in: 1...12, using: &random))
                case 5: durable = try log.flush()
                case 6:
                    let before = Int64.random(in: log.startOffset...log.highWatermark, using: &random)
                    start = max(start, before)
                    do { try log.deleteRecords(before: before) } catch is MemoryStore.Failure {}
                default:
                    do { _ = try log.tier(now: 0) } catch is MemoryStore.Failure {} catch is ObjectStoreError {}
                }
                durable = max(durable, log.highWatermark)
            }
        } catch {}
        for crash in 0..<4 {
            let found = crash == 3 ? disk.afterKill() : disk.crash(seed: random.next())
            let remote = store.afterCrash()
            let log = try Self.open(found, remote)
            #expect(log.recovery.damage.isEmpty)
            #expect(log.endOffset >= durable && log.startOffset <= start, "seed \(seed), crash \(crash)")
            try Self.check(log, from: log.startOffset)
            try Self.fill(log, count: 20)
            _ = try log.tier(now: 0)
            try Self.check(log, from: log.startOffset)
            // What is there is what the manifest says, but for uploads that a crash cut off before they were in it.
            let known = log.remoteSizeInBytes
            let held = remote.objects.filter { $0.key.hasSuffix(".log") }.reduce(0) { $0 + $1.value.count }
            #expect(Int64(held) >= known)
        }
    }

    @Test func manifests() throws {
        var manifest = RemoteManifest()
        manifest.startOffset = 5
        manifest.writer = 0xabc
        manifest.epochs = [(0, 0), (3, 20)]
        manifest.segments = [
            .init(baseOffset: 0, endOffset: 9, byteCount: 100, largestTimestamp: 7, checksum: 0xab, bundleChecksum: 1, parts: [1, 2, 0, 4]),
            .init(baseOffset: 9, endOffset: 12, byteCount: 50, largestTimestamp: -1, checksum: 0, bundleChecksum: 0, parts: [0, 0, 0, 0]),
        ]
        let bytes = manifest.encode()
        #expect(RemoteManifest(bytes) == manifest)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(RemoteManifest(damaged) == nil)
        }
        for count in 0..<bytes.count { #expect(RemoteManifest(Array(bytes.prefix(count))) == nil) }
    }
}
