import Broker
import Coordination
import Documents
import Foundation
import LogClient
import Records
import SwiftProtobuf
import Testing

/// `leat run --listen --external` with the stages that it leaves to others beside it.
@Suite struct SharedRunTests {
    private static let recipe = """
        pipeline: shared
        stages:
          - {stage: filter, from: docs.extracted, to: docs.filtered, filters: [{filter: gopher_quality, min_doc_words: 12, min_avg_word_length: 1, min_stop_words: 0, max_non_alpha_words_ratio: 0.1}]}
          - {stage: sign, from: docs.filtered, to: dedup.signatures}
          - {stage: dedup, from: dedup.signatures, to: dedup.verdicts}
          - {stage: unique, from: [docs.filtered, dedup.verdicts], to: docs.unique}
          - {stage: lake, from: docs.unique, to: lake, rows_per_file: 100}
        """
    private static let documents = 2_000
    private static let topics = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("topics").path

    /// A data folder with documents to be handled.
    private struct Folder {
        let leat: CommandLine
        var recipe: String { leat.folder + ".yaml" }
        var common: [String] { ["--pipeline", recipe, "--topics", SharedRunTests.topics] }

        init?() throws {
            guard let leat = CommandLine() else { return nil }
            self.leat = leat
            try Data(SharedRunTests.recipe.utf8).write(to: URL(fileURLWithPath: recipe))
            let broker = try Broker(folder: leat.folder)
            try broker.createTopic(.init(name: "docs.extracted", partitions: 4))
            let transaction = try broker.beginTransaction(id: "fill")
            for partition in 0..<4 {
                let builder = RecordBatchBuilder()
                for number in 0..<SharedRunTests.documents where number % 4 == partition {
                    var document = Document()
                    document.id = "id\(10_000 + number)"
                    document.url = "https://shared.example/\(number)"
                    // Every third is nearly what an earlier one is.
                    let base = number % 3 == 2 ? number / 2 : number
                    var words = (0..<8 + base % 60).map { "word" + SharedRunTests.letters($0 * 31 + base * 7) }
                    if number % 3 == 2 { words[words.count / 2] = "other" }
                    document.text = words.joined(separator: " ")
                    try builder.append(
                        key: Array(document.id.utf8), value: try document.serializedBytes() as [UInt8], headers: [SharedRunTests.order(number + 1)],
                        timestamp: Int64(1_000 + number))
                    if number % 40 == partition { try transaction.append(builder, to: TopicPartition("docs.extracted", Int32(partition))) }
                }
                try builder.append(
                    key: nil as [UInt8]?, value: nil,
                    headers: [SharedRunTests.order(SharedRunTests.documents, partition: .max), RecordHeader(key: "leat-mark", value: [1])], timestamp: 1)
                try transaction.append(builder, to: TopicPartition("docs.extracted", Int32(partition)))
            }
            try transaction.commit([])
            try broker.close()
        }

        func remove() {
            leat.remove()
            try? FileManager.default.removeItem(atPath: recipe)
        }

        /// The lake's files, and the records between the stages: what must be the same however the work was shared.
        func results() throws -> [String: Data] {
            var found: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: leat.folder + "/lake") where name.hasSuffix(".parquet") || name.hasSuffix(".json") {
                found[name] = try Data(contentsOf: URL(fileURLWithPath: leat.folder + "/lake/" + name))
            }
            let engine = try SharedEngine(folder: leat.folder)
            for topic in ["docs.filtered", "docs.rejected", "dedup.verdicts", "docs.unique"] {
                for number in 0..<(try engine.partitionCount(of: topic)) {
                    var lines: [String] = []
                    let partition = TopicPartition(topic, number)
                    try engine.forEachRecord(in: partition, from: engine.startOffset(of: partition)) { record in
                        guard let value = record.value else { return true }
                        lines.append((record.key.map { String(decoding: $0, as: UTF8.self) } ?? "") + Data(value).base64EncodedString())
                        return true
                    }
                    // Several stages write refusals, in the order of their commits.
                    found["\(partition)"] = Data((topic == "docs.rejected" ? lines.sorted() : lines).joined(separator: "\n").utf8)
                }
            }
            return found
        }
    }

    private static func letters(_ number: Int) -> String {
        String(String(number % 3_000).utf8.map { Character(UnicodeScalar($0 - UInt8(ascii: "0") + UInt8(ascii: "a"))) })
    }

    private static func order(_ primary: Int, partition: UInt32 = 0) -> RecordHeader {
        let bytes = withUnsafeBytes(of: UInt64(primary).bigEndian) { Array($0) } + withUnsafeBytes(of: partition.bigEndian) { Array($0) }
        return RecordHeader(key: "leat-order", value: bytes + [UInt8](repeating: 0, count: 8))
    }

    /// What a plain run makes of the same documents.
    private func plain() throws -> [String: Data]? {
        guard let folder = try Folder() else { return nil }
        defer { folder.remove() }
        let ran = try folder.leat.run(["run", "--quiet"] + folder.common)
        #expect(ran.code == 0, "\(ran.errors)")
        return try folder.results()
    }

    @Test func aRunWithAStageOutsideEndsAsAPlainOneAlsoWhenThatIsKilled() throws {
        guard let expected = try plain(), let folder = try Folder() else { return }
        defer { folder.remove() }
        #expect(expected.keys.count { $0.hasSuffix(".parquet") } > 1)
        let run = try RunningProgram(folder.leat, ["run", "--data", folder.leat.folder, "--listen", "127.0.0.1:0", "--external", "filter"] + folder.common)
        let address = try run.word(after: "may join at ")
        #expect(try run.word(after: "left to other processes: ") == "filter")
        func filter() throws -> RunningProgram {
            try RunningProgram(
                folder.leat, ["stage", "filter", "--brokers", address, "--data", folder.leat.folder + "-filter", "--instance", "f", "--threads", "1",
                    "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=500", "--commit-interval", "20"] + folder.common)
        }
        defer { try? FileManager.default.removeItem(atPath: folder.leat.folder + "-filter") }
        // It waits, and says for whom.
        try run.wait(for: "filter: outside")
        for _ in 0..<2 {
            let killed = try filter()
            try killed.wait(for: "tasks 0,1,2,3")
            killed.kill()
        }
        let last = try filter()
        #expect(run.end() == 0, "\(run.text)")
        #expect(last.stop() == 0, "\(last.text)")
        #expect(try folder.results() == expected)
        #expect(try folder.leat.run(["verify"] + folder.common).code == 0)
    }

    @Test func matchersOutsideAreSharedAndTakenOver() throws {
        guard let expected = try plain(), let folder = try Folder() else { return }
        defer { folder.remove() }
        let divided = ["--set", "dedup.matchers=3"]
        let run = try RunningProgram(
            folder.leat, ["run", "--data", folder.leat.folder, "--listen", "127.0.0.1:0", "--external", "match,unique"] + folder.common + divided)
        let address = try run.word(after: "may join at ")
        func stage(_ name: String, _ instance: String) throws -> RunningProgram {
            try RunningProgram(
                folder.leat, ["stage", name, "--brokers", address, "--data", folder.leat.folder + "-" + instance, "--instance", instance, "--threads", "1",
                    "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=500", "-X", "transaction.timeout.ms=6000", "--commit-interval", "20"]
                    + folder.common + divided)
        }
        defer { for name in ["a", "b", "u"] { try? FileManager.default.removeItem(atPath: folder.leat.folder + "-" + name) } }
        let first = try stage("match", "a")
        try first.wait(for: "match-2: tasks 0")
        let unique = try stage("unique", "u")
        first.kill()
        // Another process, with no state of its own, takes all three over.
        let second = try stage("match", "b")
        #expect(run.end() == 0, "\(run.text)")
        #expect(second.stop() == 0, "\(second.text)")
        #expect(unique.stop() == 0, "\(unique.text)")
        #expect(try folder.results() == expected)
        let proven = try folder.leat.run(["verify"] + folder.common + ["--json"])
        #expect(proven.code == 0, "\(proven.output)")
    }

    @Test func whatCannotBeLeftToOthersIsSaidAtOnce() throws {
        guard let folder = try Folder() else { return }
        defer { folder.remove() }
        let unknown = try folder.leat.run(["run", "--quiet", "--listen", "127.0.0.1:0", "--external", "filter,nothing"] + folder.common)
        #expect(unknown.code == 1 && unknown.errors.contains("--external: ") && unknown.errors.contains("no stage nothing; it has filter, sign"))
        let undivided = try folder.leat.run(["run", "--quiet", "--listen", "127.0.0.1:0", "--external", "match"] + folder.common)
        #expect(undivided.code == 1 && undivided.errors.contains("dedup.matchers"))
        let alone = try folder.leat.run(["run", "--quiet", "--external", "filter"] + folder.common)
        #expect(alone.code == 64 && alone.errors.contains("--listen"))
        let service = try folder.leat.run(["stage", "match-1", "--brokers", "127.0.0.1:1"] + folder.common)
        #expect(service.code == 1 && service.errors.contains("no stage match-1"))
    }
}
