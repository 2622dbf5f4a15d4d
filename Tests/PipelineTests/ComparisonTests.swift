import Coordination
import LogClient
import Records
import Streams
import Testing

@testable import Pipeline

@Suite struct ComparisonTests {
    private func compare(_ bench: OperationBench, _ a: String, _ b: String, replay: ReplayPlan? = nil) throws -> ComparisonReport {
        let exists: (String) throws -> Bool = { try bench.topics.describe($0) != nil }
        return try TopicComparison(bench.engine, exampleLimit: 3).compare(
            a, b, refusalsTowardsA: try bench.map.refusals(towards: a, exists: exists), refusalsTowardsB: try bench.map.refusals(towards: b, exists: exists),
            replay: replay)
    }

    private func with(_ body: (OperationBench) throws -> Void) throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<150)
        try bench.run()
        try body(bench)
    }

    @Test func aStricterRuleShowsWhatItDropsAndWhy() throws {
        try with { bench in
            _ = try bench.replay("filter", into: "strict", recipe: bench.change(["filter.gopher_quality.min_doc_words=25"]))
            let report = try compare(bench, "docs.filtered", "strict")
            let kept = try bench.keys("strict").count
            let all = try bench.keys("docs.filtered").count
            #expect(report.sameButLineage == kept && report.same == 0 && report.different == 0)
            #expect(report.onlyA.count == all - kept && all - kept > 10 && report.onlyB.count == 0)
            #expect(report.onlyA.rules == ["gopher_short_doc": all - kept])
            #expect(report.onlyA.examples.count == 3)
            #expect(report.onlyA.examples.allSatisfy { $0.reason.contains("threshold 25") && $0.url.hasPrefix("https://bench.example/") && $0.inB == nil })
            // The other way round.
            let back = try compare(bench, "strict", "docs.filtered")
            #expect(back.onlyB.count == report.onlyA.count && back.onlyB.rules == report.onlyA.rules && back.onlyA.count == 0)
        }
    }

    @Test func betweenStagesTheResponsibleOneIsNamed() throws {
        try with { bench in
            let report = try compare(bench, "docs.extracted", "docs.unique")
            #expect(report.onlyA.count == 150 - (try bench.keys("docs.unique").count))
            #expect(Set(report.onlyA.rules.keys) == ["gopher_short_doc", "exact_duplicate"])
            #expect(report.differences["signals"] == report.different && report.different > 50)
        }
    }

    @Test func aSampledReplayIsComparedWithWhatItRead() throws {
        try with { bench in
            let session = try bench.replay(
                "filter", into: "some", .init(from: .time(30_001), sample: try KeySample(share: 0.4)),
                recipe: bench.change(["filter.gopher_quality.min_doc_words=25"]))
            let report = try compare(bench, "docs.filtered", "some", replay: session.plan)
            let some = try bench.keys("some").count
            #expect(report.keptByBoth == some && some > 5 && report.onlyB.count == 0)
            #expect(report.onlyA.count > 0 && report.leftOut > 30)
            #expect(report.keptByBoth + report.onlyA.count + report.leftOut == (try bench.keys("docs.filtered").count))
            #expect(Set(report.onlyA.rules.keys) == ["gopher_short_doc"])
        }
    }

    @Test func topicsThatAreNotInOrderAreRefused() throws {
        try with { bench in
            try bench.append(
                Record(offset: -1, timestamp: 1, key: [1], value: [1], headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(3).bytes)]),
                to: "docs.filtered", partition: 1)
            #expect {
                try compare(bench, "docs.filtered", "docs.unique")
            } throws: { "\($0)".contains("docs.filtered-1") && "\($0)".contains("not in order") }
        }
    }
}
