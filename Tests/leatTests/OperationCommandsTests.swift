import Broker
import Coordination
import Documents
import Foundation
import Records
import SwiftProtobuf
import Testing

/// The operators' commands on a small pipeline that needs no models: on a folder, beside its owner, and over the network.
@Suite struct OperationCommandsTests {
    private static let recipe = """
        pipeline: small
        stages:
          - {stage: filter, from: docs.extracted, to: docs.filtered, filters: [{filter: gopher_quality, min_doc_words: 12, min_avg_word_length: 1, min_stop_words: 0, max_non_alpha_words_ratio: 0.1}]}
          - {stage: sign, from: docs.filtered, to: dedup.signatures}
          - {stage: dedup, from: dedup.signatures, to: dedup.verdicts}
          - {stage: unique, from: [docs.filtered, dedup.verdicts], to: docs.unique}
          - {stage: lake, from: docs.unique, to: lake}
        """

    private static let topics = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("topics").path

    private struct Small {
        let leat: CommandLine
        var recipe: String { leat.folder + ".yaml" }

        func run(_ arguments: [String], place: [String]? = nil) throws -> CommandLine.Outcome {
            try leat.run(arguments + ["--pipeline", recipe, "--topics", OperationCommandsTests.topics] + (place ?? []), withData: place == nil)
        }

        /// One object of a command's output.
        func object(_ arguments: [String], place: [String]? = nil) throws -> [String: Any] { try #require(try run(arguments, place: place).objects.first) }
    }

    private static func header(_ primary: Int, partition: UInt32 = 0) -> RecordHeader {
        let bytes = withUnsafeBytes(of: UInt64(primary).bigEndian) { Array($0) } + withUnsafeBytes(of: partition.bigEndian) { Array($0) }
        return RecordHeader(key: "leat-order", value: bytes + [UInt8](repeating: 0, count: 8))
    }

    private static func word(_ number: Int) -> String {
        let letter = UInt8(ascii: "a") + UInt8(number % 26)
        return "word" + String(UnicodeScalar(letter))
    }

    /// 40 documents, one of them no document; then the pipeline runs.
    private func with(_ body: (Small) throws -> Void) throws {
        guard let leat = CommandLine() else { return }
        let small = Small(leat: leat)
        defer {
            leat.remove()
            try? FileManager.default.removeItem(atPath: small.recipe)
        }
        try Data(Self.recipe.utf8).write(to: URL(fileURLWithPath: small.recipe))
        let broker = try Broker(folder: leat.folder)
        try broker.createTopic(.init(name: "docs.extracted", partitions: 4))
        let transaction = try broker.beginTransaction(id: "fill")
        for partition in 0..<4 {
            let builder = RecordBatchBuilder()
            for number in 0..<40 where number % 4 == partition {
                var document = Document()
                document.id = "id\(100 + number)"
                document.url = "https://small.example/\(number)"
                document.text = (0..<8 + number).map { Self.word($0 * 7 + number) }.joined(separator: " ")
                let value: [UInt8] = number == 21 ? [0xFF, 0xFF, 0xFF] : try document.serializedBytes()
                try builder.append(key: Array(document.id.utf8), value: value, headers: [Self.header(number + 1)], timestamp: Int64(1_000 * number + 1))
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil, headers: [Self.header(40, partition: .max), RecordHeader(key: "leat-mark", value: [1])], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("docs.extracted", Int32(partition)))
        }
        try transaction.commit([])
        try broker.close()
        let ran = try small.run(["run", "--quiet"])
        #expect(ran.code == 0, "\(ran.errors)")
        try body(small)
    }

    @Test func aReplayIsComparedAndTheLedgerProvenWithStableCodes() throws {
        try with { small in
            #expect(try small.run(["verify"]).code == 0)
            let dry = try small.object(["replay", "filter", "--from", "0:2,1:3", "--into", "v2", "--dry-run", "--json"])
            #expect((dry["ranges"] as? [[String: Any]])?.map { $0["from"] as? Int } == [2, 3, 0, 0])
            let replayed = try small.run(["replay", "filter", "--from", "beginning", "--into", "v2", "--set", "filter.gopher_quality.min_doc_words=20"])
            #expect(replayed.code == 0 && replayed.output.contains("40 read"), "\(replayed.output) \(replayed.errors)")
            let report = try small.object(["compare", "docs.filtered", "v2", "--json"])
            let onlyA = try #require(report["onlyA"] as? [String: Any])
            #expect(onlyA["rules"] as? [String: Int] == ["gopher_short_doc": 8])
            #expect(try small.run(["compare", "docs.filtered", "v2", "--fail-on-difference"]).code == 3)
            let whole = try small.object(["replay", "filter..lake", "--from", "beginning", "--into", "all", "--json"])
            #expect(whole["isBalanced"] as? Bool == true)
            #expect(try small.run(["compare", "docs.unique", "all.docs.unique", "--fail-on-difference"]).code == 0)
            // A record too many is named.
            #expect(try small.leat.run(["produce", "docs.filtered", "--partition", "2"], input: "too many\n").code == 0)
            let wrong = try small.run(["verify", "--json"])
            #expect(wrong.code == 1)
            let findings = try #require(wrong.objects.first?["findings"] as? [[String: Any]])
            #expect(findings.contains { $0["check"] as? String == "output" && $0["stage"] as? String == "filter" && $0["partition"] as? String == "docs.filtered-2" })
        }
    }

    @Test func deadLettersAreShownPutBackAndDropped() throws {
        try with { small in
            let listed = try small.object(["dlq", "list", "--json"])
            let place = try #require(listed["place"] as? String)
            #expect(place == "filter.dlq:0:0" && listed["key"] as? String == "id121" && (listed["source"] as? [String: Any])?["partition"] as? Int == 1)
            #expect(try small.run(["dlq", "show", place]).output.contains("leat dlq retry \(place)"))
            #expect(try small.run(["dlq", "retry", "--stage", "filter"]).output.contains("nothing is changed yet"))
            #expect(try small.object(["dlq", "retry", place, "--json"])["to"] as? String == "docs.extracted-1")
            #expect(try small.run(["dlq", "retry", place]).code == 1)
            #expect(try small.run(["dlq", "list"]).output.contains("nothing waits"))
            #expect(try small.run(["run", "--quiet"]).code == 0)
            // It is still no document: a new dead letter, and given up.
            let again = try #require(try small.object(["dlq", "list", "--json"])["place"] as? String)
            #expect(again != place)
            #expect(try small.run(["dlq", "drop", "--stage", "filter", "--reason", "no document", "--execute"]).code == 0)
            let fates = try small.run(["dlq", "list", "--settled", "--json"]).objects.compactMap { ($0["fate"] as? [String: Any])?["action"] as? String }
            #expect(fates == ["retried", "dropped"])
            #expect(try small.run(["verify"]).code == 0)
            #expect(try small.run(["dlq", "retry"]).code == 64 && small.run(["dlq", "show", "filter.dlq"]).code == 64)
        }
    }

    @Test func positionsAreMovedWhereStateDoesNotForbidIt() throws {
        try with { small in
            let shown = try small.run(["reset", "sign", "--to", "earliest", "--json"])
            #expect(shown.code == 0 && shown.objects.allSatisfy { $0["executed"] as? Bool == false && $0["to"] as? Int == 0 })
            for stage in ["dedup", "unique", "lake"] {
                let refused = try small.run(["reset", stage, "--to", "earliest"])
                #expect(refused.code == 1 && refused.errors.contains("leat replay \(stage)"))
            }
            let saved = try small.run(["reset", "sign", "--to", "current", "--export"]).output
            let file = small.leat.folder + ".csv"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try Data(saved.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try small.run(["reset", "filter", "--to", "shift:-3", "--topic", "docs.extracted:1", "--execute", "--json"]).objects.count == 1)
            let verified = try small.run(["verify"])
            #expect(verified.code == 0 && verified.output.contains("filter: its positions were moved"), "\(verified.output)")
            #expect(try small.run(["reset", "sign", "--to", "file:" + file, "--execute"]).code == 0)
            #expect(try small.run(["reset", "sign", "--to", "current", "--export"]).output == saved)
            for wrong in ["yesterday", "shift:x", "file:/nowhere"] { #expect(try small.run(["reset", "sign", "--to", wrong]).code == 64) }
        }
    }

    @Test func besideAnOwnerLookingWorksAndChangingNamesTheOwner() throws {
        try with { small in
            let broker = try Broker(folder: small.leat.folder)
            defer { try? broker.close() }
            #expect(try small.run(["verify"]).code == 0)
            let stages = try small.run(["stages", "--json"]).objects
            #expect(stages.map { $0["stage"] as? String } == ["filter", "sign", "dedup", "unique", "lake"])
            #expect(stages[0]["in"] as? Int == 40 && stages[0]["dead"] as? Int == 1 && stages[0]["waiting"] as? Int == 1)
            #expect(stages.allSatisfy { $0["lagRecords"] as? Int == 0 } && stages[2]["stateBytes"] as? Int ?? 0 > 0)
            #expect(try small.run(["dlq", "list"]).code == 0 && small.run(["compare", "docs.filtered", "docs.unique"]).code == 0)
            let stores = try small.leat.run(["state", "list", "--json"]).objects
            #expect(stores.contains { $0["store"] as? String == "identifiers" && $0["entries"] as? Int == stages[2]["in"] as? Int })
            #expect(try small.leat.run(["state", "get", "identifiers", "u64:40"]).output == "dedup/0  id139\n")
            #expect(try small.leat.run(["state", "get", "identifiers", "u64:4000"]).code == 1 && small.leat.run(["state", "get", "nope", "x"]).code == 1)
            #expect(try small.leat.run(["state", "get", "identifiers", "u64:x"]).code == 64)
            for command in [
                ["replay", "filter", "--from", "beginning", "--into", "v2"], ["reset", "filter", "--to", "latest", "--execute"],
                ["dlq", "drop", "filter.dlq:0:0"], ["snapshot", "now"],
            ] {
                let refused = try small.run(command)
                #expect(refused.code == 1 && refused.errors.contains("process \(ProcessInfo.processInfo.processIdentifier) holds it"), "\(command): \(refused.errors)")
            }
        }
    }

    /// The same commands over the network, on `leat serve`.
    @Test func aServedLogGivesTheSameAnswers() throws {
        try with { small in
            let onFolder = try small.object(["verify", "--json"])["lines"] as? [[String: Any]]
            let served = try ServedLog(small.leat)
            let place = ["--brokers", served.address]
            let verified = try small.run(["verify", "--json"], place: place)
            #expect(verified.code == 0, "\(verified.output) \(verified.errors)")
            #expect((verified.objects.first?["lines"] as? [[String: Any]])?.count == onFolder?.count)
            #expect(try small.run(["stages", "--json"], place: place).objects.map { $0["in"] as? Int }.first == 40)
            let taken = try small.run(["snapshot", "now"], place: place)
            #expect(taken.code == 0, "\(taken.errors)")
            let replayed = try small.run(
                ["replay", "filter..unique", "--from", "beginning", "--to", "snapshot:now", "--into", "net"], place: place)
            #expect(replayed.code == 0, "\(replayed.errors)")
            #expect(try small.run(["compare", "docs.unique", "net", "--fail-on-difference"], place: place).code == 0)
            let put = try small.run(["dlq", "retry", "filter.dlq:0:0"], place: place)
            #expect(put.code == 0, "\(put.errors)")
            #expect(try small.run(["dlq", "list"], place: place).output.contains("nothing waits"))
            served.stop()
            #expect(try small.run(["run", "--quiet"]).code == 0)
            #expect(try small.run(["verify"]).code == 0)
        }
    }

    @Test func theTopologyIsDrawn() throws {
        try with { small in
            let dot = try small.leat.run(["stages", "describe", "--dot", "--pipeline", small.recipe], withData: false)
            #expect(dot.output.hasPrefix("digraph \"small\" {") && dot.output.contains("\"topic:docs.extracted\" -> \"stage:filter\";"))
            #expect(dot.output.filter { $0 == "{" }.count == dot.output.filter { $0 == "}" }.count)
            let mermaid = try small.leat.run(["stages", "describe", "--mermaid", "--pipeline", small.recipe], withData: false)
            #expect(mermaid.output.hasPrefix("flowchart LR\n"))
            #expect(try small.leat.run(["stages", "describe", "nope", "--pipeline", small.recipe], withData: false).code == 1)
            for command in ["replay", "reset", "compare", "verify", "stages", "state", "dlq", "snapshot"] {
                let help = try small.leat.run([command, "--help"], withData: false)
                #expect(help.code == 0 && help.output.contains("EXAMPLES"), "\(command)")
            }
        }
    }
}
