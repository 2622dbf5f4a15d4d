import Coordination
import Dispatch
import Glibc
import LogStorage
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

/// Transactions as clients of the protocol see them, with Kafka's codes.
@Suite struct WireTransactionTests {
    let first = TopicPartition("t", 0)
    let second = TopicPartition("t", 1)
    let clock = ManualTimeSource()
    let files = SimulatedFileSystem()

    func open(_ files: SimulatedFileSystem? = nil, seed: UInt64 = 1) throws -> Broker {
        let broker = try Broker(
            folder: "data", fileSystem: files ?? self.files, clock: clock, entropy: SeededEntropySource(seed: seed))
        if broker.topic("t") == nil { try broker.createTopic(.init(name: "t", partitions: 2)) }
        return broker
    }

    @Test(arguments: [0, 2] as [Int16])
    func recordsAndPositionsBecomeVisibleWithTheCommitAndNotWithAnAbort(version: Int16) throws {
        let broker = try open()
        var client = WireClient("x", version: version)
        try client.initialize(broker)
        try client.send(["a", "b"], to: first, broker)
        try client.send(["c"], to: second, broker)
        try client.commit(3, of: "g", in: first, broker)
        #expect(try committedValues(broker, first).isEmpty)
        #expect(broker.position(of: "g", in: first) == nil)
        #expect(broker.transactions.hasPendingOffsets(of: "g", in: first))
        try client.end(commit: true, broker)
        #expect(try committedValues(broker, first) == ["a", "b"])
        #expect(try committedValues(broker, second) == ["c"])
        #expect(broker.position(of: "g", in: first)?.offset == 3)
        #expect(!broker.transactions.hasPendingOffsets(of: "g", in: first))
        try client.send(["no"], to: first, broker)
        try client.commit(9, of: "g", in: first, broker)
        try client.end(commit: false, broker)
        try client.send(["d"], to: first, broker)
        try client.end(commit: true, broker)
        #expect(try committedValues(broker, first) == ["a", "b", "d"])
        #expect(broker.position(of: "g", in: first)?.offset == 3)
        #expect(!broker.transactions.hasPendingOffsets(of: "g", in: first))
    }

    @Test func epochsRiseWithEveryEndForClientsThatKnowIt() throws {
        let broker = try open()
        var old = WireClient("old", version: 0)
        try old.initialize(broker)
        let before = old.producer
        try old.send(["a"], to: first, broker)
        try old.end(commit: true, broker)
        #expect(old.producer == before)
        var new = WireClient("new")
        try new.initialize(broker)
        let start = new.producer
        try new.send(["a"], to: first, broker)
        try new.end(commit: true, broker)
        #expect(new.producer == ProducerIdentity(id: start.id, epoch: start.epoch + 1))
        // Nothing was sent: an abort is in order all the same, and gives the next epoch.
        try new.end(commit: false, broker)
        #expect(new.producer.epoch == start.epoch + 2)
        #expect(code { try new.end(commit: true, broker) } == .invalidTxnState)
        #expect(code { try old.end(commit: false, broker) } == .invalidTxnState)
        try old.end(commit: true, broker)
    }

    @Test func aRepeatedEndIsAnsweredAsTheFirst() throws {
        let broker = try open()
        var client = WireClient("x")
        try client.initialize(broker)
        try client.send(["a"], to: first, broker)
        var again = client
        try client.end(commit: true, broker)
        try again.end(commit: true, broker)
        #expect(again.producer == client.producer)
        #expect(code { try answered { broker.transactions.endTransaction("x", of: .init(id: client.producer.id, epoch: client.producer.epoch - 1), commit: false, clientVersion: 2, $0) } } == .invalidTxnState)
        #expect(try committedValues(broker, first) == ["a"])
    }

    @Test func aSecondProducerFencesTheFirst() throws {
        let broker = try open()
        var zombie = WireClient("x", version: 0)
        try zombie.initialize(broker)
        try zombie.send(["z"], to: first, broker)
        var successor = WireClient("x", version: 0)
        try successor.initialize(broker)
        #expect(successor.producer.id == zombie.producer.id)
        #expect(successor.producer.epoch > zombie.producer.epoch)
        #expect(code { try zombie.send(["y"], to: first, broker) } == .producerFenced)
        #expect(code { try zombie.end(commit: true, broker) } == .producerFenced)
        #expect(code { try zombie.commit(1, of: "g", in: first, broker) } == .producerFenced)
        #expect(code { try zombie.initialize(broker, expected: zombie.producer) } == .producerFenced)
        var modern = zombie
        modern.version = 2
        #expect(code { try modern.send(["y"], to: first, broker) } == .invalidProducerEpoch)
        #expect(code { try modern.commit(1, of: "g", in: first, broker) } == .invalidProducerEpoch)
        try successor.send(["s"], to: first, broker)
        try successor.end(commit: true, broker)
        #expect(try committedValues(broker, first) == ["s"])
        let refusal = TransactionError(.producerFenced, "")
        #expect(refusal.code(version: 3, producerFencedSince: 4) == .invalidProducerEpoch)
        #expect(refusal.code(version: 4, producerFencedSince: 4) == .producerFenced)
    }

    @Test func whatIsAgainstTheRulesIsRefusedWithItsCode() throws {
        let broker = try open()
        let service = broker.transactions
        let nobody = ProducerIdentity(id: 99, epoch: 0)
        #expect(code { _ = try answered { service.initProducerID("", timeoutMilliseconds: 1_000, $0) } } == .invalidRequest)
        for timeout in [0, -1, 900_001] as [Int32] {
            #expect(code { _ = try answered { service.initProducerID("x", timeoutMilliseconds: timeout, $0) } } == .invalidTransactionTimeout)
        }
        #expect(code { try answered { service.addPartitions([first], to: "x", of: nobody, $0) } } == .invalidProducerIDMapping)
        #expect(code { _ = try answered { service.endTransaction("x", of: nobody, commit: true, clientVersion: 0, $0) } } == .invalidProducerIDMapping)
        #expect(code { _ = try service.describe("x") } == .transactionalIDNotFound)
        var client = WireClient("x", version: 0)
        try client.initialize(broker)
        #expect(code { try client.end(commit: true, broker) } == .invalidTxnState)
        #expect(code { try answered { service.addPartitions([first], to: "x", of: nobody, $0) } } == .invalidProducerIDMapping)
        // A batch before AddPartitionsToTxn, and positions before AddOffsetsToTxn.
        for (knows, expected) in [(false, KafkaErrorCode.invalidTxnState), (true, .transactionAbortable)] {
            #expect(code { try service.admitAppend(to: first, of: "x", client.producer, addsPartition: false, knowsAbortable: knows) } == expected)
        }
        let commit = [OffsetCommit(group: "g", partition: first, position: .init(offset: 1))]
        #expect(code { try answered { service.commitOffsets(commit, in: "x", of: client.producer, addsGroup: false, $0) } } == .invalidTxnState)
        let long = [OffsetCommit(group: "g", partition: first, position: .init(offset: 1, metadata: String(repeating: "m", count: 4_097)))]
        #expect(code { try answered { service.commitOffsets(long, in: "x", of: client.producer, addsGroup: true, $0) } } == .offsetMetadataTooLarge)
        try client.send(["a"], to: first, broker)
        #expect(try service.verifyPartitions([first, second], in: "x", of: client.producer) == [.none, .transactionAbortable])
        // A transactional batch in a request without a transactional id.
        let bytes = try client.batch(["b"], to: first)
        #expect(code { _ = try broker.produce(copying: bytes, to: first, ProduceTerms()) } == .transactionalIDAuthorizationFailed)
    }

    @Test func aTransactionPastItsTimeOutIsAborted() throws {
        let broker = try open()
        var client = WireClient("x")
        client.timeoutMilliseconds = 3_000
        try client.initialize(broker)
        try client.send(["a"], to: first, broker)
        clock.advance(milliseconds: 2_999)
        broker.transactions.tick(now: clock.wallMilliseconds())
        #expect(try broker.transactions.describe("x").status == .ongoing)
        #expect(try broker.transactions.describe("x").timeoutMilliseconds == 3_000)
        clock.advance(milliseconds: 1)
        broker.transactions.tick(now: clock.wallMilliseconds())
        try waitUntil { try broker.transactions.describe("x").status == .completeAbort }
        #expect(try committedValues(broker, first).isEmpty)
        try waitUntil { try broker.partition(first).lastStableOffset == broker.partition(first).endOffset }
        #expect(code { try client.end(commit: true, broker) } == .producerFenced)
        try client.initialize(broker)
        try client.send(["b"], to: first, broker)
        try client.end(commit: true, broker)
        #expect(try committedValues(broker, first) == ["b"])
    }

    @Test func idsLongSilentAreForgotten() throws {
        let broker = try open()
        var client = WireClient("x")
        try client.initialize(broker)
        clock.advance(milliseconds: 7 * 24 * 3_600_000)
        broker.transactions.tick(now: clock.wallMilliseconds())
        #expect(code { _ = try broker.transactions.describe("x") } == .transactionalIDNotFound)
        try broker.close()
        let next = try open(files.afterKill())
        #expect(code { _ = try next.transactions.describe("x") } == .transactionalIDNotFound)
    }

    @Test func anOpenTransactionOutlivesTheBroker() throws {
        for version in [0, 2] as [Int16] {
            let files = SimulatedFileSystem()
            var broker = try open(files)
            var client = WireClient("x", version: version)
            try client.initialize(broker)
            try client.send(["a"], to: first, broker)
            try client.commit(5, of: "g", in: second, broker)
            let left = files.afterKill()
            broker = try open(left)
            #expect(try broker.transactions.describe("x").status == .ongoing)
            #expect(broker.transactions.hasPendingOffsets(of: "g", in: second))
            try client.send(["b"], to: first, broker)
            try client.end(commit: true, broker)
            broker = try open(left.crash(seed: 3))
            #expect(try committedValues(broker, first) == ["a", "b"])
            #expect(broker.position(of: "g", in: second)?.offset == 5)
        }
    }

    /// Otherwise the batch would lie behind the marker, and belong to nothing.
    @Test func theEndOfATransactionWaitsForBatchesThatAreBeingAppended() throws {
        let broker = try open()
        var client = WireClient("x", version: 0)
        try client.initialize(broker)
        try client.send(["a"], to: first, broker)
        let service = broker.transactions
        try service.admitAppend(to: first, of: "x", client.producer, addsPartition: false)
        let isEnded = Mutex(false)
        let done = DispatchSemaphore(value: 0)
        service.endTransaction("x", of: client.producer, commit: true, clientVersion: 0) { _ in
            isEnded.withLock { $0 = true }
            done.signal()
        }
        #expect(code { try service.admitAppend(to: first, of: "x", client.producer, addsPartition: false) } == .notEnoughReplicas)
        #expect(!isEnded.withLock { $0 })
        #expect(try service.describe("x").status == .prepareCommit)
        _ = try broker.partition(first).append(batches: try client.batch(["b"], to: first), leaderEpoch: 0)
        service.finishAppend(of: "x") { _ in }
        done.wait()
        #expect(try committedValues(broker, first) == ["a", "b"])
        #expect(try broker.partition(first).ongoingTransactions.isEmpty)
    }

    @Test func listsFilterByStateProducerAndAge() throws {
        let broker = try open()
        var client = WireClient("a")
        try client.initialize(broker)
        try client.send(["1"], to: first, broker)
        var other = WireClient("b")
        try other.initialize(broker)
        clock.advance(milliseconds: 500)
        let service = broker.transactions
        #expect(service.list().transactions.map(\.transactionalID) == ["a", "b"])
        #expect(service.list(states: ["Ongoing"]).transactions.map(\.transactionalID) == ["a"])
        #expect(service.list(states: ["Nonsense"]).unknownStates == ["Nonsense"])
        #expect(service.list(states: ["Nonsense"]).transactions.isEmpty)
        #expect(service.list(producers: [other.producer.id]).transactions.map(\.transactionalID) == ["b"])
        #expect(service.list(minimumMilliseconds: 499).transactions.map(\.transactionalID) == ["a"])
        #expect(service.list(minimumMilliseconds: 500).transactions.isEmpty)
        #expect(try broker.partition(first).activeProducers.first?.transactionFirstOffset == 0)
    }

    @Test func producerIdsAreNeverGivenTwice() throws {
        var files = SimulatedFileSystem()
        var seen: Set<Int64> = []
        for life in 0..<3 as Range<UInt64> {
            let broker = try open(files)
            for _ in 0..<1_500 {
                let producer = try answered { broker.transactions.initProducerID(nil, timeoutMilliseconds: 0, $0) }
                #expect(producer.epoch == 0)
                #expect(seen.insert(producer.id).inserted)
            }
            files = files.crash(seed: life)
        }
    }

    @Test func epochsThatRunOutLeadToANewProducerId() throws {
        let broker = try open()
        var client = WireClient("x")
        try client.initialize(broker)
        let first = client.producer.id
        for _ in 0..<Int(ProducerIdentity.lastEpoch) { try client.end(commit: false, broker) }
        #expect(client.producer == ProducerIdentity(id: first, epoch: ProducerIdentity.lastEpoch))
        try client.send(["a"], to: self.first, broker)
        var again = client
        try client.end(commit: true, broker)
        #expect(client.producer.id != first)
        #expect(client.producer.epoch == 0)
        try again.end(commit: true, broker)
        #expect(again.producer == client.producer)
        try client.send(["b"], to: self.first, broker)
        try client.end(commit: true, broker)
        #expect(try committedValues(broker, self.first) == ["a", "b"])
    }

    /// For what other threads do; far longer than it takes.
    private func waitUntil(_ condition: () throws -> Bool, line: Int = #line) throws {
        let deadline = DispatchTime.now() + .seconds(30)
        while try !condition(), DispatchTime.now() < deadline { sched_yield() }
        #expect(try condition(), "line \(line)")
    }
}
