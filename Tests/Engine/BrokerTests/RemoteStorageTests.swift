import Coordination
import Foundation
import LogStorage
import ObjectStore
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

/// Topics whose old segments are in a folder elsewhere: nothing is lost, and nothing is left when they are deleted.
@Suite struct RemoteStorageTests {
    static let tiered = [
        "remote.storage.enable": "true", "segment.bytes": "1500", "retention.ms": "-1", "local.retention.bytes": "3000",
    ]
    let partition = TopicPartition("t", 0)

    /// A folder of its own, which goes with the test.
    final class Folder {
        let path = NSTemporaryDirectory() + "leat-remote-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    func open(_ disk: SimulatedFileSystem, _ store: (any ObjectStore)?, seed: UInt64 = 1) throws -> Broker {
        try Broker(folder: "data", remote: store, fileSystem: disk, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: seed))
    }

    func fill(_ broker: Broker, count: Int, _ partition: TopicPartition? = nil) throws {
        let log = try broker.partition(partition ?? self.partition)
        for _ in 0..<count {
            let builder = RecordBatchBuilder()
            try builder.append(key: nil, value: "record \(log.endOffset)", timestamp: 1_000 + log.endOffset)
            _ = try log.append(batches: try builder.finish(), leaderEpoch: 0)
        }
    }

    func keepHouse(_ broker: Broker) throws {
        try broker.housekeep(now: 2_000)
        broker.maintenance.finish()
        if let failure = broker.maintenance.takeFailure() { throw failure }
    }

    /// Every record from the beginning.
    func check(_ broker: Broker, count: Int, _ partition: TopicPartition? = nil) throws {
        let log = try broker.partition(partition ?? self.partition)
        var values: [String] = []
        var offset: Int64 = 0
        while offset < log.endOffset {
            let slice = try log.read(from: offset, maxBytes: 900, upTo: .logEnd)
            let bytes = Array(slice.bytes)
            var place = 0
            while place < bytes.count {
                let batch = bytes.span.bytes.extracting(place..<bytes.count)
                try RecordBatchReader().forEachRecord(in: batch, verifyingChecksum: true) {
                    values.append(String(decoding: $0.copy().value ?? [], as: UTF8.self))
                }
                place += try RecordBatchHeader(batch).byteCount
            }
            try #require(slice.nextOffset > offset)
            offset = slice.nextOffset
        }
        #expect(values == (0..<count).map { "record \($0)" })
        #expect(log.startOffset == 0)
    }

    @Test func localCopiesGoAndEverythingIsReadAlsoAfterARestart() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let disk = SimulatedFileSystem()
        let broker = try open(disk, store)
        try broker.createTopic(.init(name: "t", partitions: 2, settings: Self.tiered))
        try fill(broker, count: 200)
        try fill(broker, count: 30, TopicPartition("t", 1))
        let log = try broker.partition(partition)
        let before = log.segmentCount
        try keepHouse(broker)
        #expect(log.segmentCount < before && log.segmentCount <= 4)
        #expect(log.localStartOffset > 100)
        #expect(try #require(log.latestTieredOffset) >= log.localStartOffset - 1)
        try check(broker, count: 200)
        try broker.close()

        let again = try open(disk, store)
        #expect(try again.partition(partition).localStartOffset > 100)
        try check(again, count: 200)
        try check(again, count: 30, TopicPartition("t", 1))
        try fill(again, count: 100)
        try keepHouse(again)
        try check(again, count: 300)

        // As does one that was killed.
        let killed = try open(disk.afterKill(), store)
        try check(killed, count: 300)
    }

    @Test func aDeletedTopicsObjectsGo() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let broker = try open(SimulatedFileSystem(), store)
        for name in ["t", "u"] {
            try broker.createTopic(.init(name: name, partitions: 1, settings: Self.tiered))
            try fill(broker, count: 100, TopicPartition(name, 0))
        }
        try keepHouse(broker)
        let kept = try #require(broker.lookUp("u")).identifier.description.filter { $0 != "-" }
        #expect(try store.list(prefix: "").contains { !$0.key.hasPrefix(kept) })
        try broker.deleteTopic("t")
        broker.maintenance.finish()
        let left = try store.list(prefix: "")
        #expect(!left.isEmpty && left.allSatisfy { $0.key.hasPrefix(kept + "/") })
        #expect(broker.topicStore.deletions.pending.isEmpty)
        try check(broker, count: 100, TopicPartition("u", 0))
    }

    /// The store is away when the topic is deleted, and the broker is killed before it comes back.
    @Test func aDeletionThatFailedIsMadeAtTheNextStart() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let disk = SimulatedFileSystem()
        let broker = try open(disk, FailingStore(store: store, fails: { $0 == .delete }))
        try broker.createTopic(.init(name: "t", partitions: 1, settings: Self.tiered))
        try fill(broker, count: 100)
        try broker.housekeep(now: 2_000)
        broker.maintenance.finish()
        _ = broker.maintenance.takeFailure()
        let count = try store.list(prefix: "").count
        #expect(count > 3)
        try broker.deleteTopic("t")
        broker.maintenance.finish()
        #expect(broker.maintenance.takeFailure()?.description.contains("deleted topics") == true)
        #expect(try store.list(prefix: "").count == count)
        // Without a store the folder opens, and the deletion is not forgotten.
        let without = try open(disk.afterKill(), nil)
        without.maintenance.finish()
        try without.close()
        let next = try open(disk.afterKill(), store)
        next.maintenance.finish()
        #expect(try store.list(prefix: "").isEmpty)
        #expect(next.topicStore.deletions.pending.isEmpty)
    }

    /// A deletion that was noted and never took place, because the machine stopped in between, is none.
    @Test func aTopicThatIsStillThereKeepsItsObjects() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let disk = SimulatedFileSystem()
        let broker = try open(disk, store)
        for name in ["t", "u"] { try broker.createTopic(.init(name: name, partitions: 1, settings: Self.tiered)) }
        try fill(broker, count: 100)
        try keepHouse(broker)
        try broker.topicStore.deletions.note(try broker.topicStore.catalogue.withLock { try [#require($0["t"]).identifier] })
        let next = try open(disk.crash(seed: 1), store)
        next.maintenance.finish()
        try check(next, count: 100)
        try next.deleteTopic("u")
        next.maintenance.finish()
        #expect(next.topicStore.deletions.pending.isEmpty)
        try check(next, count: 100)
    }

    /// Wherever the machine stops while a topic is deleted: it is there with all its records, or it and its objects are gone.
    @Test func aDeletionIsWholeWhereverItStops() throws {
        var outcomes: Set<Bool> = []
        for call in 1...40 {
            let folder = Folder()
            let store = try FolderStore(path: folder.path)
            let disk = SimulatedFileSystem()
            let broker = try open(disk, store)
            try broker.createTopic(.init(name: "t", partitions: 1, settings: Self.tiered))
            try fill(broker, count: 40)
            try keepHouse(broker)
            try #require(try !store.list(prefix: "").isEmpty)
            disk.stop(atCall: call)
            try? broker.deleteTopic("t")
            // Also the next housekeeping of a process that goes on takes nothing of a topic that is there.
            try? broker.housekeep(now: 2_000)
            broker.maintenance.finish()
            let next = try open(disk.crash(seed: UInt64(call)), store)
            next.maintenance.finish()
            let isThere = next.topic("t") != nil
            outcomes.insert(isThere)
            if isThere { try check(next, count: 40) } else { #expect(try store.list(prefix: "").isEmpty) }
        }
        #expect(outcomes.count == 2)
    }

    @Test func theSettingNeedsAStoreAndStays() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let disk = SimulatedFileSystem()
        let without = try open(disk, nil)
        #expect(refusal { try without.createTopic(.init(name: "t", partitions: 1, settings: Self.tiered)) }.contains("--remote s3://bucket/prefix"))
        try without.createTopic(.init(name: "t", partitions: 1, settings: ["segment.bytes": "1500", "retention.ms": "-1"]))
        let switchOn = [SettingChange("remote.storage.enable", .set("true")), SettingChange("local.retention.bytes", .set("3000"))]
        for validateOnly in [true, false] {
            #expect(refusal { try without.alterSettings("t", switchOn, validateOnly: validateOnly) }.contains("--remote"))
        }
        try fill(without, count: 100)
        try without.close()

        let broker = try open(disk, store)
        try check(broker, count: 100)
        try broker.alterSettings("t", switchOn)
        try keepHouse(broker)
        #expect(try broker.partition(partition).localStartOffset > 0)
        try check(broker, count: 100)
        #expect(refusal { try broker.alterSettings("t", [SettingChange("remote.storage.enable", .delete)]) }.contains("cannot be switched off"))
        #expect(refusal { try broker.alterSettings("t", [SettingChange("cleanup.policy", .set("compact"))]) }.contains("cleanup.policy=delete"))
        try broker.createPartitions("t", total: 2)
        #expect(try broker.partition(TopicPartition("t", 1)).hasRemote)
        try broker.close()
        #expect(refusal { _ = try open(disk, nil) }.contains("topic t: remote.storage.enable=true needs a remote store"))
        try check(try open(disk, store), count: 100)
    }

    @Test func whatCannotBeUploadedStaysHereAndIsTold() throws {
        let folder = Folder()
        let store = try FolderStore(path: folder.path)
        let fails = Switch()
        let broker = try open(SimulatedFileSystem(), FailingStore(store: store, fails: { $0 == .write && fails.isOn }))
        try broker.createTopic(.init(name: "t", partitions: 1, settings: Self.tiered))
        try fill(broker, count: 100)
        fails.isOn = true
        try broker.housekeep(now: 2_000)
        broker.maintenance.finish()
        #expect(refusal { try broker.housekeep(now: 2_000) }.contains("partition t-0"))
        broker.maintenance.finish()
        #expect(try broker.partition(partition).localStartOffset == 0)
        try check(broker, count: 100)
        fails.isOn = false
        _ = broker.maintenance.takeFailure()
        try keepHouse(broker)
        #expect(try broker.partition(partition).localStartOffset > 0)
        try check(broker, count: 100)
    }

    @Test func whatNobodySyncsIsSyncedByHousekeeping() throws {
        let broker = try open(SimulatedFileSystem(), nil)
        try broker.createTopic(.init(name: "t", partitions: 1, settings: ["flush.policy": "never"]))
        try fill(broker, count: 10)
        let log = try broker.partition(partition)
        #expect(log.flushedOffset < 10)
        try keepHouse(broker)
        #expect(log.flushedOffset == 10)
    }

    func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }
}

