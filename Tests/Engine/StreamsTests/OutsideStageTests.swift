import Broker
import Coordination
import Foundation
import LogClient
import Records
import Streams
import Synchronization
import SystemIO
import Testing

/// A runtime on one log with another one that does a part of the work.
@Suite struct OutsideStageTests {
    private static let records = 300

    private func broker(retention: [String: String] = [:]) throws -> Broker {
        let broker = try Broker(folder: "data", fileSystem: SimulatedFileSystem())
        for topic in ["in", "middle", "out", "rejected", "shout.dlq", "merge.dlq"] {
            try broker.declareTopic(.init(name: topic, partitions: topic == "out" ? 1 : 2, settings: topic == "in" || topic == "middle" ? retention : [:]))
        }
        for number in 0..<2 as Range<Int32> {
            let transaction = try broker.beginTransaction(id: "fill")
            let builder = RecordBatchBuilder()
            for index in 0..<Self.records where Int32(index) % 2 == number {
                try builder.append(
                    key: nil, value: Array("r\(index)".utf8), headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(index)).bytes)],
                    timestamp: 1)
                if index % 10 < 2 { try transaction.append(builder, to: TopicPartition("in", number)) }
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil,
                headers: [
                    RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(Self.records)).bytes), RecordHeader(key: RuntimeHeader.mark, value: [1]),
                ], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("in", number))
            try transaction.commit([])
        }
        return broker
    }

    private func runtime(_ broker: Broker, _ stage: Stage, outside: [Stage] = []) -> StreamRuntime {
        var settings = RuntimeSettings(stateFolder: "/nonexistent", build: "test", transactionalID: "run-" + stage.name)
        settings.workerCount = 1
        settings.commitInterval = .milliseconds(2)
        settings.measureInterval = .milliseconds(5)
        settings.retentionInterval = .zero
        settings.commitBytes = 400
        settings.fetchBytes = 500
        settings.outside = outside.map { OutsideStage(name: $0.name, group: $0.group, inputs: $0.inputs) }
        return StreamRuntime(
            engine: EmbeddedEngine(broker: broker), stages: [stage], settings: settings, compression: { _ in .none }, nowMilliseconds: { 1 })
    }

    private let shout = Stage.make("shout", outputs: ["middle"], .perPartition { _ in Careful(nil) })
    private let merge = Stage.make("merge", inputs: ["middle"], .merged { _ in Shouter() })

    private func output(_ broker: Broker) throws -> [String] {
        var values: [String] = []
        try EmbeddedEngine(broker: broker).forEachRecord(in: TopicPartition("out", 0), from: 0) { record in
            if let value = record.value { values.append(String(decoding: value, as: UTF8.self)) }
            return true
        }
        return values
    }

    @Test func aRunEndsBehindTheStagesOfOthersAndSaysThatItWaits() throws {
        let broker = try broker()
        let (first, second) = (runtime(broker, shout), runtime(broker, merge, outside: [shout]))
        let waited = Mutex<Duration?>(nil)
        let isWaiting = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do {
                try second.run(until: .inputsExhausted) { snapshot in
                    guard let duration = snapshot.waitingForOutside, duration > .milliseconds(10) else { return }
                    let isFirst = waited.withLock { known in
                        defer { known = duration }
                        return known == nil
                    }
                    if isFirst { isWaiting.signal() }
                }
            } catch { failure.withLock { $0 = error } }
            done.signal()
        }
        // Nothing is there for it, and yet it is not done: the other one has all before it.
        isWaiting.wait()
        let state = try #require(second.snapshot.stages.first { $0.name == "shout" })
        #expect(state.isOutside && state.lagRecords >= Self.records && state.ledger.in == 0)
        #expect(try output(broker).isEmpty)
        try first.run(until: .inputsExhausted) { _ in }
        done.wait()
        #expect(failure.withLock { $0 } == nil)
        #expect(try output(broker) == (0..<Self.records).map { "R\($0)" })
        let ended = second.snapshot
        #expect(ended.stages.map(\.name) == ["merge", "shout"] && ended.stages.map(\.ledger.in) == [Self.records, Self.records])
        #expect(ended.waitingForOutside == nil)
    }

    @Test func whatOthersHaveYetToReadIsKept() throws {
        let broker = try broker(retention: ["segment.bytes": "1024", "retention.bytes": "1024", "retention.ms": "-1"])
        // "shout" runs here and "merge" elsewhere: it has not begun, so nothing of "middle" may go, while "in" goes.
        let here = runtime(broker, shout, outside: [merge])
        try here.run(until: .inputsExhausted) { snapshot in if snapshot.waitingForOutside != nil { here.requestStop() } }
        #expect(try EmbeddedEngine(broker: broker).startOffset(of: TopicPartition("in", 0)) > 0)
        for number in 0..<2 as Range<Int32> { #expect(try EmbeddedEngine(broker: broker).startOffset(of: TopicPartition("middle", number)) == 0) }
        try runtime(broker, merge).run(until: .inputsExhausted) { _ in }
        #expect(try output(broker) == (0..<Self.records).map { "R\($0)" })
        // Now it may.
        let again = runtime(broker, shout, outside: [merge])
        try again.run(until: .inputsExhausted) { _ in }
        #expect(again.snapshot.stages.last?.lagRecords == 0)
    }

    @Test func anOutsideStageWithoutItsTopicIsAnErrorAtOnce() throws {
        let broker = try broker()
        let lost = Stage.make("lost", inputs: ["nowhere"], .merged { _ in Shouter() })
        #expect { try runtime(broker, merge, outside: [lost]).run(until: .inputsExhausted) { _ in } } throws: { "\($0)".contains("no topic nowhere") }
    }
}
