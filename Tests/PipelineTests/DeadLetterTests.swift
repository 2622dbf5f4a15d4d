import Coordination
import LogClient
import Records
import Streams
import Synchronization
import Testing

@testable import Pipeline

@Suite struct DeadLetterTests {
    private static let broken: Set<String> = ["id1012", "id1037", "id1063", "id1089"]

    /// 100 documents, of which a stage could not handle four.
    private func with(failing stage: String = "filter", _ body: (OperationBench) throws -> Void) throws {
        let bench = try OperationBench()
        defer { bench.remove() }
        try bench.fill(0..<100)
        try bench.run { Faulty.put(into: &$0, named: stage, Self.broken) }
        try OperationJournal.declare(in: bench.topics)
        try body(bench)
    }

    private func letters(_ bench: OperationBench, _ change: (inout DeadLetterFilter) -> Void = { _ in }) throws -> [BuriedRecord] {
        var filter = DeadLetterFilter()
        change(&filter)
        return try DeadLetterBox(bench.engine, bench.map).entries(filter).map(\.letter)
    }

    private func tool(_ bench: OperationBench) -> DeadLetterTool { DeadLetterTool(bench.engine, bench.map, by: "tester", nowMilliseconds: { 77 }) }

    @Test func theyAreListedWithWhereTheyCameFromAndChosenByErrorStageAndTime() throws {
        try with { bench in
            let all = try letters(bench)
            #expect(Set(all.map(\.key)) == Self.broken)
            #expect(all.allSatisfy { $0.stage == "filter" && $0.source.topic == "docs.extracted" && $0.error.contains("a fault") && $0.build == "bench" })
            let first = try #require(all.first)
            #expect(try letters(bench) { $0.places = [first.place] }.map(\.place) == [first.place])
            #expect(try letters(bench) { $0.errorText = "fault in id1037" }.map(\.key) == ["id1037"])
            #expect(try letters(bench) { $0.stages = ["sign"] }.isEmpty)
            #expect(Set(try letters(bench) { ($0.since, $0.until) = (38_000, 64_001) }.map(\.key)) == ["id1037", "id1063"])
            #expect(DeadLetterPlace(text: first.place.description) == first.place)
        }
    }

    /// The cause is mended: each goes through the whole line once, behind what was there, and nothing else comes twice.
    @Test func whatIsPutBackIsHandledOnceMoreByEveryStage() throws {
        try with { bench in
            let before = try bench.contents("docs.unique").flatMap { $0 }
            #expect(try bench.audit().isProven)
            let results = try tool(bench).retry(letters(bench), reason: "mended")
            #expect(results.count == 4 && results.allSatisfy { $0.putBack == $0.letter.source && !$0.wasSettled })
            #expect(try letters(bench).isEmpty)
            let report = try bench.run()
            #expect(report.stages["filter"]?.in == 104 && report.stages["filter"]?.dead == 4)
            let after = try bench.contents("docs.unique").flatMap { $0 }
            let added = Set(after.map { String($0.split(separator: " ")[1]) }).subtracting(before.map { String($0.split(separator: " ")[1]) })
            #expect(after.count == before.count + added.count && added.isSubset(of: Self.broken) && added.count >= 2)
            // Every one of them is in the lake, in a file that was closed.
            #expect(report.stages["lake"]?.out == after.count && report.stages["lake"]?.dead == 0)
            let audit = try bench.audit()
            #expect(audit.isProven, "\(audit.findings)")
            // Once more there is nothing to do; the same command again does nothing twice.
            let again = try tool(bench).retry(results.map(\.letter))
            #expect(again.allSatisfy { $0.wasSettled && $0.putBack == nil })
            try bench.run()
            #expect(try bench.contents("docs.unique").flatMap { $0 } == after)
        }
    }

    @Test func aRecordIsPutBackAsItWasButForItsPlaceInTheOrder() throws {
        try with { bench in
            let letter = try #require(try letters(bench) { $0.errorText = "id1063" }.first)
            var original: Record?
            try PartitionScan(bench.engine, letter.source).forEach { if $0.offset == letter.sourceOffset { original = $0.copy() } }
            _ = try tool(bench).retry([letter])
            var last: Record?
            try PartitionScan(bench.engine, letter.source).forEach { if !$0.isMark { last = $0.copy() } }
            let found = try #require(last)
            #expect(found.key == original?.key && found.value == original?.value && found.timestamp == original?.timestamp)
            #expect(found.headers.map(\.key) == [RetryHeader.stage, RetryHeader.place, RuntimeHeader.order])
            #expect(found.header(RetryHeader.place) == letter.place.description)
            let order = try #require(found.headers.last?.value.flatMap { bytes in bytes.withUnsafeBytes { OrderKey($0) } })
            #expect(order > OrderKey(100, partition: .max) && order < OrderKey(101))
        }
    }

    @Test func whatFailsAgainIsANewDeadLetter() throws {
        try with { bench in
            _ = try tool(bench).retry(letters(bench))
            try bench.run { Faulty.put(into: &$0, named: "filter", Self.broken) }
            let again = try letters(bench)
            #expect(Set(again.map(\.key)) == Self.broken)
            _ = try tool(bench).retry(again)
            let report = try bench.run()
            #expect(report.stages["filter"]?.dead == 8 && report.stages["filter"]?.in == 108)
            #expect(try bench.audit().isProven)
        }
    }

    @Test func whatIsDroppedIsGoneFromTheListAndKeptInTheJournal() throws {
        try with { bench in
            let all = try letters(bench)
            _ = try tool(bench).drop([all[1]], reason: "not a page")
            #expect(try letters(bench).map(\.place) == [all[0], all[2], all[3]].map(\.place))
            var filter = DeadLetterFilter()
            filter.includesSettled = true
            let fates = try DeadLetterBox(bench.engine, bench.map).entries(filter).map(\.fate)
            #expect(fates.map { $0 == nil } == [true, false, true, true])
            #expect(fates[1]?.action == .dropped && fates[1]?.by == "tester" && fates[1]?.reason == "not a page" && fates[1]?.milliseconds == 77)
            // The group's lag is what waits: it stands at the first that does.
            #expect(try bench.engine.committedPosition(of: DeadLetterTool.group, in: all[0].place.partition)?.offset == all[0].place.offset)
            _ = try tool(bench).drop([all[0]])
            #expect(try bench.engine.committedPosition(of: DeadLetterTool.group, in: all[0].place.partition)?.offset == all[2].place.offset)
            #expect(try bench.audit().isProven)
        }
    }

    /// A sink's dead letter: the other sink reads the same topic, and must not write the document twice.
    @Test func theOtherReadersOfATopicPassOverWhatIsNotForThem() throws {
        try with(failing: "lake") { bench in
            let rows = try #require(try bench.run().stages["lake"]).out
            let waiting = try letters(bench)
            #expect(!waiting.isEmpty && waiting.allSatisfy { $0.stage == "lake" && $0.source.topic == "docs.unique" })
            // Put back for another sink: passed over, and not counted.
            let foreign = DeadLetterTool(
                bench.engine, PipelineMap(name: "x", stages: bench.map.stages.map { stage in
                    var stage = stage
                    if stage.name == "lake" { (stage.name, stage.deadLetters) = ("other", "lake.dlq") }
                    return stage
                }), by: "tester")
            var letter = waiting[0]
            letter.stage = "other"
            _ = try foreign.retry([letter])
            #expect(try bench.run().stages["lake"]?.out == rows)
            #expect(try bench.audit().isProven)
            let rest = try tool(bench).retry(letters(bench))
            #expect(try bench.run().stages["lake"]?.out == rows + rest.count)
            let audit = try bench.audit()
            #expect(audit.isProven, "\(audit.findings)")
        }
    }

    @Test func whatWouldBeDoubledOrFindNoPartnerIsRefusedWithTheWayOut() throws {
        try with { bench in
            func obstacle(_ stage: String, _ topic: String) throws -> String? {
                RetryRule.obstacle(try bench.map.stage(stage), source: topic, bench.map)
            }
            #expect(try obstacle("filter", "docs.extracted") == nil)
            #expect(try obstacle("sign", "docs.filtered") == nil)
            #expect(try obstacle("lake", "docs.unique") == nil)
            #expect(try obstacle("dedup", "dedup.signatures")?.contains("leat replay dedup..unique") == true)
            #expect(try obstacle("unique", "docs.filtered")?.contains("leat replay unique") == true)
            #expect(try obstacle("filter", "web.pages")?.contains("does not read web.pages") == true)
            var letter = try #require(try letters(bench).first)
            letter.stage = "unique"
            letter.source.topic = "docs.filtered"
            #expect(throws: PipelineError.self) { try tool(bench).retry([letter]) }
        }
    }

    /// A killed or failed tool has done all or nothing.
    @Test func aRetryThatDoesNotCommitChangesNothing() throws {
        let log = InMemoryLog()
        let map = PipelineMap(name: "m", stages: [.init(name: "s", group: "g", inputs: ["in"], outputs: ["out"], deadLetters: "s.dlq")])
        for topic in ["in", "out", "s.dlq", OperationJournal.topic] { log.createTopic(topic, partitions: 1) }
        let headers = [
            (RuntimeHeader.error, "e"), (RuntimeHeader.stage, "s"), (RuntimeHeader.build, "b"), (RuntimeHeader.sourceTopic, "in"),
            (RuntimeHeader.sourcePartition, "0"), (RuntimeHeader.sourceOffset, "0"),
        ].map { RecordHeader(key: $0.0, value: $0.1) }
        try log.append(Record(offset: -1, timestamp: 1, key: [1], value: [2], headers: headers), to: TopicPartition("s.dlq", 0))
        let tool = DeadLetterTool(log, map, by: "tester", nowMilliseconds: { 1 })
        let letters = try DeadLetterBox(log, map).entries(DeadLetterFilter()).map(\.letter)
        log.failCommits(with: [EngineError(.inputOutput, "the log is away")])
        #expect(throws: EngineError.self) { try tool.retry(letters) }
        // Another tool took the transaction each time.
        log.failCommits(with: Array(repeating: EngineError(.fenced, "another tool"), count: 6))
        #expect(throws: PipelineError.self) { try tool.retry(letters) }
        #expect(try log.records(in: TopicPartition("in", 0)).isEmpty)
        #expect(try DeadLetterBox(log, map).entries(DeadLetterFilter()).count == 1)
        // Once alone, or fenced only now and then, it does what it was asked for.
        log.failCommits(with: Array(repeating: EngineError(.fenced, "another tool"), count: 2))
        #expect(try tool.retry(letters).map(\.wasSettled) == [false])
        #expect(try log.records(in: TopicPartition("in", 0)).map(\.value) == [[2], nil])
        #expect(try tool.retry(letters)[0].wasSettled)
        #expect(try log.records(in: TopicPartition("in", 0)).count == 2)
    }
}

/// A processor that fails for some documents, in front of the stage's own.
private final class Faulty: Processor {
    struct Fault: Error, CustomStringConvertible { var description: String }

    private let inner: any Processor
    private let keys: Set<String>

    init(_ inner: any Processor, _ keys: Set<String>) {
        self.inner = inner
        self.keys = keys
    }

    static func put(into stage: inout Stage, named name: String, _ keys: Set<String>) {
        guard stage.name == name else { return }
        switch stage.kind {
        case .perPartition(let make): stage.kind = .perPartition { Faulty(try make($0), keys) }
        case .merged(let make): stage.kind = .merged { Faulty(try make($0), keys) }
        case .joined, .gathered, .concurrent: break
        }
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
        if keys.contains(key) { throw Fault(description: "a fault in \(key)") }
        return try inner.process(record, context)
    }

    func endOfInput(_ context: ProcessorContext) throws { try inner.endOfInput(context) }
    func prepareCommit(_ context: ProcessorContext) throws { try inner.prepareCommit(context) }
    func didCommit(_ context: ProcessorContext) throws { try inner.didCommit(context) }
    var oldestHeldOrder: OrderKey? { inner.oldestHeldOrder }
    var holdsRecords: Bool { inner.holdsRecords }
}
