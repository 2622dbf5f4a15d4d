import ArgumentParser
import Foundation
import LogClient
import Pipeline

/// `leat compare`: what two topics have in common and what not, and why.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two topics document by document: kept by both, only in one, and the rule responsible.",
        discussion: """
            Both topics are read along the one order that stages keep, so memory is constant and no key is held. Where a document is in one of them alone, the \
            rejections of the stages that lead to the other say why: INTO.rejected for a replay's topic, docs.rejected for the live line.
            Where B is a replay's output, only what the replay read of A is compared (its range, its sample). Values that differ only in the lineage \
            (builds, digests of settings) count as the same.

            EXAMPLES
              leat compare docs.filtered docs.filtered.v2
              leat compare docs.extracted docs.unique --examples 20      what was dropped between, and by which rule
              leat compare docs.filtered docs.filtered.v2 --json | jq .onlyA.rules

            EXIT CODES: 0 compared · 1 it failed · 3 they differ, with --fail-on-difference · 64 the command line is wrong.
            """)

    @OptionGroup var options: EngineOptions
    @Argument(help: "A topic, or a replay's.") var a: String
    @Argument(help: "Another one.") var b: String
    @Option(help: "Examples of each kind.") var examples = 5
    @Flag(help: "Compare all of A, also what the replay that made B did not read.") var all = false
    @Flag(help: "Exit with 3 where anything but the lineage differs.") var failOnDifference = false
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        guard (0...10_000).contains(examples) else { throw ValidationError("--examples \(examples): 0 to 10000 are allowed") }
        if a == b { throw ValidationError("A and B are the same topic") }
    }

    func run() throws {
        let map = PipelineMap(recipe: try options.recipe())
        let report = try options.look().use { opened in
            func exists(_ topic: String) throws -> Bool { try opened.topics.describe(topic) != nil }
            let replay = try OperationJournal(opened.engine).entries(ReplayPlan.self, kind: ReplayPlan.kind)[b]
            return try TopicComparison(opened.engine, exampleLimit: examples).compare(
                a, b, refusalsTowardsA: try map.refusals(towards: a, exists: exists), refusalsTowardsB: try map.refusals(towards: b, exists: exists),
                replay: all ? nil : replay)
        }
        ComparisonPrinter(report).show(json: json)
        if failOnDifference, !report.isEqual { throw ExitCode(3) }
    }
}
