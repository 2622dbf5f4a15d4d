import Deduplication
import Foundation
import LogClient
import Streams
import Testing

@testable import Pipeline

/// `dedup.matchers`: the stage's work divided among stages of their own, with the same results.
@Suite struct MatcherTests {
    private static let compared = ["dedup.verdicts", "docs.unique", "docs.rejected"]

    private func recipe(_ overrides: [String] = []) throws -> Recipe {
        try Recipe(yaml: OperationBench.yaml, path: "bench.yaml", overrides: overrides)
    }

    @Test func theRecipeIsDividedIntoStagesOfTheirOwn() throws {
        let recipe = try recipe(["dedup.matchers=3"])
        #expect(recipe.stages.map(\.name) == ["filter", "sign", "match-0", "match-1", "match-2", "dedup", "unique", "lake"])
        #expect(recipe.stage("dedup")?.inputs == ["dedup.signatures", "dedup.candidates.0", "dedup.candidates.1", "dedup.candidates.2"])
        #expect(recipe.stage("match-1")?.outputs == ["dedup.candidates.1"])
        #expect(try recipe.stages(named: "match").map(\.name) == ["match-0", "match-1", "match-2"])
        #expect(try recipe.stages(named: "match-1").map(\.name) == ["match-1"])
        #expect { try recipe.stages(named: "match-3") } throws: { "\($0)".contains("no stage match-3") && "\($0)".contains("3 matchers") }
        #expect { try self.recipe().stages(named: "match") } throws: { "\($0)".contains("dedup.matchers") }
        // Without the setting, and with 1, nothing is divided.
        for overrides in [[], ["dedup.matchers=1"]] {
            #expect(try self.recipe(overrides).stages.map(\.name) == ["filter", "sign", "dedup", "unique", "lake"])
        }
        for wrong in ["0", "15", "-1", "many"] { #expect(throws: PipelineError.self) { try self.recipe(["dedup.matchers=\(wrong)"]) } }
        // As many as there are bands.
        #expect(try self.recipe(["dedup.matchers=14"]).stages.count == 19)
    }

    @Test func everyTopicOfAMatcherIsDeclaredLikeItsModel() throws {
        let recipe = try recipe(["dedup.matchers=2"])
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("topics").path
        let declared = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.map {
            try DeclaredTopic(yaml: String(contentsOfFile: folder + "/" + $0, encoding: .utf8), path: $0)
        }
        let all = DeclaredTopic.completing(declared, models: recipe.topicModels)
        let names = Set(all.map(\.name))
        #expect(Set(PipelineMap(recipe: recipe).stages.flatMap(\.topics)).isSubset(of: names))
        let model = try #require(declared.first { $0.name == "match-changelog" })
        let made = try #require(all.first { $0.name == "match-1-changelog" })
        #expect(made.partitions == 1 && made.settings == model.settings && made.settings["cleanup.policy"] == "compact")
    }

    @Test func theNumberOfMatchersDoesNotMatter() throws {
        var expected: [String: [[String]]] = [:]
        var files: [String: Data] = [:]
        for matchers in [1, 2, 3, 14] {
            let bench = try OperationBench(overrides: ["dedup.matchers=\(matchers)"])
            defer { bench.remove() }
            try bench.fill(0..<120)
            #expect(try bench.run().isBalanced)
            // In two runs: the matchers find those of the first in their state.
            try bench.fill(120..<260)
            let report = try bench.run()
            #expect(report.isBalanced && report.stages["dedup"]?.counts["exact"] ?? 0 > 30)
            let contents = try Dictionary(uniqueKeysWithValues: Self.compared.map { ($0, try bench.contents($0)) })
            let lake = try bench.files(bench.folder + "/lake")
            if matchers == 1 { (expected, files) = (contents, lake) }
            #expect(contents == expected && lake == files && !lake.isEmpty, "\(matchers) matchers")
            let audit = try bench.audit()
            #expect(audit.isProven && audit.checks > 20, "\(audit.findings)")
            let lines = try StageSurvey(bench.engine, bench.map).lines()
            #expect(lines.allSatisfy { $0.lagRecords == 0 && $0.untouched == 0 })
            #expect(lines.first { $0.stage == "dedup" }?.in == lines.first { $0.stage == "sign" }?.out)
            #expect(lines.count { $0.stage.hasPrefix("match-") } == (matchers == 1 ? 0 : matchers))
        }
    }

    /// A signature that cannot be read is buried once, by the sequencer, whatever the number of matchers.
    @Test func aBrokenSignatureIsBuriedOnce() throws {
        var found: [[[String]]] = []
        for matchers in [1, 3] {
            let bench = try OperationBench(overrides: ["dedup.matchers=\(matchers)"])
            defer { bench.remove() }
            try bench.fill(0..<40)
            try bench.run { stage in
                guard stage.name == "sign", case .perPartition(let make) = stage.kind else { return }
                stage.kind = .perPartition { Spoiler(try make($0)) }
            }
            #expect(try bench.contents("dedup.dlq").flatMap { $0 }.count == 3)
            #expect(try (0..<matchers).allSatisfy { number in try matchers == 1 || bench.contents("match-\(number).dlq").flatMap { $0 }.isEmpty })
            found.append(try bench.contents("dedup.verdicts"))
        }
        #expect(found[0] == found[1])
    }

    @Test func aReplayOfADividedStageBringsItsMatchers() throws {
        let bench = try OperationBench(overrides: ["dedup.matchers=2"])
        defer { bench.remove() }
        try bench.fill(0..<100)
        try bench.run()
        let session = try bench.replay("dedup", into: "verdicts.v2")
        #expect(session.replay.live.map(\.name) == ["match-0", "match-1", "dedup"])
        #expect(try bench.contents("verdicts.v2") == bench.contents("dedup.verdicts"))
        _ = try bench.replay("dedup..unique", into: "docs.unique.v2", threads: 1)
        #expect(try bench.contents("docs.unique.v2") == bench.contents("docs.unique"))
        // One of them alone, and the undivided stage over the divided line.
        _ = try bench.replay("match-1", into: "candidates.v2")
        #expect(try bench.contents("candidates.v2") == bench.contents("dedup.candidates.1"))
        _ = try bench.replay("dedup", into: "verdicts.v3", recipe: bench.change(["dedup.matchers=1"]))
        #expect(try bench.contents("verdicts.v3") == bench.contents("dedup.verdicts"))
        let drawn = PipelineDrawing(bench.map)
        #expect(drawn.text.contains("match-1: dedup.signatures -> dedup.candidates.1") && drawn.dot.contains("\"topic:dedup.candidates.0\" -> \"stage:dedup\""))
        #expect(try SnapshotRecord.take(name: "s", recipe: bench.recipe, build: "b", of: bench.engine).places.contains { $0.topic == "dedup.candidates.1" })
    }

    /// Matchers of other settings would make the sequencer overlook duplicates: it stops, and nothing is handled.
    @Test(arguments: ["matchers", "seed"]) func matchersWithOtherSettingsStopTheSequencer(setting: String) throws {
        let bench = try OperationBench(overrides: ["dedup.matchers=2"])
        defer { bench.remove() }
        try bench.fill(0..<50)
        let other = try recipe(["dedup.matchers=\(setting == "matchers" ? 3 : 2)", "dedup.seed=\(setting == "seed" ? 5 : DeduplicationSettings().seed)"])
        let strange = try WebTopology(recipe: other, environment: bench.environment).stages
        #expect {
            try bench.run { stage in
                if let twin = strange.first(where: { $0.name == stage.name && $0.name.hasPrefix("match-") }) { stage.kind = twin.kind }
            }
        } throws: { "\($0)".contains(setting == "matchers" ? "the same dedup.matchers" : "the same settings of dedup") }
        #expect(try bench.contents("dedup.verdicts").allSatisfy(\.isEmpty) && bench.contents("dedup.dlq").allSatisfy(\.isEmpty))
    }

    @Test(arguments: [(1, 2), (2, 1), (2, 3)])
    func aDataFolderKeepsItsNumberOfMatchers(before: Int, after: Int) throws {
        let bench = try OperationBench(overrides: ["dedup.matchers=\(before)"])
        defer { bench.remove() }
        try bench.fill(0..<50)
        try bench.run()
        try bench.fill(50..<60)
        try bench.change(to: ["dedup.matchers=\(after)"])
        #expect { try bench.run() } throws: { "\($0)".contains("dedup.matchers as it was") }
        try bench.change(to: ["dedup.matchers=\(before)"])
        #expect(try bench.run().isBalanced)
    }
}

/// Breaks the signatures of three documents.
private final class Spoiler: Processor {
    private let inner: any Processor
    init(_ inner: any Processor) { self.inner = inner }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        guard [15, 20, 27].contains(context.order.primary) else { return try inner.process(record, context) }
        context.emit(key: record.key.map { [UInt8]($0) }, value: context.order.primary == 20 ? [0xFF, 0xFF] : [])
        return .passed
    }
}
