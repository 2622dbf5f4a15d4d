import Broker
import Coordination
import Foundation
import KafkaWire
import LogStorage
import ObjectStore
import Records
import Testing

@testable import KafkaServer

/// Clients and the remote store: where a log begins here and there, and records that are there alone.
@Suite struct RemoteFetchTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "leat-remote-\(UUID().uuidString)"
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private static let settings = [
        "remote.storage.enable": "true", "segment.bytes": "2000", "retention.ms": "-1", "local.retention.bytes": "4000",
        "message.timestamp.before.max.ms": "9223372036854775807",
    ]
    private static let count: Int64 = 200

    /// A topic of 200 records, of which the first are in the remote store alone.
    private func fixture(_ folder: Folder) throws -> (ServerFixture, PartitionLog) {
        let fixture = try ServerFixture(remote: try FolderStore(path: folder.path))
        let client = try fixture.client()
        try client.createTopic("old", settings: Self.settings)
        for offset in 0..<Self.count {
            let batch = try WireClient.batch(["record \(offset)"], timestamp: 1_000 + offset)
            let answer = try client.ask(WireClient.produce(batch, to: "old"), version: 7)
            #expect(answer.topics[0].partitions[0].errorCode == 0)
        }
        let log = try fixture.broker.partition(TopicPartition("old", 0))
        fixture.broker.beginMaintenance(now: 2_000)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while log.localStartOffset < 100, clock.now < end { Thread.sleep(forTimeInterval: 0.005) }
        try #require(log.localStartOffset >= 100)
        return (fixture, log)
    }

    private func offset(_ client: WireClient, _ timestamp: Int64, version: Int16 = 9) throws -> ListOffsetsResponse.Partition {
        let response = try client.ask(
            ListOffsetsRequest { request in
                request.topics = [.init { topic in
                    topic.name = "old"
                    topic.partitions = [.init { $0.partitionIndex = 0; $0.timestamp = timestamp; $0.currentLeaderEpoch = -1 }]
                }]
            }, version: version)
        return try #require(response.topics.first?.partitions.first)
    }

    /// Whole batches from an offset on.
    private func read(_ client: WireClient, from start: Int64, bytes: Int32 = 1 << 20) throws -> (code: Int16, values: [String], next: Int64) {
        try client.post(WireClient.fetch("old", from: start, partitionBytes: bytes), version: 11)
        let frame = try client.frame()
        let (_, response) = try WireFrame.decodeResponse(FetchResponse.self, frame.span.bytes, version: 11)
        let partition = try #require(response.topics.first?.partitions.first)
        guard case .frame(let range) = partition.records else { return (partition.errorCode, [], start) }
        var values: [String] = []
        var next = start
        let records = Array(frame[range])
        var place = 0
        while place < records.count {
            let batch = records.span.bytes.extracting(place..<records.count)
            try RecordBatchReader().forEachRecord(in: batch, verifyingChecksum: true) {
                values.append(String(decoding: $0.copy().value ?? [], as: UTF8.self))
            }
            let header = try RecordBatchHeader(batch)
            next = header.nextOffset
            place += header.byteCount
        }
        return (partition.errorCode, values, next)
    }

    @Test func offsetsOfThisDiskAndOfTheRemoteStoreAreTold() throws {
        let folder = Folder()
        let (fixture, log) = try fixture(folder)
        let client = try fixture.client()
        #expect(try offset(client, -2).offset == 0)
        #expect(try offset(client, -1).offset == Self.count)
        let local = try offset(client, -4)
        #expect(local.errorCode == 0 && local.offset == log.localStartOffset)
        let tiered = try offset(client, -5)
        #expect(tiered.errorCode == 0 && tiered.offset == log.latestTieredOffset)
        #expect(tiered.offset >= local.offset - 1 && tiered.offset < Self.count)
        // By time, in the part that is there alone, and in the part that is here.
        #expect(try offset(client, 1_010).offset == 10)
        #expect(try offset(client, 1_000 + Self.count - 1).offset == Self.count - 1)
        #expect(try offset(client, -3).offset == Self.count - 1)
    }

    @Test func aTopicWithoutARemoteStoreHasNothingThere() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("old")
        _ = try client.ask(WireClient.produce(try WireClient.batch(["x"]), to: "old"), version: 7)
        #expect(try offset(client, -4).offset == 0)
        #expect(try offset(client, -5).offset == -1)
    }

    @Test(arguments: [1 as Int32, 500, 1 << 20]) func everyRecordIsReadFromTheBeginningWhereverItIs(bytes: Int32) throws {
        let folder = Folder()
        let (fixture, _) = try fixture(folder)
        let client = try fixture.client()
        var values: [String] = []
        var next: Int64 = 0
        while next < Self.count {
            let (code, more, after) = try read(client, from: next, bytes: bytes)
            #expect(code == 0)
            try #require(after > next)
            values += more
            next = after
        }
        #expect(values == (0..<Self.count).map { "record \($0)" })
    }

    @Test func aReaderOfTheRemoteStoreWaitsForNobodyAndOthersNotForIt() throws {
        let folder = Folder()
        let (fixture, _) = try fixture(folder)
        let client = try fixture.client()
        // Several in a row on one connection, answered in order.
        for start in [0, 199, 7, 150] as [Int64] { try client.post(WireClient.fetch("old", from: start), version: 11) }
        for start in [0, 199, 7, 150] as [Int64] {
            let (_, response) = try client.answer(FetchResponse.self, version: 11)
            #expect(response.topics[0].partitions[0].errorCode == 0, "\(start)")
            guard case .frame(let range) = response.topics[0].partitions[0].records else {
                Issue.record("nothing at \(start)")
                continue
            }
            #expect(!range.isEmpty)
        }
    }

    @Test func aStoreThatIsAwayIsAnErrorOfThatPartitionAlone() throws {
        let folder = Folder()
        let (fixture, log) = try fixture(folder)
        let client = try fixture.client()
        try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".away")
        defer { try? FileManager.default.removeItem(atPath: folder.path + ".away") }
        #expect(try read(client, from: 0).code != 0)
        #expect(try read(client, from: log.localStartOffset).values.first == "record \(log.localStartOffset)")
        try FileManager.default.moveItem(atPath: folder.path + ".away", toPath: folder.path)
        #expect(try read(client, from: 0).values.first == "record 0")
    }

    @Test func compactionAndTheRemoteStoreDoNotGoTogether() throws {
        let folder = Folder()
        let fixture = try ServerFixture(remote: try FolderStore(path: folder.path))
        let client = try fixture.client()
        let response = try client.ask(
            CreateTopicsRequest { request in
                request.topics = [.init { topic in
                    topic.name = "both"
                    topic.partitionCount = 1
                    topic.replicationFactor = 1
                    topic.configs = [("remote.storage.enable", "true"), ("cleanup.policy", "compact")].map { key, value in .init { $0.name = key; $0.value = value } }
                }]
            }, version: 5)
        #expect(response.topics.map(\.errorCode) == [KafkaErrorCode.invalidConfig.rawValue])
        #expect(response.topics[0].errorMessage?.contains("cleanup.policy=compact") == true)
        // Nor by the broker's default, for a topic that is tiered.
        try client.createTopic("tiered", settings: ["remote.storage.enable": "true"])
        #expect(throws: (any Error).self) { try fixture.broker.alterBrokerSettings(.broker, [SettingChange("log.cleanup.policy", .set("compact"))]) }
        try fixture.broker.alterBrokerSettings(.broker, [SettingChange("log.cleanup.policy", .set("delete"))])
    }
}
