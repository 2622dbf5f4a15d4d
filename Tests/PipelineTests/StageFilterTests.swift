import Documents
import Foundation
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import Pipeline

@Suite struct StageFilterTests {
    private static let text = """
        pipeline: test
        stages:
          - stage: ingest
            from: ingest.archives
            to: web.pages
          - stage: extract
            from: web.pages
            to: docs.extracted
          - stage: filter
            from: docs.extracted
            to: docs.filtered
            filters:
              - filter: gopher_quality
                min_doc_words: 5
                min_stop_words: 1
                min_avg_word_length: 1
                max_non_alpha_words_ratio: 0.5
          - stage: sign
            from: docs.filtered
            to: dedup.signatures
          - stage: dedup
            from: dedup.signatures
            to: dedup.verdicts
          - stage: unique
            from: [docs.filtered, dedup.verdicts]
            to: docs.unique
          - stage: lake
            from: docs.unique
            to: lake
        """

    private let environment = PipelineEnvironment(dataFolder: "", modelsFolder: "/dev/null", build: "test")

    private func recipe() throws -> Recipe { try Recipe(yaml: Self.text, path: "test.yaml") }

    private func filter(_ stage: String, _ change: (inout StageFilter.Settings) -> Void = { _ in }) throws -> StageFilter {
        var settings = StageFilter.Settings()
        change(&settings)
        return try StageFilter(stage: stage, recipe: recipe(), environment: environment, settings: settings)
    }

    /// Some that the rules keep, some that they refuse; with characters that JSON must escape.
    private var documents: [Document] {
        (0..<40).map { number in
            var document = Document()
            document.id = "id\(number)"
            document.url = "https://a.example/\"\(number)\"\\\u{1}"
            let sentence = "The \(number) waters of the mill run to the wheel and on, \u{2028} \u{1F600} they say.\n"
            document.text = number % 3 == 0 ? "few" : String(repeating: sentence, count: 3)
            document.language.code = "en"
            document.language.score = 0.1 + Double(number) / 7
            document.page.htmlBytes = UInt64(number) << 50
            document.lineage.ordinal = UInt64(number)
            return document
        }
    }

    /// What the streaming stage makes of them: values of its output, and of its rejections.
    private func streamed(_ stage: String) throws -> (out: [[UInt8]], rejected: [[UInt8]]) {
        var alone = try recipe()
        alone.stages = alone.stages.filter { $0.name == stage }
        let topology = try WebTopology(recipe: alone, environment: environment)
        let driver = try TopologyTestDriver(stages: topology.stages, build: "test")
        for document in documents {
            try driver.pipe(
                Record(offset: -1, timestamp: 0, key: Array(document.id.utf8), value: try document.serializedBytes()),
                to: topology.stages[0].inputs[0], order: OrderKey(document.lineage.ordinal))
        }
        try driver.run()
        return (
            try driver.output(topology.stages[0].outputs[0]).compactMap(\.value), try driver.output("docs.rejected").compactMap(\.value)
        )
    }

    private func give(_ bytes: [UInt8], to filter: StageFilter) throws -> String? {
        try bytes.withUnsafeBytes { try filter.handle(.record($0)) }
    }

    /// Cuts framed protobuf messages apart.
    private func messages(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        var framing = FilterFraming(.protobuf, limit: 1 << 20)
        try bytes.withUnsafeBytes { try framing.feed($0) { if case .record(let record) = $0 { found.append([UInt8](record)) } } }
        return found
    }

    @Test(arguments: ["filter", "sign"])
    func resultsAreThoseOfTheStreamingStage(_ stage: String) throws {
        let expected = try streamed(stage)
        #expect(!expected.out.isEmpty && (stage == "sign" || !expected.rejected.isEmpty))
        let filter = try filter(stage) {
            $0.format = .protobuf
            $0.keepsRejected = true
        }
        for document in documents { #expect(try give(try document.serializedBytes(), to: filter) == nil) }
        #expect(try messages(filter.outputs.results) == expected.out)
        #expect(try messages(filter.outputs.rejected) == expected.rejected)
        #expect(filter.ledger.isBalanced && filter.ledger.in == 40 && filter.ledger.rejected == expected.rejected.count)
    }

    @Test func jsonSaysTheSameAsProtobuf() throws {
        let expected = try streamed("filter")
        let filter = try filter("filter") { $0.isTagged = true }
        for document in documents { #expect(try give(try document.jsonUTF8Bytes(), to: filter) == nil) }
        let lines = filter.outputs.results.split(separator: 0x0A).map { Array($0) }
        #expect(lines.count == 40)
        var out: [[UInt8]] = []
        var rejected: [[UInt8]] = []
        for (line, document) in zip(lines, documents) {
            switch try StageResult(jsonUTF8Bytes: line).result {
            case .document(let result):
                #expect(result.id == document.id)
                out.append(try result.serializedBytes())
            case .rejection(let rejection):
                #expect(rejection.document.id == document.id && rejection.rule == "gopher_short_doc")
                rejected.append(try rejection.serializedBytes())
            default: Issue.record("\(String(decoding: line, as: UTF8.self))")
            }
        }
        #expect(out == expected.out)
        #expect(rejected == expected.rejected)
    }

    @Test func fieldsOfALaterSchemaSurviveInProtobuf() throws {
        // Field 2000, length-delimited, "new".
        let unknown: [UInt8] = [0x82, 0x7D, 3] + Array("new".utf8)
        let filter = try filter("filter") { $0.format = .protobuf }
        #expect(try give(try documents[1].serializedBytes() + unknown, to: filter) == nil)
        let result = try #require(try messages(filter.outputs.results).first)
        #expect(String(decoding: result, as: UTF8.self).contains("new"))
        let json = Array(#"{"id":"a","text":"b","later":1}"#.utf8)
        #expect(try give(json, to: try self.filter("filter"))?.contains("later") == true)
        #expect(try give(json, to: try self.filter("filter") { $0.ignoresUnknownFields = true }) == nil)
    }

    @Test func whatCannotBeHandledIsKeptWithItsNumberAndTheRestIsDone() throws {
        for isTagged in [true, false] {
            let filter = try filter("filter") {
                $0.isTagged = isTagged
                $0.keepsDead = !isTagged
            }
            #expect(try give(try documents[1].jsonUTF8Bytes(), to: filter) == nil)
            #expect(try give(Array("{no json".utf8), to: filter) != nil)
            #expect(try give(Array(#"{"text":"without an id"}"#.utf8), to: filter) == "the document has no id")
            #expect(try filter.handle(.tooLong(bytes: 1 << 30))?.contains("1073741824") == true)
            #expect(try give(try documents[2].jsonUTF8Bytes(), to: filter) == nil)
            #expect(filter.ledger.in == 5 && filter.ledger.out == 2 && filter.ledger.dead == 3)
            let kept = (isTagged ? filter.outputs.results : filter.outputs.dead).split(separator: 0x0A)
            let letters: [Documents.DeadLetter] = try kept.compactMap { line in
                guard isTagged else { return try Documents.DeadLetter(jsonUTF8Bytes: Array(line)) }
                guard case .dead(let letter)? = try StageResult(jsonUTF8Bytes: Array(line)).result else { return nil }
                return letter
            }
            #expect(letters.map(\.record) == [2, 3, 4])
            #expect(letters.map { String(decoding: $0.input, as: UTF8.self) } == ["{no json", #"{"text":"without an id"}"#, ""])
            #expect(letters.allSatisfy { $0.stage == "filter" && $0.build == "test" && !$0.error.isEmpty })
        }
    }

    @Test func stagesThatNeedALogSayWhy() throws {
        for (stage, reason) in [
            ("ingest", "archives"), ("dedup", "state"), ("unique", "two topics"), ("lake", "files"), ("nothing", "no stage nothing"),
        ] {
            #expect { try filter(stage) } throws: { "\($0)".contains(reason) }
        }
    }

    /// The language model is needed: ops/setup installs it.
    @Test func aPageBecomesTheDocumentThatTheLineMakesOfIt() throws {
        let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".local/models").path
        guard FileManager.default.fileExists(atPath: models + "/lid.176.ftz") else {
            return print("skipped: \(models) has no lid.176.ftz; ops/setup installs it")
        }
        let environment = PipelineEnvironment(dataFolder: "", modelsFolder: models, build: "test")
        let filter = try StageFilter(stage: "extract", recipe: recipe(), environment: environment, settings: .init())
        var page = PageInput()
        let html = "<html><title>A mill</title><body><p>The water runs to the wheel, and the wheel turns the stone all day long.</p></body></html>"
        page.page.body = Data(html.utf8)
        page.page.url = "https://mill.example/"
        page.page.fetched = "2024-01-01T00:00:00Z"
        page.archive = "a.warc.gz"
        page.archiveOffset = 77
        page.dump = "D"
        page.ordinal = 41
        #expect(try give(try page.jsonUTF8Bytes(), to: filter) == nil)
        let document = try Document(jsonUTF8Bytes: filter.outputs.results.dropLast())
        #expect(document.text.contains("wheel turns the stone") && document.language.code == "en" && document.title == "A mill")
        #expect(document.lineage.archive == "a.warc.gz" && document.lineage.offset == 77 && document.lineage.ordinal == 41)
        #expect(document.lineage.dump == "D" && document.url == "https://mill.example/" && document.id.count == 32)
        #expect(try give(Array("{}".utf8), to: filter)?.contains("WARC record") == true)
    }
}
