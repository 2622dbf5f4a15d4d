import Coordination
import Documents
import Foundation
import LogClient
import Records
import Streams
import SwiftProtobuf
import Testing

@testable import Pipeline

/// A sound log is proven; each fault that is put in on purpose is found, and named with stage and place.
@Suite struct LedgerAuditTests {
    private func with(_ body: (OperationBench) throws -> Void) throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<100)
        try bench.run()
        try body(bench)
    }

    private func commit(_ bench: OperationBench, _ group: String, _ partition: TopicPartition, _ change: (inout Ledger, inout Int64) -> Void) throws {
        let position = try #require(try bench.engine.committedPosition(of: group, in: partition))
        var ledger = Ledger(text: position.metadata)
        var offset = position.offset
        change(&ledger, &offset)
        try bench.engine.commitPositions([OffsetCommit(group: group, partition: partition, position: .init(offset: offset, metadata: ledger.text))])
    }

    private func places(_ report: AuditReport) -> Set<String> { Set(report.findings.map { "\($0.check.rawValue) \($0.stage) \($0.partition ?? "all")" }) }

    @Test func aSoundLogIsProvenAlsoWithMoreToDo() throws {
        try with { bench in
            let report = try bench.audit()
            #expect(report.isProven, "\(report.findings)")
            #expect(report.checks > 60 && report.lines.count == 18)
            let ledger = report.lines.filter { $0.stage == "filter" }
            #expect(ledger.reduce(0) { $0 + $1.in } == 100 && ledger.reduce(0) { $0 + $1.rejected } > 5)
            try bench.fill(100..<130)
            #expect(try bench.audit().isProven)
            try bench.run()
            #expect(try bench.audit().isProven)
            let shared = try LedgerAudit.run(SharedEngine(folder: bench.folder), bench.map, files: PublishedFiles(dataFolder: bench.folder))
            #expect(shared.isProven, "\(shared.findings)")
        }
    }

    @Test func aDoubledRecordIsFound() throws {
        try with { bench in
            let partition = TopicPartition("docs.filtered", 1)
            var copied: Record?
            try PartitionScan(bench.engine, partition).forEach { if !$0.isMark { copied = $0.copy() } }
            try bench.append(try #require(copied), to: "docs.filtered", partition: 1)
            let report = try bench.audit()
            #expect(places(report) == ["output filter docs.filtered-1", "upstream sign all", "upstream unique all"])
            #expect(report.findings.allSatisfy { $0.difference == 1 })
        }
    }

    /// The stage counts one more than it handed on: what a lost record looks like afterwards.
    @Test func aLostRecordIsFound() throws {
        try with { bench in
            try commit(bench, "leat-filter", TopicPartition("docs.extracted", 2)) { ledger, _ in
                ledger.in += 1
                ledger.out += 1
            }
            let report = try bench.audit()
            #expect(places(report).isSuperset(of: ["input filter docs.extracted-2", "output filter docs.filtered-2", "upstream sign all"]))
            #expect(!places(report).contains { $0.hasPrefix("balance") })
        }
    }

    @Test func aSkippedRecordIsFound() throws {
        try with { bench in
            try bench.fill(100..<130)
            try commit(bench, "leat-filter", TopicPartition("docs.extracted", 0)) { _, offset in offset += 3 }
            #expect(places(try bench.audit()) == ["input filter docs.extracted-0"])
        }
    }

    @Test func aWrongLedgerIsFound() throws {
        try with { bench in
            try commit(bench, "leat-dedup", TopicPartition("dedup.signatures", 0)) { ledger, _ in ledger.dead += 1 }
            let report = try bench.audit()
            #expect(places(report) == ["balance dedup dedup.signatures-0", "deadLetters dedup dedup.signatures-0"])
            let quick = try LedgerAudit.run(bench.engine, bench.map, readsContents: false)
            #expect(places(quick) == ["balance dedup dedup.signatures-0"])
        }
    }

    @Test func anInventedRejectionAndALostFileAreFound() throws {
        try with { bench in
            var rejection = Rejection()
            rejection.stage = "filter"
            rejection.rule = "invented"
            try bench.append(Record(offset: -1, timestamp: 1, key: [1], value: try rejection.serializedBytes()), to: "docs.rejected", partition: 2)
            #expect(places(try bench.audit()) == ["rejections filter docs.rejected-2"])
            let file = try #require(try bench.files(bench.folder + "/lake").keys.sorted().first { $0.hasSuffix(".parquet") })
            try FileManager.default.removeItem(atPath: bench.folder + "/lake/" + file)
            let report = try bench.audit()
            #expect(places(report) == ["rejections filter docs.rejected-2", "files lake all"])
            #expect(report.findings.contains { $0.words.contains(file) && $0.words.contains("is not there") })
        }
    }

    /// What is known without models is what the stages are bound to.
    @Test(arguments: [1, 3]) func theMapIsTheTopology(matchers: Int) throws {
        let bench = try OperationBench(overrides: ["dedup.matchers=\(matchers)"])
        defer { bench.remove() }
        let bound = try WebTopology(recipe: bench.recipe, environment: bench.environment).stages
        for (stage, known) in zip(bound, bench.map.stages) {
            #expect(stage.name == known.name && stage.group == known.group && stage.inputs == known.inputs && stage.outputs == known.outputs)
            #expect(stage.rejections == known.rejections && stage.deadLetters == known.deadLetters && stage.changelog == known.changelog)
            #expect((stage.dependence == .pure) == known.isPure)
            switch stage.kind {
            case .perPartition: #expect(known.shape == .perPartition)
            case .merged: #expect(known.shape == .merged)
            case .joined: #expect(known.shape == .joined)
            case .gathered: #expect(known.shape == .gathered)
            case .concurrent: #expect(known.shape == .perPartition)
            }
        }
        #expect(bound.count == bench.map.stages.count)
    }
}

@Suite struct OperationTopicTests {
    /// What the tools make where nobody declared it is what is declared.
    @Test func theJournalIsDeclaredAsItIsMade() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = folder.appendingPathComponent("topics/leat.operations.yaml").path
        let declared = try DeclaredTopic(yaml: String(contentsOfFile: path, encoding: .utf8), path: path)
        #expect(declared.name == OperationJournal.topic && declared.partitions == 1 && declared.settings == OperationJournal.settings)
    }
}
