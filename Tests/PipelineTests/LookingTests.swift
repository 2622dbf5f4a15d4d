import Broker
import Coordination
import Foundation
import LogClient
import Records
import StateStore
import Streams
import Testing

@testable import Pipeline

/// Looking at what somebody else owns and writes.
@Suite struct LookingTests {
    @Test func aSharedEngineSeesWhatTheOwnerHasCommittedAndWritesNothing() throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<60)
        try bench.run()
        let open = try bench.broker.beginTransaction(id: "open")
        let builder = RecordBatchBuilder()
        try builder.append(key: "k", value: "not committed", headers: [], timestamp: 1)
        try open.append(builder, to: TopicPartition("docs.filtered", 0))
        let shared = try SharedEngine(folder: bench.folder)
        for topic in ["docs.filtered", "docs.unique", "docs.rejected"] {
            for number in 0..<OperationBench.partitions {
                let partition = TopicPartition(topic, number)
                var own: [Record] = []
                var seen: [Record] = []
                // Small fetches, and a start in the middle.
                try PartitionScan(bench.engine, partition).forEach(from: 3) { own.append($0.copy()) }
                var set = RecordSet()
                var offset: Int64 = 3
                while offset < (try shared.stableOffset(of: partition)) {
                    try shared.fetch(partition, from: offset, maximumBytes: 700, into: &set)
                    for index in 0..<set.count { seen.append(set.withRecord(at: index) { $0.copy() }) }
                    #expect(set.nextOffset > offset)
                    offset = set.nextOffset
                }
                #expect(seen == own && !own.isEmpty)
                #expect(try shared.stableOffset(of: partition) <= bench.engine.stableOffset(of: partition))
            }
        }
        let partition = TopicPartition("docs.extracted", 0)
        #expect(try shared.committedPosition(of: "leat-filter", in: partition) == bench.engine.committedPosition(of: "leat-filter", in: partition))
        #expect(try shared.lastCommit(of: "leat-filter") ?? 0 > 1_000_000)
        #expect(throws: EngineError.self) { try shared.beginTransaction(id: "x") }
        #expect(throws: EngineError.self) { try shared.commitPositions([]) }
        #expect(throws: EngineError.self) { try SharedEngine(folder: bench.folder + "/nowhere") }
        try open.abort()
    }

    @Test func stateIsReadWhileItsOwnerHasItOpen() throws {
        let folder = NSTemporaryDirectory() + "leat-state-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let state = try StateStore(folder: folder)
        let store = try state.store(named: "numbers")
        for number in 0..<500 { try store.put(Array("key\(number)".utf8), Array("value \(number)".utf8)) }
        _ = state.takeChanges()
        try state.commit(changelogOffset: 500)
        try store.put(Array("later".utf8), [1])
        let reader = try StateReader(folder: folder)
        #expect(reader.storeNames == ["numbers"] && reader.changelogOffset == 500)
        #expect(try reader.get(store: "numbers", key: Array("key77".utf8)) == Array("value 77".utf8))
        #expect(try reader.get(store: "numbers", key: Array("later".utf8)) == nil)
        #expect(try reader.get(store: "nothing", key: [1]) == nil)
        var keys: [String] = []
        try reader.scan(store: "numbers", prefix: Array("key49".utf8)) { key, _ in
            keys.append(String(decoding: key, as: UTF8.self))
            return keys.count < 5
        }
        #expect(keys == ["key49", "key490", "key491", "key492", "key493"])
        #expect(throws: StateStoreError.self) { try StateReader(folder: folder + "/nowhere") }
        #expect(!FileManager.default.fileExists(atPath: folder + "/nowhere"))
        // The owner goes on, and a new look sees it.
        _ = state.takeChanges()
        try state.commit(changelogOffset: 501)
        #expect(try StateReader(folder: folder).get(store: "numbers", key: Array("later".utf8)) == [1])
    }

    /// What moved while it was looked at is no proof of a fault; an imbalance is, whatever moved.
    @Test func aRunningStageIsNotedAndNotJudged() throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<60)
        try bench.run()
        let fault = AuditReport.Finding(check: .output, stage: "sign", partition: "dedup.signatures-0", expected: 1, found: 2, words: "seen on the way")
        var still = try bench.audit()
        still.findings = [fault]
        try LedgerAudit.settle(&still, against: bench.engine, bench.map)
        #expect(still.findings == [fault])
        var moving = try bench.audit()
        var unbalanced = fault
        unbalanced.check = .balance
        var far = fault
        far.stage = "lake"
        moving.findings = [fault, unbalanced, far]
        let partition = TopicPartition("docs.extracted", 0)
        let position = try #require(try bench.engine.committedPosition(of: "leat-filter", in: partition))
        try bench.engine.commitPositions([.init(group: "leat-filter", partition: partition, position: .init(offset: position.offset - 1, metadata: position.metadata))])
        try LedgerAudit.settle(&moving, against: bench.engine, bench.map)
        #expect(moving.findings == [unbalanced, far] && moving.notes.last?.contains("filter: running") == true)
    }

    @Test func stagesAreSurveyedWithTheirLag() throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<60)
        try bench.run()
        #expect(try StageSurvey(bench.engine, bench.map).lines().allSatisfy { $0.lagRecords == 0 && $0.lagIsExact && $0.untouched == 0 })
        try bench.fill(60..<81)
        let lines = try StageSurvey(bench.engine, bench.map).lines()
        #expect(lines.map(\.stage) == ["filter", "sign", "dedup", "unique", "lake"])
        #expect(lines[0].lagRecords == 21 && lines[0].lagBytes > 0 && lines[0].in == 60 && lines[1].lagRecords == 0)
    }

    @Test func aTopologyIsDrawnWithEveryStageAndTopic() throws {
        let map = PipelineMap(recipe: try Recipe(yaml: OperationBench.yaml, path: "bench.yaml"))
        let drawing = PipelineDrawing(map)
        for stage in map.stages {
            #expect(drawing.text.contains("\(stage.name): \(stage.inputs.joined(separator: " + ")) -> "))
            #expect(drawing.dot.contains("\"stage:\(stage.name)\" [label=\"\(stage.name)\""))
            for input in stage.inputs { #expect(drawing.dot.contains("\"topic:\(input)\" -> \"stage:\(stage.name)\";")) }
        }
        #expect(drawing.dot.contains("\"stage:lake\" -> \"folder:lake\";") && drawing.dot.contains("style=dashed"))
        // Each node has one name in Mermaid, and every edge uses names that are declared.
        let lines = drawing.mermaid.split(separator: "\n").dropFirst().map { $0.drop { $0 == " " } }
        let declared = Set(lines.filter { !$0.contains("--") && !$0.contains("-.-") }.map { $0.prefix { $0.isLetter || $0.isNumber } })
        let edges = lines.filter { $0.contains("-->") || $0.contains("-.->") }
        #expect(edges.count == 6 + 4 + 1 + 5)
        for edge in edges { #expect(edge.split(separator: " ").enumerated().allSatisfy { $0.offset == 1 || declared.contains($0.element) }) }
    }
}
