import CRdkafka
import Coordination
import Foundation
import LogClient
import Records
import StateStore
import Streams
import Testing

/// What a stage may rely on, whichever log it runs on.
@Suite("A stage on every engine", .serialized)
struct EngineBehaviourTests {
    private static let partitions: Int32 = 4

    private func topics(_ log: any EngineUnderTest) throws {
        for topic in ["in", "out", "count-changelog", "rejected", "count.dlq", "shout.dlq"] { try log.createTopic(topic, partitions: Self.partitions) }
    }

    /// Records "0" to "9", again and again, or the numbers themselves, in order over all partitions.
    private func fill(_ engine: any LogEngine, _ numbers: Range<Int>, unique: Bool = false) throws {
        let transaction = try engine.beginTransaction(id: "fill")
        for partition in 0..<Self.partitions {
            let builder = RecordBatchBuilder()
            for number in numbers where Int32(number) % Self.partitions == partition {
                try builder.append(
                    key: nil as [UInt8]?, value: Array("\(unique ? number : number % 10)".utf8),
                    headers: [RecordHeader(key: RuntimeHeader.order, value: OrderKey(UInt64(number)).bytes)], timestamp: 1_700_000_000_000)
            }
            if !builder.isEmpty { try transaction.append(builder, to: TopicPartition("in", partition)) }
        }
        try transaction.commit([])
    }

    private var counting: Stage {
        .make("count", changelog: "count-changelog", .perPartition { _ in TaskCounter() })
    }

    private func handled(_ engine: any LogEngine, _ stage: String = "count") throws -> Ledger {
        let partitions = (0..<Self.partitions).map { TopicPartition("in", $0) }
        return try engine.committedPositions(of: "group-" + stage, in: partitions).values.reduce(into: Ledger()) { $0 += Ledger(text: $1.metadata) }
    }

    private func values(_ engine: any LogEngine, _ topic: String = "out") throws -> [String] {
        var found: [String] = []
        for number in 0..<Self.partitions {
            try engine.forEachRecord(in: TopicPartition(topic, number), from: 0) { record in
                if let value = record.value { found.append("\(number):" + String(decoding: value, as: UTF8.self)) }
                return true
            }
        }
        return found
    }

    /// What one task after another counts when nothing disturbs it.
    private func expected(_ count: Int) -> [String] {
        var seen: [String: Int] = [:]
        return (0..<count).map { number in
            let key = "\(Int32(number) % Self.partitions):\(number % 10)"
            seen[key, default: 0] += 1
            return "\(key)=\(seen[key] ?? 0)"
        }.sorted()
    }

    private func temporary(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "leat-state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("State that was lost comes back from the changelog, and counting goes on where it was", arguments: [EngineKind.embedded, .served])
    func restores(_ kind: EngineKind) throws {
        let log = try kind.make()
        try topics(log)
        let engine = try log.connect()
        try temporary { folder in
            try fill(engine, 0..<400)
            let first = RunningStage(counting, on: try log.connect(), state: folder + "/a", name: "first")
            #expect(try eventually { try handled(engine).in == 400 }, "\(first.snapshot) \(first.runtime.snapshot.lastFailure ?? "")")
            try first.stop()
            try fill(engine, 400..<800)
            // Another machine: no state at all.
            let second = RunningStage(counting, on: try log.connect(), state: folder + "/b", name: "second")
            #expect(try eventually { try handled(engine).in == 800 })
            #expect(eventually { second.snapshot.stages.first?.restoredRecords ?? 0 > 0 })
            try second.stop()
        }
        #expect(try values(engine).sorted() == expected(800))
        let ledger = try handled(engine)
        #expect(ledger.isBalanced && ledger.out == 800)
    }

    @Test("Members divide the partitions, and one that leaves hands its tasks and their state on", arguments: [EngineKind.served])
    func rebalances(_ kind: EngineKind) throws {
        let log = try kind.make()
        try topics(log)
        let engine = try log.connect()
        try temporary { folder in
            try fill(engine, 0..<200)
            let first = RunningStage(counting, on: try log.connect(), state: folder + "/a", name: "first")
            #expect(try eventually { try handled(engine).in == 200 })
            let second = RunningStage(counting, on: try log.connect(), state: folder + "/b", name: "second")
            #expect(eventually { first.tasks.count == 2 && second.tasks.count == 2 })
            #expect((first.tasks + second.tasks).sorted() == [0, 1, 2, 3])
            try fill(engine, 200..<400)
            #expect(try eventually { try handled(engine).in == 400 }, "\(first.snapshot) \(first.runtime.snapshot.lastFailure ?? "")")
            try first.stop()
            try fill(engine, 400..<600)
            #expect(try eventually { try handled(engine).in == 600 })
            #expect(eventually { second.tasks == [0, 1, 2, 3] })
            #expect(second.snapshot.restarts == 0)
            try second.stop()
        }
        #expect(try values(engine).sorted() == expected(600))
    }

    @Test("A stage that reads all partitions in one order is one member's, and the next one's when that leaves", arguments: [EngineKind.served])
    func merges(_ kind: EngineKind) throws {
        let log = try kind.make()
        try topics(log)
        try log.createTopic("merge.dlq", partitions: 1)
        let engine = try log.connect()
        let merging = Stage.make("merge", .merged { _ in Shouter() })
        try temporary { folder in
            try fill(engine, 0..<100)
            let first = RunningStage(merging, on: try log.connect(), state: folder + "/a", name: "first")
            #expect(try eventually { try handled(engine, "merge").in >= 97 })
            let second = RunningStage(merging, on: try log.connect(), state: folder + "/b", name: "second")
            #expect(eventually { first.tasks.count + second.tasks.count == 1 && second.snapshot.stages.count == 1 })
            try fill(engine, 100..<200)
            #expect(try eventually { try handled(engine, "merge").in >= 197 })
            try first.stop()
            try fill(engine, 200..<300)
            #expect(try eventually { try handled(engine, "merge").in >= 297 })
            #expect(eventually { second.tasks == [0] })
            try second.stop()
        }
        let output = try values(engine).filter { $0.hasPrefix("0:") }
        #expect(output.count >= 297 && output == (0..<output.count).map { "0:\($0 % 10)" })
    }

    @Test("What several stages make of each record is gathered, whoever of them leaves", arguments: [EngineKind.served])
    func gathers(_ kind: EngineKind) throws {
        let log = try kind.make()
        try topics(log)
        for topic in ["a", "b", "one.dlq", "two.dlq", "gather.dlq"] { try log.createTopic(topic, partitions: 1) }
        let engine = try log.connect()
        let one = Stage.make("one", outputs: ["a"], .merged { _ in Shouter() })
        var two = Stage.make("two", outputs: ["b"], .merged { _ in Shouter() })
        two.anchor = 3
        let gather = Stage.make("gather", inputs: ["in", "a", "b"], .gathered { _ in Gatherer() })
        try temporary { folder in
            func running(_ stage: Stage, _ name: String) throws -> RunningStage {
                RunningStage(stage, on: try log.connect(), state: folder + "/" + name, name: name)
            }
            try fill(engine, 0..<100)
            let first = try [running(one, "one-a"), running(two, "two-a"), running(gather, "gather-a")]
            #expect(try eventually { try handled(engine, "gather").in >= 97 })
            let second = try [running(one, "one-b"), running(two, "two-b"), running(gather, "gather-b")]
            try fill(engine, 100..<200)
            // A task is one member's, whichever partition brings it along.
            #expect(eventually { zip(first, second).allSatisfy { $0.tasks + $1.tasks == [0] } })
            #expect(try eventually { try handled(engine, "gather").in >= 197 })
            for stage in first { try stage.stop() }
            try fill(engine, 200..<300)
            #expect(try eventually { try handled(engine, "gather").in >= 297 })
            #expect(eventually { second.allSatisfy { $0.tasks == [0] } })
            for stage in second { try stage.stop() }
        }
        let output = try values(engine)
        #expect(output.count >= 297 && Set(output.map { $0.dropFirst(2) }).isSubset(of: Set((0..<10).map { "\($0)+1\($0)+2\($0)" })))
        #expect(try handled(engine, "gather").dead == 0 && handled(engine, "one").isBalanced)
    }

    @Test("A copy kept warm takes over without replaying what it has", arguments: [EngineKind.served])
    func standsBy(_ kind: EngineKind) throws {
        let log = try kind.make()
        try topics(log)
        let engine = try log.connect()
        try temporary { folder in
            try fill(engine, 0..<2_000)
            let merging = Stage.make("count", changelog: "count-changelog", .merged { _ in TaskCounter() })
            let first = RunningStage(merging, on: try log.connect(), state: folder + "/a", name: "first")
            #expect(try eventually { try handled(engine).in >= 1_997 })
            let second = RunningStage(merging, on: try log.connect(), state: folder + "/b", name: "second", standby: true)
            #expect(eventually { second.snapshot.stages.first?.standbyTasks == 1 })
            // The copy has everything: seen in its folder, which grows no more, by reading it after both have stopped.
            #expect(eventually { FileManager.default.fileExists(atPath: folder + "/b/count/0") })
            usleep(1_500_000)
            try first.stop()
            #expect(eventually { second.tasks == [0] && second.snapshot.stages.first?.restoringTasks == 0 })
            #expect((second.snapshot.stages.first?.restoredRecords ?? .max) < 20)
            try fill(engine, 2_000..<2_100)
            #expect(try eventually { try handled(engine).in >= 2_097 })
            try second.stop()
        }
    }

    /// librdkafka's mock cluster takes the positions of a transaction and forgets them, and shows aborted records: so what can be seen on it is that
    /// a stage goes on by itself after every kind of answer, and leaves nothing out. That nothing is doubled is seen on a server (above, and in the
    /// test that kills services).
    @Test("Whatever a broker answers, a stage goes on and leaves no record out", arguments: MockTrouble.all)
    func survives(_ trouble: MockTrouble) throws {
        let log = try MockUnderTest()
        try topics(log)
        let engine = try log.connect()
        try temporary { folder in
            // The trouble is the stage's alone: what it reads was sent before.
            try fill(engine, 0..<400, unique: true)
            trouble.make(log)
            let stage = RunningStage(.make("count", .perPartition { _ in Shouter() }), on: try log.connect(), state: folder, name: "one", fetchBytes: 500)
            #expect(eventually { stage.snapshot.stages.first?.ledger.in ?? 0 > 0 }, "\(stage.runtime.snapshot.lastFailure ?? "")")
            trouble.make(log)
            #expect(eventually { stage.snapshot.stages.first?.ledger.in == 400 }, "\(stage.runtime.snapshot.lastFailure ?? "")")
            trouble.end(log)
            try stage.stop()
        }
        #expect(Set(try values(engine)) == Set((0..<400).map { "\(Int32($0) % Self.partitions):\($0)" }))
    }

    @Test("Two members on the mock cluster divide the partitions")
    func dividesOnTheMock() throws {
        let log = try MockUnderTest()
        try topics(log)
        let engine = try log.connect()
        try temporary { folder in
            let stage = Stage.make("count", .perPartition { _ in Shouter() })
            let first = RunningStage(stage, on: try log.connect(), state: folder + "/a", name: "first")
            let second = RunningStage(stage, on: try log.connect(), state: folder + "/b", name: "second")
            #expect(eventually { first.tasks.count == 2 && second.tasks.count == 2 })
            try fill(engine, 0..<100, unique: true)
            #expect(eventually { (first.snapshot.stages.first?.ledger.in ?? 0) + (second.snapshot.stages.first?.ledger.in ?? 0) == 100 })
            try first.stop()
            #expect(eventually { second.tasks == [0, 1, 2, 3] })
            try second.stop()
        }
        #expect(Set(try values(engine)) == Set((0..<100).map { "\(Int32($0) % Self.partitions):\($0)" }))
    }
}

/// Something that goes wrong on a cluster.
struct MockTrouble: CustomTestStringConvertible {
    var testDescription: String
    var make: @Sendable (MockUnderTest) -> Void
    var end: @Sendable (MockUnderTest) -> Void = { _ in }

    private static func errors(_ name: String, _ apis: [Int16], _ code: rd_kafka_resp_err_t, times: Int = 2) -> MockTrouble {
        MockTrouble(testDescription: name) { log in for api in apis { log.fail(api, with: Array(repeating: code, count: times)) } }
    }

    static let all: [MockTrouble] = [
        errors("a partition's leader has moved", [0, 1], RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION),
        errors("requests time out in the broker", [0], RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT),
        errors("the coordinator is loading", [22, 24, 25, 26, 28, 9], RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
        errors("the coordinator has moved", [22, 24, 25, 26, 28, 9, 12], RD_KAFKA_RESP_ERR_NOT_COORDINATOR),
        errors("no coordinator is there", [10, 26], RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE),
        errors("the last transaction is still being ended", [24, 25], RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS),
        errors("the producer is fenced", [26], RD_KAFKA_RESP_ERR_PRODUCER_FENCED, times: 1),
        errors("the producer's epoch is old", [0], RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, times: 1),
        errors("the generation is old", [28], RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, times: 1),
        errors("the member is unknown", [28, 12], RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, times: 1),
        errors("sequence numbers do not fit", [0], RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, times: 1),
        errors("positions are unstable", [9], RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT),
        MockTrouble(testDescription: "the coordinators wander", make: { log in
            let broker = Int32.random(in: 1...3)
            log.moveCoordinator(ofGroup: "group-count", to: broker)
            log.moveCoordinator(ofTransactions: "test-one", to: broker % 3 + 1)
        }),
        MockTrouble(testDescription: "brokers go down and come back", make: { log in
            log.stopBroker(1)
            usleep(300_000)
            log.startBroker(1)
            log.stopBroker(2)
            usleep(300_000)
            log.startBroker(2)
        }),
        MockTrouble(testDescription: "the network is slow", make: { $0.slowDown(200) }, end: { $0.slowDown(0) }),
    ]
}

/// Counts how often its task saw each value, in its state, and emits value and count to its own partition.
final class TaskCounter: Processor {
    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let store = try context.store("counts")
        let key = record.value.map { [UInt8]($0) } ?? []
        let count = (try store.get(key).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
        try store.put(key, Array("\(count)".utf8))
        context.emit(key: nil, value: key + Array("=\(count)".utf8))
        return .passed
    }
}
