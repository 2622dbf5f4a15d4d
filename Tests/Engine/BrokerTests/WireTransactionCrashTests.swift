import Coordination
import LogStorage
import Records
import SystemIO
import Testing

@testable import Broker

/// A client that reads positions and writes records in transactions, against a broker that is killed, or whose machine is lost, after
/// any operation. The client sends again what was not answered, as real ones do.
@Suite struct WireTransactionCrashTests {
    private let partitions = [TopicPartition("t", 0), TopicPartition("t", 1)]
    private let source = TopicPartition("source", 0)

    private func open(_ files: SimulatedFileSystem, _ seed: UInt64) throws -> Broker {
        let broker = try Broker(
            folder: "data", fileSystem: files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: seed))
        if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 2, settings: ["segment.bytes": "1024"])) }
        return broker
    }

    /// One step of the client's program.
    private enum Step {
        case send(Int, [String])
        case position(Int64)
        case end(Bool)
    }

    /// What must be there when everything is answered, and the program that leads to it.
    private func program(_ random: inout SeededGenerator) -> (steps: [Step], expected: [[String]], position: Int64) {
        var steps: [Step] = []
        var expected: [[String]] = [[], []]
        var position: Int64 = 0
        var next = 0
        for _ in 0..<Int.random(in: 2...4, using: &random) {
            let isCommit = Int.random(in: 0..<3, using: &random) > 0
            var sent: [[String]] = [[], []]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let partition = Int.random(in: 0..<2, using: &random)
                let values = (0..<Int.random(in: 1...2, using: &random)).map { _ -> String in
                    next += 1
                    return "r\(next)"
                }
                steps.append(.send(partition, values))
                sent[partition] += values
            }
            if Bool.random(using: &random) {
                steps.append(.position(Int64(next)))
                if isCommit { position = Int64(next) }
            }
            steps.append(.end(isCommit))
            if isCommit { for index in 0..<2 { expected[index] += sent[index] } }
        }
        return (steps, expected, position)
    }

    private func perform(_ step: Step, _ client: inout WireClient, _ broker: Broker) throws {
        switch step {
        case .send(let partition, let values): try client.send(values, to: partitions[partition], broker)
        case .position(let offset): try client.commit(offset, of: "g", in: source, broker)
        case .end(let isCommit): try client.end(commit: isCommit, broker)
        }
    }

    @Test(arguments: 0..<120 as Range<UInt64>)
    func whateverIsLostEveryTransactionIsThereOnceOrNotAtAll(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var files = SimulatedFileSystem()
        var broker = try open(files, seed)
        var client = WireClient("x", version: seed % 2 == 0 ? 2 : 0)
        try client.initialize(broker)
        let (steps, expected, position) = program(&random)
        var done = 0
        var lives: UInt64 = 0
        while done < steps.count {
            // The later lives are longer, so that the program ends.
            files.stop(atCall: Int.random(in: 1...(12 + Int(lives) * 8), using: &random))
            while done < steps.count {
                do {
                    try perform(steps[done], &client, broker)
                    done += 1
                } catch { break }
            }
            lives += 1
            guard lives < 200 else { throw BrokerError(.invalidRequest, "seed \(seed): step \(done) is refused for ever") }
            // Of one kind in a run: a sync that is refused because the machine stopped loses what it was for, which a kill does not.
            files = seed % 4 < 2 ? files.afterKill() : files.crash(seed: random.next())
            broker = try open(files, seed &* 1_000 &+ lives)
            try checkPrefix(broker, steps, done, expected)
        }
        for index in 0..<2 { #expect(try committedValues(broker, partitions[index]) == expected[index], "seed \(seed)") }
        #expect((broker.position(of: "g", in: source)?.offset ?? 0) == position, "seed \(seed)")
        // Nothing is left open.
        for partition in partitions { #expect(try broker.partition(partition).ongoingTransactions.isEmpty, "seed \(seed)") }
    }

    /// At every start: what was answered is there, whole transactions alone, and positions with their records.
    private func checkPrefix(_ broker: Broker, _ steps: [Step], _ done: Int, _ expected: [[String]]) throws {
        var outcomes: [(values: [[String]], position: Int64)] = []
        var values: [[String]] = [[], []]
        var position: Int64 = 0
        var sent: [[String]] = [[], []]
        var pending: Int64?
        for (index, step) in steps.enumerated() {
            switch step {
            case .send(let partition, let new): sent[partition] += new
            case .position(let offset): pending = offset
            case .end(let isCommit):
                if index == done { outcomes.append((values, position)) }
                if isCommit {
                    for index in 0..<2 { values[index] += sent[index] }
                    position = pending ?? position
                }
                sent = [[], []]
                pending = nil
                if index == done { outcomes.append((values, position)) }
            }
            if index + 1 == done || (done == 0 && index == 0 && outcomes.isEmpty) {
                outcomes.append(done == 0 ? ([[], []], 0) : (values, position))
            }
        }
        let seen = try partitions.map { try committedValues(broker, $0) }
        let place = broker.position(of: "g", in: source)?.offset ?? 0
        #expect(outcomes.contains { $0.values == seen && $0.position == place }, "step \(done): \(seen) \(place)")
    }

    /// Killed at every single operation of one commit, with both kinds of clients.
    @Test(arguments: [0, 2] as [Int16])
    func killedAtEveryOperationOfACommit(version: Int16) throws {
        for call in 1..<80 {
            for machine in [false, true] {
                let files = SimulatedFileSystem()
                var broker = try open(files, 1)
                var client = WireClient("x", version: version)
                try client.initialize(broker)
                try client.send(["a"], to: partitions[0], broker)
                try client.end(commit: true, broker)
                files.stop(atCall: call)
                let steps: [Step] = [.send(0, ["b"]), .send(1, ["c"]), .position(7), .end(true)]
                var done = 0
                while done < steps.count {
                    guard (try? perform(steps[done], &client, broker)) != nil else { break }
                    done += 1
                }
                let left = machine ? files.crash(seed: UInt64(call)) : files.afterKill()
                broker = try open(left, 2)
                let isThere = try committedValues(broker, partitions[0]) == ["a", "b"]
                #expect(try committedValues(broker, partitions[1]) == (isThere ? ["c"] : []))
                #expect(broker.position(of: "g", in: source)?.offset == (isThere ? 7 : nil))
                if done == steps.count { #expect(isThere) }
                for step in steps[done...] { try perform(step, &client, broker) }
                #expect(try committedValues(broker, partitions[0]) == ["a", "b"], "call \(call) machine \(machine)")
                #expect(try committedValues(broker, partitions[1]) == ["c"], "call \(call) machine \(machine)")
                #expect(broker.position(of: "g", in: source)?.offset == 7)
            }
        }
    }
}
