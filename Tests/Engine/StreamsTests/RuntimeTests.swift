import Broker
import Coordination
import LogClient
import Records
import Streams
import Synchronization
import SystemIO
import Testing

/// The runtime with its threads on the embedded broker.
@Suite struct RuntimeTests {
    private func settings() -> RuntimeSettings {
        var settings = RuntimeSettings(stateFolder: "/nonexistent", build: "test", transactionalID: "run")
        settings.workerCount = 3
        settings.commitInterval = .milliseconds(5)
        settings.slice = .milliseconds(1)
        settings.fetchBytes = 2_000
        return settings
    }

    private func broker(_ files: any FileSystem, partitions: Int32) throws -> Broker {
        let broker = try Broker(folder: "data", fileSystem: files)
        for topic in ["in", "middle", "out", "rejected", "shout.dlq", "merge.dlq"] {
            let count = ["out", "rejected", "shout.dlq", "merge.dlq"].contains(topic) ? 1 : partitions
            try broker.declareTopic(.init(name: topic, partitions: topic == "rejected" ? partitions : count))
        }
        return broker
    }

    private func fill(_ broker: Broker, records: Int, partitions: Int32) throws {
        let transaction = try broker.beginTransaction(id: "fill")
        for number in 0..<partitions {
            let builder = RecordBatchBuilder()
            for index in 0..<records where Int32(index) % partitions == number {
                try builder.append(
                    key: nil, value: Array((index % 10 == 3 ? "spam" : "r\(index)").utf8),
                    headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(index)).bytes)], timestamp: 1)
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(records)).bytes),
                    RecordHeader(key: RuntimeHeader.mark, value: [1]),
                ], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("in", number))
        }
        try transaction.commit([])
    }

    private func stages(failing: FailOnce? = nil) -> [Stage] {
        [
            .make("shout", outputs: ["middle"], .perPartition { _ in Careful(failing) }),
            .make("merge", inputs: ["middle"], .merged { _ in Shouter() }),
        ]
    }

    private func output(_ broker: Broker) throws -> [String] {
        let engine = EmbeddedEngine(broker: broker)
        var records = RecordSet()
        var values: [String] = []
        var offset: Int64 = 0
        while offset < (try engine.stableOffset(of: TopicPartition("out", 0))) {
            try engine.fetch(TopicPartition("out", 0), from: offset, maximumBytes: 1 << 20, into: &records)
            for index in 0..<records.count {
                let value = records.withRecord(at: index) { $0.value.map { String(decoding: $0, as: UTF8.self) } }
                if let value { values.append(value) }
            }
            offset = records.nextOffset
        }
        return values
    }

    private var expected: [String] { (0..<500).filter { $0 % 10 != 3 }.map { "R\($0)" } }

    @Test func threadsGiveTheOneOrderAndABalancedLedger() throws {
        let broker = try broker(SimulatedFileSystem(), partitions: 4)
        try fill(broker, records: 500, partitions: 4)
        let runtime = StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: stages(), settings: settings(), compression: { _ in .lz4 },
            nowMilliseconds: { 1 })
        try runtime.run(until: .inputsExhausted) { _ in }
        #expect(try output(broker) == expected)
        let ledgers = runtime.snapshot.stages.map(\.ledger)
        #expect(ledgers[0].in == 500 && ledgers[0].rejected == 50 && ledgers[1].in == 450)
        #expect(ledgers.allSatisfy { $0.isBalanced })
        #expect(runtime.snapshot.stages.allSatisfy { $0.lagBytes == 0 })
    }

    /// One partition yields nothing, the other more than may wait: blocking whole stages would stop the one whose progress the merge needs.
    @Test func aFullPartitionDoesNotStopTheOneThatTheMergeWaitsFor() throws {
        let broker = try broker(SimulatedFileSystem(), partitions: 2)
        let transaction = try broker.beginTransaction(id: "fill")
        for number in 0..<2 as Range<Int32> {
            for start in stride(from: 0, to: 400, by: 20) {
                let builder = RecordBatchBuilder()
                for index in start..<start + 20 where index % 2 == Int(number) {
                    try builder.append(
                        key: nil, value: Array((number == 1 ? "spam" : "r\(index)").utf8),
                        headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(index)).bytes)], timestamp: 1)
                }
                try transaction.append(builder, to: TopicPartition("in", number))
            }
            let mark = RecordBatchBuilder()
            try mark.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.order, value: OrderKey(400).bytes), RecordHeader(key: RuntimeHeader.mark, value: [1]),
                ], timestamp: 1)
            try transaction.append(mark, to: TopicPartition("in", number))
        }
        try transaction.commit([])
        var settings = settings()
        settings.backlogBytes = 500
        settings.commitBytes = 200
        let runtime = StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: stages(), settings: settings, compression: { _ in .none },
            nowMilliseconds: { 1 })
        try runtime.run(until: .inputsExhausted) { snapshot in if snapshot.commits > 5_000 { runtime.requestStop() } }
        #expect(try output(broker) == stride(from: 0, to: 400, by: 2).map { "R\($0)" })
    }

    @Test func aFailureOfTheLogStartsAgainFromTheLastCommit() throws {
        let broker = try broker(SimulatedFileSystem(), partitions: 2)
        try fill(broker, records: 500, partitions: 2)
        let failing = FailOnce(at: 120)
        let runtime = StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: stages(failing: failing), settings: settings(),
            compression: { _ in .none }, nowMilliseconds: { 1 })
        try runtime.run(until: .inputsExhausted) { _ in }
        #expect(runtime.snapshot.restarts == 1)
        #expect(try output(broker) == expected)
    }

    @Test func aFailureThatStaysEndsTheRunWithItsError() throws {
        let broker = try broker(SimulatedFileSystem(), partitions: 1)
        try fill(broker, records: 10, partitions: 1)
        let runtime = StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: [.make("shout", outputs: ["middle"], .perPartition { _ in Careful(FailOnce(at: 5, times: 99)) })],
            settings: settings(), compression: { _ in .none }, nowMilliseconds: { 1 })
        #expect(throws: EngineError.self) { try runtime.run(until: .inputsExhausted) { _ in } }
        #expect(runtime.snapshot.restarts == 4)
    }

    /// The machine is lost in the middle of a run, as often as the seed says: the next life ends in the same output.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func aLostMachineLosesAndDoublesNothing(seed: UInt64) throws {
        var files = SimulatedFileSystem()
        try fill(broker(files, partitions: 3), records: 500, partitions: 3)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3 {
            files = files.crash(seed: random.next())
            let broker = try broker(files, partitions: 3)
            let stop = Int.random(in: 1...6, using: &random)
            let runtime = StreamRuntime(
                engine: EmbeddedEngine(broker: broker), stages: stages(), settings: settings(), compression: { _ in .none },
                nowMilliseconds: { 1 })
            try runtime.run(until: .inputsExhausted) { snapshot in if snapshot.commits >= stop { runtime.requestStop() } }
        }
        let broker = try broker(files.crash(seed: random.next()), partitions: 3)
        try StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: stages(), settings: settings(), compression: { _ in .none },
            nowMilliseconds: { 1 }
        ).run(until: .inputsExhausted) { _ in }
        #expect(try output(broker) == expected)
    }
}

/// Fails as the log would, at a record of its choice.
final class FailOnce: Sendable {
    private let left: Mutex<(at: Int, times: Int)>

    init(at: Int, times: Int = 1) { left = Mutex((at, times)) }

    func check(_ number: Int) throws {
        let fails = left.withLock { left -> Bool in
            guard left.at == number, left.times > 0 else { return false }
            left.times -= 1
            return true
        }
        if fails { throw EngineError(.inputOutput, "a disk that fails") }
    }
}

/// Passes on what is no spam.
final class Careful: Processor {
    private let failing: FailOnce?
    init(_ failing: FailOnce?) { self.failing = failing }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let text = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
        if let number = Int(text.dropFirst()) { try failing?.check(number) }
        guard text != "spam" else {
            context.pendingRejection()
            return .rejected
        }
        context.emit(key: nil, value: Array(text.utf8))
        return .passed
    }
}
