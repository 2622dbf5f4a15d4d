import Coordination
import Dispatch
import LogStorage
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

/// Many clients and callers at once, on threads of their own.
@Suite struct ConcurrentTransactionTests {
    let partitions = [TopicPartition("t", 0), TopicPartition("t", 1)]

    private func open(_ files: SimulatedFileSystem, seed: UInt64 = 1) throws -> Broker {
        let broker = try Broker(
            folder: "data", fileSystem: files, clock: ManualTimeSource(), entropy: SeededEntropySource(seed: seed))
        if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 2, settings: ["segment.bytes": "4096"])) }
        return broker
    }

    @Test func transactionsOfManyIdsDoNotDisturbOneAnother() throws {
        let files = SimulatedFileSystem()
        let broker = try open(files)
        let expected = Mutex<Set<String>>([])
        let failures = Mutex<[String]>([])
        let partitions = partitions
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            do {
                var client = WireClient("id\(thread)", version: thread % 2 == 0 ? 2 : 0)
                if thread < 6 { try client.initialize(broker) }
                for round in 0..<25 {
                    let isCommit = round % 4 != 3
                    let values = ["\(thread)-\(round)-a", "\(thread)-\(round)-b"]
                    let place = TopicPartition("source", Int32(thread))
                    if thread < 6 {
                        for (partition, value) in zip(partitions, values) { try client.send([value], to: partition, broker) }
                        try client.commit(Int64(round), of: "g", in: place, broker)
                        try client.end(commit: isCommit, broker)
                    } else {
                        let transaction = try broker.beginTransaction(id: "embedded\(thread)")
                        for (partition, value) in zip(partitions, values) {
                            let builder = RecordBatchBuilder()
                            try builder.append(key: nil, value: value, timestamp: 1)
                            try transaction.append(builder, to: partition)
                        }
                        let commit = OffsetCommit(group: "g", partition: place, position: .init(offset: Int64(round)))
                        if isCommit { try transaction.commit([commit]) } else { try transaction.abort() }
                    }
                    if isCommit { expected.withLock { $0.formUnion(values) } }
                }
            } catch {
                failures.withLock { $0.append("\(thread): \(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        for (broker, name) in [(broker, "running"), (try open(files.crash(seed: 9), seed: 2), "after a crash")] {
            let seen = try partitions.flatMap { try committedValues(broker, $0) }
            #expect(seen.count == Set(seen).count, "\(name)")
            #expect(Set(seen) == expected.withLock { $0 }, "\(name)")
            for thread in 0..<8 {
                #expect(broker.position(of: "g", in: TopicPartition("source", Int32(thread)))?.offset == 24, "\(name)")
            }
        }
    }

    /// Two clients fight for one id: each transaction is of one of them alone, and what was answered is there.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func twoClientsOfOneIdNeverShareATransaction(seed: UInt64) throws {
        let broker = try open(SimulatedFileSystem(), seed: seed)
        let committed = Mutex<[String]>([])
        let partitions = partitions
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            var random = SeededGenerator(seed: seed &* 2 &+ UInt64(thread))
            var client = WireClient("x", version: (seed + UInt64(thread)) % 2 == 0 ? 2 : 0)
            for round in 0..<60 {
                let values = (0..<2).map { "\(thread)-\(round)-\($0)" }
                guard (try? client.initialize(broker)) != nil else { continue }
                let isSent = zip(partitions, values).allSatisfy { (try? client.send([$1], to: $0, broker)) != nil }
                guard isSent else { continue }
                if Bool.random(using: &random) { continue }
                guard (try? client.end(commit: true, broker)) != nil else { continue }
                committed.withLock { $0 += values }
            }
        }
        var last = WireClient("x")
        try last.initialize(broker)
        let seen = try partitions.flatMap { try committedValues(broker, $0) }
        #expect(Set(seen) == Set(committed.withLock { $0 }))
        let first = try committedValues(broker, partitions[0]).map { $0.split(separator: "-").prefix(2) }
        let second = try committedValues(broker, partitions[1]).map { $0.split(separator: "-").prefix(2) }
        #expect(first == second)
        #expect(seen.count == Set(seen).count)
    }

    @Test func aTopicThatIsDeletedHoldsNoTransactionUp() throws {
        for version in [0, 2] as [Int16] {
            let files = SimulatedFileSystem()
            let broker = try open(files)
            try broker.createTopic(.init(name: "gone", partitions: 1))
            var client = WireClient("x", version: version)
            try client.initialize(broker)
            try client.send(["a"], to: partitions[0], broker)
            try client.send(["b"], to: TopicPartition("gone", 0), broker)
            try broker.deleteTopic("gone")
            try client.end(commit: true, broker)
            #expect(try committedValues(broker, partitions[0]) == ["a"])
            try broker.createTopic(.init(name: "gone", partitions: 1))
            try client.send(["c"], to: TopicPartition("gone", 0), broker)
            try client.end(commit: true, broker)
            try broker.deleteTopic("gone")
            try client.send(["d"], to: partitions[0], broker)
            try client.end(commit: true, broker)
            #expect(try committedValues(try open(files.afterKill(), seed: 2), partitions[0]) == ["a", "d"])
        }
    }

    /// The broker's own topics are restated when they have grown; nothing of it is lost, also when the machine is.
    @Test func internalTopicsStaySmallAndKeepWhatCounts() throws {
        let files = SimulatedFileSystem()
        let broker = try open(files)
        let long = String(repeating: "m", count: 4_000)
        try broker.commitPositions([OffsetCommit(group: "gone", partition: partitions[0], position: .init(offset: 1))])
        try broker.deleteGroup("gone")
        let record: PositionStore.Record = (key: [0, 2, 0, 1, 0x67], value: [1, 2, 3])
        try answered { broker.positions.append([record], $0) }
        for round in 0..<260 {
            let commits = (0..<10).map { OffsetCommit(group: "g\($0)", partition: partitions[0], position: .init(offset: Int64(round), metadata: long)) }
            try broker.commitPositions(commits)
        }
        let log = try broker.partition(TopicPartition("__consumer_offsets", 0))
        #expect(log.startOffset > 0)
        #expect(log.sizeInBytes < 10 << 20)
        for next in [broker, try open(files.crash(seed: 4), seed: 2)] {
            for group in 0..<10 { #expect(next.position(of: "g\(group)", in: partitions[0])?.offset == 259) }
            #expect(next.groups["gone"] == nil)
            var found: [UInt8]?
            try next.positions.log.replay { _, key, value in if Array(key) == record.key { found = value.map { Array($0) } } }
            #expect(found == [1, 2, 3])
        }
    }
}
