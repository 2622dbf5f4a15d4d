import LogStorage
import ObjectStore
import Records
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Tiering into a real folder, and into the S3 server that ops/lib/check-s3 starts.
@Suite struct TieringS3StoreTests {
    static let server: String? = getenv("LEAT_S3_ENDPOINT").map { String(cString: $0) }

    static func run(_ store: any ObjectStore, key: String) throws {
        let disk = SimulatedFileSystem()
        let remote = ObjectSegmentStore(store)
        let settings = [
            "segment.bytes": "100000", "retention.ms": "-1", "remote.storage.enable": "true", "local.retention.bytes": "1",
        ]
        let log = try LogFixture.open(disk, settings)
        try log.attachRemote(remote, key: key, cache: RemoteCache())
        let value = String(repeating: "x", count: 1000)
        for index in 0..<1000 { _ = try log.append(batches: LogFixture.batch(["\(index) \(value)"], timestamp: Int64(index)), leaderEpoch: 0) }
        try log.flush()
        let other = try LogFixture.open(disk.afterKill(), settings)
        try other.attachRemote(remote, key: key, cache: RemoteCache())
        let report = try #require(try log.tier(now: 0))
        #expect(report.uploaded == 10 && report.localRemoved == 10)
        #expect(throws: LogError.fencedTier(partition: key)) { try other.tier(now: 0) }
        let again = try LogFixture.open(SimulatedFileSystem(), settings)
        let cache = RemoteCache()
        try again.attachRemote(remote, key: key, cache: cache)
        #expect(again.startOffset == 0 && again.endOffset == (log.latestTieredOffset ?? 0) + 1)
        let values = try LogFixture.values(again)
        #expect(values.count == Int(again.endOffset))
        for (offset, found) in values { #expect(found == "\(offset) \(value)") }
        // From the beginning on: one read for each segment, which are smaller than a piece, and one bundle for the producers.
        #expect(cache.fetchCount == 11)
        log.reconfigure(try LogConfiguration(settings: settings.merging(["retention.bytes": "1"]) { $1 }))
        #expect(try log.tier(now: 0)?.remoteRemoved == 10)
        #expect(try store.list(prefix: key + "/segments/").isEmpty)
        for entry in try store.list(prefix: key + "/") { try store.delete(entry.key) }
    }

    @Test func folder() throws {
        let path = "/tmp/leat-tier-\(try SystemEntropySource().identifier())"
        try Self.run(FolderStore(path: path), key: "topic/0")
        for name in ["topic/0/manifest", "topic/0/segments", "topic/0", "topic"] { try? PosixFileSystem().removeFolder(path + "/" + name) }
        try PosixFileSystem().removeFolder(path)
    }

    @Test("a real server", .enabled(if: server != nil, "LEAT_S3_ENDPOINT names no server: see ops/lib/check-s3"))
    func realServer() throws {
        var settings = S3Settings.fromEnvironment(bucket: "leat-test")
        settings.endpoint = Self.server ?? ""
        settings.addressing = .path
        try Self.run(S3Store(settings, prefix: "tier-\(getpid())"), key: "topic/0")
    }
}
