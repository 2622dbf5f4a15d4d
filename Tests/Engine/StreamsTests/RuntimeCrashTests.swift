import Broker
import Coordination
import Foundation
import LogClient
import Records
import Streams
import SystemIO
import Testing

/// The embedded engine on a disk that is lost at any of its calls, also while it recovers: `LEAT_RUNTIME_CRASHES` crash points (300; ops/torture: 10,000).
@Suite struct RuntimeCrashTests {
    private static var crashPoints: Int { ProcessInfo.processInfo.environment["LEAT_RUNTIME_CRASHES"].flatMap { Int($0) } ?? 300 }
    private static let records = 60

    private func open(_ files: SimulatedFileSystem) throws -> Broker {
        let broker = try Broker(folder: "data", fileSystem: files)
        for topic in ["in", "middle", "out", "rejected", "shout.dlq", "merge.dlq"] {
            try broker.declareTopic(.init(name: topic, partitions: topic == "out" ? 1 : 2))
        }
        return broker
    }

    private func filled() throws -> SimulatedFileSystem {
        let files = SimulatedFileSystem()
        let broker = try open(files)
        let transaction = try broker.beginTransaction(id: "fill")
        for number in 0..<2 as Range<Int32> {
            let builder = RecordBatchBuilder()
            for index in 0..<Self.records where Int32(index) % 2 == number {
                try builder.append(
                    key: nil, value: Array((index % 10 == 3 ? "spam" : "r\(index)").utf8),
                    headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(index)).bytes)], timestamp: 1)
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(Self.records)).bytes),
                    RecordHeader(key: RuntimeHeader.mark, value: [1]),
                ], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("in", number))
        }
        try transaction.commit([])
        try broker.close()
        return files
    }

    /// Runs to the end, or until the disk is gone. Returns the output.
    @discardableResult
    private func run(_ files: SimulatedFileSystem) throws -> (values: [String], ledgers: [Ledger]) {
        let broker = try open(files)
        var settings = RuntimeSettings(stateFolder: "/nonexistent", build: "test", transactionalID: "run")
        settings.workerCount = 1
        settings.commitInterval = .milliseconds(1)
        settings.slice = .microseconds(200)
        settings.commitBytes = 150
        settings.fetchBytes = 300
        settings.restartLimit = 0
        let engine = EmbeddedEngine(broker: broker)
        let runtime = StreamRuntime(
            engine: engine,
            stages: [
                .make("shout", outputs: ["middle"], .perPartition { _ in Careful(nil) }), .make("merge", inputs: ["middle"], .merged { _ in Shouter() }),
            ], settings: settings, compression: { _ in .none }, nowMilliseconds: { 1 })
        try runtime.run(until: .inputsExhausted) { _ in }
        var values: [String] = []
        try engine.forEachRecord(in: TopicPartition("out", 0), from: 0) { record in
            if let value = record.value { values.append(String(decoding: value, as: UTF8.self)) }
            return true
        }
        try broker.close()
        return (values, runtime.snapshot.stages.map(\.ledger))
    }

    @Test func whereverTheDiskIsLostTheOutputIsThatOfAnUndisturbedRun() throws {
        let base = try filled()
        let expected = (0..<Self.records).filter { $0 % 10 != 3 }.map { "R\($0)" }
        var random = SeededGenerator(seed: 7)
        var hits = 0
        // How many calls a run makes is not the same each time: twice as many as the last hit are tried.
        var reach = 200
        for point in 0..<Self.crashPoints {
            var files = base.afterKill()
            // Up to three times: the second and third find the disk in the middle of its recovery.
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let call = Int.random(in: 1...reach, using: &random)
                files.stop(atCall: call)
                let survived = (try? run(files)) != nil
                if !survived {
                    hits += 1
                    reach = max(reach, min(4_000, call * 2))
                }
                files = files.crash(seed: random.next())
            }
            let (values, ledgers) = try run(files)
            guard values == expected, ledgers.map(\.in) == [Self.records, expected.count], ledgers.allSatisfy(\.isBalanced) else {
                Issue.record("crash point \(point): \(values.count) of \(expected.count) records, ledgers \(ledgers)")
                continue
            }
        }
        #expect(hits >= Self.crashPoints / 3, "the disk was lost under \(hits) runs only")
    }
}
