import Documents
import Foundation
import Records
import Streams
import SwiftProtobuf
import Testing
import WebArchive

@testable import Pipeline

@Suite struct IngestStageTests {
    /// An archive of `count` pages, with a request before each.
    private func archive(_ count: Int) throws -> String {
        var bytes: [UInt8] = []
        for index in 0..<count {
            let request = WARCWriter.record(
                .request, uri: "http://a.example/\(index)", date: "2024-01-01T00:00:00Z", contentType: "application/http",
                block: Array("GET / HTTP/1.1\r\n\r\n".utf8))
            let status = index % 5 == 4 ? 404 : 200
            let block = "HTTP/1.1 \(status) X\r\nContent-Type: text/html\r\n\r\n<p>page \(index)</p>"
            let response = WARCWriter.record(
                .response, uri: "http://a.example/\(index)", date: "2024-01-01T00:00:00Z", contentType: "application/http",
                block: Array(block.utf8))
            bytes += WARCWriter.gzipMember(request.bytes) + WARCWriter.gzipMember(response.bytes)
        }
        let path = NSTemporaryDirectory() + "leat-ingest-\(UUID().uuidString).warc.gz"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func driver() throws -> TopologyTestDriver {
        let stamp = StageStamper(stage: "ingest", build: "test", inputs: [])
        let stage = Stage(
            name: "ingest", group: "g", inputs: ["ingest.archives"], outputs: ["web.pages"], rejections: "docs.rejected",
            deadLetters: "ingest.dlq", changelog: "ingest-changelog",
            kind: .perPartition { _ in IngestStage(settings: IngestSettings(), stamp: stamp) })
        return try TopologyTestDriver(stages: [stage], partitions: 1, partitionCounts: ["web.pages": 3, "docs.rejected": 3])
    }

    private func pipe(_ paths: [String], to driver: TopologyTestDriver) throws {
        for (index, path) in paths.enumerated() {
            var source = ArchiveSource()
            source.location = path
            source.kind = "archive"
            source.last = index == paths.count - 1
            try driver.pipe(Record(offset: -1, timestamp: 0, key: nil, value: try source.serializedBytes() as [UInt8]), to: "ingest.archives")
        }
    }

    @Test func pagesComeInOrderOverThePartitionsAndOthersAreRefusedWithAReason() throws {
        let path = try archive(20)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let driver = try driver()
        try pipe([path], to: driver)
        try driver.run()
        let pages = try driver.output("web.pages")
        #expect(pages.count == 16)
        #expect(try driver.output("docs.rejected").count == 4)
        let ledger = driver.ledger(of: "ingest")
        #expect(ledger.in == 20 && ledger.out == 16 && ledger.rejected == 4 && ledger.rules == ["status": 4])
        #expect(ledger.counts["records"] == 40 && ledger.counts["other_records"] == 20)
        for page in pages { #expect(WARCRecord.parse(page.value ?? []) != nil) }
    }

    @Test func aKillInsideAnArchiveLosesAndDoublesNothing() throws {
        let paths = try [archive(130), archive(70)]
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        let undisturbed = try driver()
        try pipe(paths, to: undisturbed)
        try undisturbed.run()
        let expected = try undisturbed.output("web.pages")
        #expect(expected.count == 160)
        for seed in 0..<12 as Range<UInt64> {
            var random = SystemlessRandom(seed)
            let disturbed = try driver()
            try pipe(paths, to: disturbed)
            for _ in 0..<12 {
                try disturbed.step(records: Int(random.next() % 3))
                if random.next() % 2 == 0 { try disturbed.commit() } else { try disturbed.crash() }
            }
            try disturbed.run()
            let found = try disturbed.output("web.pages")
            #expect(found.map(\.value) == expected.map(\.value))
            #expect(disturbed.ledger(of: "ingest").in == 200)
        }
    }

    @Test func anArchiveThatIsGoneIsADeadLetterAndTheNextIsRead() throws {
        let path = try archive(5)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let driver = try driver()
        try pipe(["/nonexistent/archive.warc.gz", path], to: driver)
        try driver.run()
        #expect(try driver.output("web.pages").count == 4)
        let dead = try driver.output("ingest.dlq")
        #expect(dead.count == 1)
        #expect(dead.first?.headers.contains { $0.key == "leat-error" } == true)
    }
}

struct SystemlessRandom {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
