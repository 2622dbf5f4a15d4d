import Documents
import Foundation
import SwiftProtobuf
import Testing

@Suite struct StageCommandTests {
    /// A recipe without models, in a folder of its own.
    private static let recipe = """
        pipeline: test
        stages:
          - stage: filter
            from: docs.extracted
            to: docs.filtered
            filters:
              - filter: gopher_quality
                min_doc_words: 5
                min_stop_words: 1
                min_avg_word_length: 1
                max_non_alpha_words_ratio: 0.5
          - stage: dedup
            from: dedup.signatures
            to: dedup.verdicts
        """

    private func with(_ body: (CommandLine, _ stage: [String]) throws -> Void) throws {
        guard let leat = CommandLine() else { return }
        defer { leat.remove() }
        try FileManager.default.createDirectory(atPath: leat.folder, withIntermediateDirectories: true)
        let path = leat.folder + "/recipe.yaml"
        try Data(Self.recipe.utf8).write(to: URL(fileURLWithPath: path))
        try body(leat, ["stage", "filter", "--stdio", "--pipeline", path])
    }

    private func line(_ number: Int, text: String = "The waters of the mill run to the wheel and on to the sea.") throws -> String {
        var document = Document()
        document.id = "id\(number)"
        document.text = text
        return try document.jsonString() + "\n"
    }

    @Test func keptDocumentsComeInOrderAndRejectionsGoToTheirFile() throws {
        try with { leat, stage in
            let input = try (0..<500).map { try line($0, text: $0 % 5 == 0 ? "few" : "The waters of the mill run to the wheel \($0).") }.joined()
            let rejected = leat.folder + "/rejected.jsonl"
            let outcome = try leat.run(stage + ["--rejected", rejected], input: input, withData: false)
            #expect(outcome.code == 0)
            #expect(outcome.objects.compactMap { $0["id"] as? String } == (0..<500).filter { $0 % 5 != 0 }.map { "id\($0)" })
            #expect(outcome.errors.contains("500 records, 400 out, 100 rejected (gopher_short_doc 100), 0 dead"))
            let lines = try String(contentsOfFile: rejected, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 100)
            #expect(try Rejection(jsonString: String(lines[1])).document.id == "id5")
            // A second filter that would write the same file says so before it reads anything.
            let second = try leat.run(stage + ["--rejected", rejected], input: input, withData: false)
            #expect(second.code != 0 && second.errors.contains("not empty") && second.output.isEmpty)
        }
    }

    @Test func aSettingChangesWhatIsKept() throws {
        try with { leat, stage in
            let input = try line(1, text: "The few of the few")
            #expect(try leat.run(stage, input: input, withData: false).lines.count == 1)
            #expect(try leat.run(stage + ["--set", "filter.gopher_quality.min_doc_words=6"], input: input, withData: false).lines.isEmpty)
        }
    }

    @Test func taggedEachRecordHasOneLine() throws {
        try with { leat, stage in
            let input = try line(1) + "nonsense\n" + line(2, text: "few") + line(3)
            let outcome = try leat.run(stage + ["--tagged", "--quiet"], input: input, withData: false)
            #expect(outcome.objects.map { Array($0.keys) } == [["document"], ["dead"], ["rejection"], ["document"]])
            #expect(outcome.code == 1 && outcome.errors.contains("line 2: "))
            #expect(try leat.run(stage + ["--tagged", "--dead-letters", "-"], input: input, withData: false).code == 0)
        }
    }

    @Test func aRecordThatCannotBeHandledIsAnErrorAtTheEndUnlessItIsKept() throws {
        try with { leat, stage in
            let input = try line(1) + "{\"text\":\"no id\"}\n" + line(3)
            let failed = try leat.run(stage, input: input, withData: false)
            #expect(failed.code == 1 && failed.lines.count == 2 && failed.errors.contains("line 2: the document has no id"))
            let path = leat.folder + "/dead-{pid}.jsonl"
            let kept = try leat.run(stage + ["--dead-letters", path], input: input, withData: false)
            #expect(kept.code == 0 && kept.lines.count == 2)
            let file = try #require(FileManager.default.contentsOfDirectory(atPath: leat.folder).first { $0.hasPrefix("dead-") })
            let letter = try DeadLetter(jsonString: String(contentsOfFile: leat.folder + "/" + file, encoding: .utf8))
            #expect(letter.record == 2 && letter.error == "the document has no id" && letter.input == Data("{\"text\":\"no id\"}".utf8))
        }
    }

    @Test func aStageThatCannotBeAFilterSaysWhy() throws {
        try with { leat, stage in
            let outcome = try leat.run(["stage", "dedup"] + stage.dropFirst(2), withData: false)
            #expect(outcome.code == 1 && outcome.errors.contains("the stage dedup cannot run as a filter: each decision depends on"))
            #expect(try leat.run(["stage", "filter"], withData: false).code != 0)
            #expect(try leat.run(stage + ["--dead-letters", "-"], withData: false).code != 0)
        }
    }

    /// A program that waits for each answer before it sends the next record gets it.
    @Test func anAnswerComesBeforeTheNextRecordIsSent() throws {
        try with { leat, stage in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: leat.program)
            process.arguments = stage + ["--tagged", "--quiet"]
            let input = Pipe(), output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            for number in 0..<20 {
                input.fileHandleForWriting.write(Data(try line(number).utf8))
                var answer = Data()
                while answer.last != 0x0A {
                    let more = output.fileHandleForReading.availableData
                    guard !more.isEmpty else { break }
                    answer += more
                }
                #expect(String(decoding: answer, as: UTF8.self).contains("\"id\(number)\""))
            }
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }
}
