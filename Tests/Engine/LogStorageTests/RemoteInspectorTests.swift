import ObjectStore
import Records
import SystemIO
import Testing

@testable import LogStorage

/// What `leat log verify` finds in the remote store: everything that was damaged there, and nothing else.
@Suite struct RemoteInspectorTests {
    private let key = "topic/0"

    /// A log whose sealed segments are in the store, and gone here.
    private func tiered() throws -> (store: MemoryStore, log: PartitionLog) {
        let store = MemoryStore()
        let log = try TieringTests.open(SimulatedFileSystem(), store)
        try TieringTests.fill(log)
        _ = try #require(try log.tier(now: 0))
        return (store, log)
    }

    private func names(_ store: MemoryStore, _ kind: String) -> [String] { store.objects.keys.filter { $0.hasSuffix(kind) }.sorted() }

    @Test func wholeSegmentsAreCountedAndNothingIsFound() throws {
        let (store, log) = try tiered()
        let inspector = try RemoteInspector(store: store, key: key)
        let summary = try inspector.verify()
        #expect(summary.findings == [])
        #expect(summary.segments == names(store, ".log").count && summary.segments > 3)
        #expect(Int64(summary.records) == inspector.endOffset && inspector.endOffset == log.latestTieredOffset.map { $0 + 1 })
        #expect(summary.bytes == log.remoteSizeInBytes)
        var offsets: [Int64] = []
        #expect(try inspector.forEachBatch { batch in
            offsets.append(batch.header.baseOffset)
            return batch.header.baseOffset < 20
        } == [])
        #expect(offsets == Array(stride(from: 0, through: 20, by: 2)))
        #expect(try RemoteInspector(store: store, key: "another/1").verify().segments == 0)
    }

    /// Also in fields that no checksum of a batch covers: base offset and leader epoch.
    @Test func everyChangedByteOfASegmentIsFound() throws {
        let (store, _) = try tiered()
        let name = names(store, ".log")[1]
        let size = try #require(store.objects[name]).count
        for position in stride(from: 0, to: size, by: 13) {
            let damaged = store.afterCrash()
            damaged.damage(name, at: position)
            let summary = try RemoteInspector(store: damaged, key: key).verify()
            #expect(summary.findings.contains { $0.severity == .damage && $0.file == name }, "byte \(position)")
            #expect(summary.findings.allSatisfy { $0.file == name }, "the other segments are read all the same")
        }
    }

    @Test func changedIndexesLostAndCutObjectsAreFound() throws {
        let (store, _) = try tiered()
        let bundle = names(store, ".bundle")[0]
        var damaged = store.afterCrash()
        damaged.damage(bundle, at: 3)
        #expect(try RemoteInspector(store: damaged, key: key).verify().findings.map(\.file) == [bundle])
        let log = names(store, ".log")[2]
        damaged = store.afterCrash()
        try damaged.delete(log)
        #expect(try RemoteInspector(store: damaged, key: key).verify().findings.map(\.file) == [log])
        damaged = store.afterCrash()
        try damaged.put(log, Array(try #require(store.objects[log]).dropLast(5)))
        #expect(try RemoteInspector(store: damaged, key: key).verify().findings.map(\.file) == [log])
    }

    @Test func aStoreThatIsAwayIsAnErrorAndNoFinding() throws {
        let (store, _) = try tiered()
        let inspector = try RemoteInspector(store: store, key: key)
        store.stop()
        #expect(throws: MemoryStore.Failure.self) { try inspector.verify() }
    }
}
