import Broker
import Coordination
import Documents
import Foundation
import LogStorage
import Records
import SwiftProtobuf
import Testing

@Suite struct LogCommandsTests {
    private func with(_ body: (CommandLine) throws -> Void) throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        try body(leat)
    }

    @Test func whatIsProducedIsListedTailedAndConsumed() throws {
        try with { leat in
            #expect(try leat.run(["topics", "create", "notes", "--partitions", "3", "--config", "retention.ms=-1"]).code == 0)
            let input = (0..<50).map { "key\($0):value \($0)\n" }.joined()
            let produced = try leat.run(["produce", "notes", "--key-separator", ":", "--header", "a=b", "--json"], input: input)
            #expect(produced.code == 0)
            #expect(produced.objects.count == 50)
            #expect(try leat.run(["topics", "list", "--json"]).objects.first?["records"] as? Int == 50)
            let tailed = try leat.run(["tail", "notes", "--offset", "earliest", "--json"]).objects
            #expect(Set(tailed.compactMap { $0["value"] as? String }) == Set((0..<50).map { "value \($0)" }))
            #expect(tailed.allSatisfy { ($0["headers"] as? [String: String]) == ["a": "b"] })
            #expect(try leat.run(["tail", "notes", "-n", "7"]).lines.count == 7)
            #expect(try leat.run(["tail", "notes", "--key", "key3"]).lines.count == 10)
            #expect(try leat.run(["tail", "notes", "--grep", "value 49"]).lines.count == 1)
            #expect(try leat.run(["tail", "notes", "--offset", "latest"]).output.isEmpty)
            #expect(try Set(leat.run(["consume", "notes"]).lines) == Set((0..<50).map { "value \($0)" }))
        }
    }

    /// Where org.apache.kafka's own producer puts these keys: murmur2, for instance of "21" is -973932308 (UtilsTest.java).
    @Test func keysGoWhereKafkaPutsThem() throws {
        try with { leat in
            _ = try leat.run(["topics", "create", "k", "--partitions", "97"])
            let hashes: [(String, Int32)] = [
                ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
                ("a-little-bit-longer-string", -1_486_304_829),
                ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
            ]
            let objects = try leat.run(
                ["produce", "k", "--key-separator", " ", "--json"], input: hashes.map { "\($0.0) x\n" }.joined()
            ).objects
            #expect(Set(objects.compactMap { $0["partition"] as? Int }) == Set(hashes.map { Int($0.1 & 0x7FFF_FFFF) % 97 }))
        }
    }

    @Test func aGroupGoesOnWhereItStopped() throws {
        try with { leat in
            _ = try leat.run(["topics", "create", "notes"])
            _ = try leat.run(["produce", "notes"], input: (0..<10).map { "\($0)\n" }.joined())
            #expect(try leat.run(["consume", "notes", "--group", "g", "-n", "4"]).lines == ["0", "1", "2", "3"])
            let groups = try leat.run(["topics", "describe", "notes", "--json"]).objects.first?["groups"] as? [[String: Any]]
            #expect(groups?.first?["position"] as? Int == 4)
            #expect(groups?.first?["lag"] as? Int == 6)
            #expect(try leat.run(["consume", "notes", "--group", "g"]).lines == ["4", "5", "6", "7", "8", "9"])
            #expect(try leat.run(["consume", "notes", "--group", "g"]).lines == [])
            #expect(try leat.run(["consume", "notes", "--group", "other", "--from", "-2"]).lines == ["8", "9"])
        }
    }

    @Test func besideAnOwnerReadingWorksAndWritingNamesTheOwner() throws {
        try with { leat in
            let broker = try Broker(folder: leat.folder)
            defer { try? broker.close() }
            try broker.createTopic(.init(name: "t", partitions: 1))
            let builder = RecordBatchBuilder()
            try builder.append(key: nil, value: "one", timestamp: 1)
            let transaction = try broker.beginTransaction(id: "x")
            try transaction.append(builder, to: TopicPartition("t", 0))
            #expect(try leat.run(["tail", "t"]).output.isEmpty)
            #expect(try leat.run(["tail", "t", "--uncommitted"]).lines.count == 1)
            try transaction.commit([])
            #expect(try leat.run(["tail", "t", "--raw"]).output == "one\n")
            #expect(try leat.run(["log", "verify"]).code == 0)
            for command in [["produce", "t"], ["consume", "t", "--group", "g"], ["topics", "create", "u"]] {
                let refused = try leat.run(command, input: "x\n")
                #expect(refused.code == 1)
                #expect(refused.errors.contains("process \(ProcessInfo.processInfo.processIdentifier) holds it"))
                #expect(refused.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test func ourSchemasAreDecoded() throws {
        try with { leat in
            let broker = try Broker(folder: leat.folder)
            defer { try? broker.close() }
            var document = Document()
            document.id = "d1"
            document.url = "https://example.org/\u{1B}[31m"
            document.title = "A title"
            document.text = "Some text."
            var rejection = Rejection()
            rejection.rule = "too_short"
            rejection.value = 3
            rejection.threshold = 50
            rejection.document = document
            let block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"
            let page = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\n"
                + "Content-Type: application/http;msgtype=response\r\nContent-Length: \(block.utf8.count)\r\n\r\n" + block
            let values: [(String, [UInt8])] = [
                ("docs.filtered.v2", try document.serializedBytes()), ("docs.rejected", try rejection.serializedBytes()),
                ("web.pages", Array(page.utf8)),
            ]
            for (topic, value) in values {
                try broker.createTopic(.init(name: topic, partitions: 1))
                let builder = RecordBatchBuilder()
                let order = RecordHeader(key: "leat-order", value: [0, 0, 0, 0, 0, 0, 0, 42] + [UInt8](repeating: 0, count: 12))
                try builder.append(key: Array("k".utf8), value: value, headers: [order], timestamp: 1)
                try builder.append(
                    key: nil as [UInt8]?, value: nil, headers: [order, RecordHeader(key: "leat-mark", value: [1])], timestamp: 2)
                _ = try broker.partition(TopicPartition(topic, 0)).append(batches: try builder.finish(), leaderEpoch: 0)
            }
            let line = try leat.run(["tail", "docs.filtered.v2", "--headers"])
            #expect(line.output.contains("A title") && line.output.contains("leat-order: 42"))
            #expect(!line.output.contains("\u{1B}"))
            #expect(try leat.run(["tail", "docs.filtered.v2", "--marks"]).output.contains("mark: end of input up to 42"))
            let json = try leat.run(["tail", "docs.rejected", "--json"]).objects.first?["value"] as? [String: Any]
            #expect(json?["rule"] as? String == "too_short")
            #expect((json?["document"] as? [String: Any])?["text"] as? String == "Some text.")
            #expect(try leat.run(["tail", "docs.rejected"]).output.contains("too_short: 3 against 50"))
            let shown = try leat.run(["tail", "web.pages"]).output
            #expect(shown.contains("https://example.org/a  response  200  text/html  \(block.utf8.count) B"))
        }
    }

    @Test func damageIsFoundNamedAndTheExitCode() throws {
        try with { leat in
            _ = try leat.run(["topics", "create", "notes"])
            for text in ["one", "two", "three"] { _ = try leat.run(["produce", "notes"], input: text + "\n") }
            #expect(try leat.run(["log", "verify"]).code == 0)
            let dump = try leat.run(["log", "dump", "notes", "--records", "--json"]).objects
            #expect(dump.compactMap { $0["baseOffset"] as? Int } == [0, 1, 2])
            let file = try #require(dump.first?["file"] as? String)
            let position = try #require(dump[1]["position"] as? Int)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            bytes[position + 65] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file))
            let verified = try leat.run(["log", "verify"])
            #expect(verified.code == 1)
            #expect(verified.output.contains("damage: \(file) at byte \(position)"))
            #expect(try leat.run(["log", "dump", file], withData: false).code == 1)
            let tailed = try leat.run(["tail", "notes", "--raw", "--offset", "earliest"])
            #expect(tailed.output == "one\nthree\n")
            #expect(tailed.errors.contains("offsets 1 to 1 cannot be read"))
        }
    }

    @Test func mistakesAreOneSentenceAndAStableCode() throws {
        try with { leat in
            #expect(try leat.run(["tail", "t"]).code == 1)
            _ = try leat.run(["topics", "create", "t"])
            let unknown = try leat.run(["tail", "nope"])
            #expect(unknown.code == 1 && unknown.errors.contains("there is no topic nope"))
            #expect(try leat.run(["tail", "t", "--partition", "7"]).code == 1)
            #expect(try leat.run(["produce", "t", "--key-separator", ":"], input: "no key\n").errors.contains("line 1"))
            #expect(try leat.run(["tail", "t", "--offset", "yesterday"]).code == 64)
            #expect(try leat.run(["produce", "t", "--compression", "rar"]).code == 64)
        }
    }
}
