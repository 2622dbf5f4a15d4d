import Coordination
import Documents
import Foundation
import LogClient
import Records
import Streams
import Testing

@testable import Pipeline

@Suite struct SourceListTests {
    private let topic = TopicPartition("ingest.archives", 0)

    private func pages(_ count: Int) throws -> [String] {
        let folder = NSTemporaryDirectory() + "leat-sources-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try (0..<count).map { index in
            let path = "\(folder)/\(index).html"
            try Data("<p>\(index)</p>".utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
    }

    /// Everything derived from an archive was dated 1970, because sources were listed with timestamp 1 and records inherit it:
    /// retention by time would have removed it at once. The order stays below every page's all the same.
    @Test func sourcesCarryTheTimeTheyWereListedAndAnOrderBelowEveryPage() throws {
        let log = InMemoryLog()
        log.createTopic(topic.topic, partitions: 1)
        let paths = try pages(3)
        defer { try? FileManager.default.removeItem(at: URL(fileURLWithPath: paths[0]).deletingLastPathComponent()) }
        var list = try SourceList(engine: log)
        let added = try list.add(try SourceList.expand(paths, pageBase: nil), closes: true, nowMilliseconds: 1_700_000_000_000)
        #expect(added == (3, 0))
        let records = try log.records(in: topic)
        #expect(records.map(\.timestamp) == Array(repeating: 1_700_000_000_000, count: 3))
        for record in records {
            let header = record.headers.first { $0.key == RuntimeHeader.order }
            #expect(header?.value.map { value in value.withUnsafeBytes { OrderKey($0) } } == OrderKey(0))
        }
    }

    @Test func theSameSourcesAgainAddNothing() throws {
        let log = InMemoryLog()
        log.createTopic(topic.topic, partitions: 1)
        let paths = try pages(2)
        defer { try? FileManager.default.removeItem(at: URL(fileURLWithPath: paths[0]).deletingLastPathComponent()) }
        let sources = try SourceList.expand(paths, pageBase: nil)
        var first = try SourceList(engine: log)
        #expect(try first.add(sources, closes: true, nowMilliseconds: 1) == (2, 0))
        var second = try SourceList(engine: log)
        #expect(try second.add(sources, closes: true, nowMilliseconds: 2) == (0, 2))
        #expect(try log.records(in: topic).count == 2)
    }
}
