import Testing

@testable import Coordination

/// The state machine by itself: no I/O, no threads.
@Suite struct TransactionCoordinatorTests {
    let partition = TopicPartition("t", 0)

    func code(_ body: () throws -> Void) -> KafkaErrorCode {
        do { try body() } catch { return (error as? TransactionError)?.code ?? .unknownServerError }
        return .none
    }

    func started(_ coordinator: inout TransactionCoordinator, fresh: Int64 = 7, expected: ProducerIdentity? = nil) throws -> ProducerIdentity {
        let step = try coordinator.initialize("x", timeoutMilliseconds: 1_000, expected: expected, fresh: fresh, now: 1)
        guard case .initialized(let producer, _) = step else { throw TransactionError(.concurrentTransactions, "\(step)") }
        return producer
    }

    @Test func aProducerThatGoesOnAfterAnErrorGetsTheNextEpochOnce() throws {
        var coordinator = TransactionCoordinator()
        let first = try started(&coordinator)
        #expect(first == ProducerIdentity(id: 7, epoch: 0))
        let second = try started(&coordinator, expected: first)
        #expect(second.epoch == 1)
        // The answer was lost, and the request comes again.
        #expect(try started(&coordinator, expected: first) == second)
        let other = try started(&coordinator)
        #expect(other.epoch == 2)
        for late in [first, second] { #expect(code { _ = try started(&coordinator, expected: late) } == .producerFenced) }
        #expect(code { _ = try started(&coordinator, expected: ProducerIdentity(id: 8, epoch: 2)) } == .producerFenced)
    }

    @Test func exhaustedEpochsRotateTheProducerId() throws {
        var coordinator = TransactionCoordinator()
        var producer = try started(&coordinator)
        while producer.epoch < ProducerIdentity.lastEpoch { producer = try started(&coordinator, expected: producer) }
        #expect(coordinator.needsProducerID("x"))
        let before = producer
        producer = try started(&coordinator, fresh: 99, expected: producer)
        #expect(producer == ProducerIdentity(id: 99, epoch: 0))
        #expect(try started(&coordinator, fresh: 100, expected: before) == producer)
    }

    /// Every request in every state: allowed, or refused with Kafka's code.
    @Test func whatIsAllowedInWhichState() throws {
        func make(_ status: TransactionStatus, version: Int16 = 0) -> TransactionCoordinator {
            var coordinator = TransactionCoordinator()
            var record = TransactionRecord(transactionalID: "x", producerID: 7, producerEpoch: 5, status: status, partitions: [partition])
            record.clientVersion = version
            coordinator.restore(record)
            return coordinator
        }
        let present = ProducerIdentity(id: 7, epoch: 5)
        let late = ProducerIdentity(id: 7, epoch: 4)
        for (status, expected) in [
            (TransactionStatus.empty, KafkaErrorCode.none), (.ongoing, .none), (.completeCommit, .none), (.completeAbort, .none),
            (.prepareCommit, .concurrentTransactions), (.prepareAbort, .concurrentTransactions),
        ] {
            var coordinator = make(status)
            #expect(code { _ = try coordinator.add([TopicPartition("t", 1)], to: "x", of: present, now: 1) } == expected, "\(status)")
            #expect(code { _ = try coordinator.add([partition], to: "x", of: late, now: 1) } == .producerFenced)
        }
        typealias Ending = (status: TransactionStatus, isCommit: Bool, version: Int16, producer: ProducerIdentity, code: KafkaErrorCode)
        let endings: [Ending] = [
            (.empty, true, 0, present, .invalidTxnState), (.empty, false, 0, present, .invalidTxnState),
            (.empty, true, 2, present, .invalidTxnState), (.empty, false, 2, present, .none),
            (.ongoing, true, 0, present, .none), (.ongoing, false, 2, present, .none), (.ongoing, true, 0, late, .producerFenced),
            (.prepareCommit, true, 0, present, .concurrentTransactions), (.prepareCommit, false, 0, present, .invalidTxnState),
            (.prepareAbort, false, 0, present, .concurrentTransactions), (.prepareAbort, true, 0, present, .invalidTxnState),
            (.completeCommit, true, 0, present, .none), (.completeCommit, false, 0, present, .invalidTxnState),
            (.completeAbort, false, 0, present, .none), (.completeAbort, true, 0, present, .invalidTxnState),
        ]
        for ending in endings {
            var coordinator = make(ending.status)
            let found = code {
                _ = try coordinator.prepareEnd(
                    "x", of: ending.producer, isCommit: ending.isCommit, clientVersion: ending.version, fresh: nil, now: 2)
            }
            #expect(found == ending.code, "\(ending)")
        }
        // Records of clients whose epochs rise: the epoch before is the one of the end that comes again.
        let again: [Ending] = [
            (.prepareCommit, true, 2, late, .concurrentTransactions), (.prepareCommit, false, 2, late, .invalidTxnState),
            (.prepareCommit, true, 2, present, .producerFenced), (.completeCommit, true, 2, late, .none),
            (.completeCommit, false, 2, late, .invalidTxnState), (.completeCommit, false, 2, present, .none),
            (.completeCommit, true, 2, present, .invalidTxnState), (.completeAbort, false, 2, late, .none),
        ]
        for ending in again {
            var coordinator = make(ending.status, version: 2)
            let found = code {
                _ = try coordinator.prepareEnd(
                    "x", of: ending.producer, isCommit: ending.isCommit, clientVersion: ending.version, fresh: nil, now: 2)
            }
            #expect(found == ending.code, "\(ending)")
        }
    }

    @Test func positionsArePendingUntilTheOutcome() throws {
        var coordinator = TransactionCoordinator()
        let producer = try started(&coordinator)
        let commit = OffsetCommit(group: "g", partition: partition, position: .init(offset: 3))
        #expect(try coordinator.commit([commit, commit], in: "x", of: producer, addsGroup: true, now: 2))
        #expect(coordinator["x"]?.record.offsets == [commit])
        #expect(coordinator.hasPendingOffsets(of: "g", in: partition))
        #expect(!coordinator.hasPendingOffsets(of: "h", in: partition))
        #expect(try coordinator.prepareEnd("x", of: producer, isCommit: true, clientVersion: 2, fresh: nil, now: 3) == .prepared)
        #expect(coordinator.hasPendingOffsets(of: "g", in: partition))
        #expect(coordinator["x"]?.record.dataEpoch == producer.epoch)
        #expect(coordinator.complete("x", now: 4) == ProducerIdentity(id: producer.id, epoch: producer.epoch + 1))
        #expect(!coordinator.hasPendingOffsets(of: "g", in: partition))
    }

    /// Random requests of several producers of one id: the coordinator never lets two of them into a transaction, and epochs never fall.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func epochsNeverFallAndOnlyTheLatestProducerGetsIn(seed: UInt64) throws {
        var random = Numbers(state: seed)
        var coordinator = TransactionCoordinator()
        var producers: [ProducerIdentity] = []
        var latest: ProducerIdentity?
        var fresh: Int64 = 1
        for now in 1...200 as ClosedRange<Int64> {
            fresh += 1
            let present = producers.randomElement(using: &random)
            let before = coordinator["x"]
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                let step = try? coordinator.initialize(
                    "x", timeoutMilliseconds: 10, expected: Bool.random(using: &random) ? present : nil, fresh: fresh, now: now)
                if case .initialized(let producer, _) = step {
                    producers.append(producer)
                    latest = producer
                }
            case 1:
                guard let present, (try? coordinator.add([TopicPartition("t", Int32(now % 3))], to: "x", of: present, now: now)) != nil else { break }
                #expect(present == latest)
            case 2:
                guard let present else { break }
                let version: Int16 = Bool.random(using: &random) ? 2 : 0
                let step = try? coordinator.prepareEnd(
                    "x", of: present, isCommit: Bool.random(using: &random), clientVersion: version, fresh: fresh, now: now)
                if case .prepared = step { #expect(present == latest) }
            case 3:
                if let next = coordinator.complete("x", now: now), before?.record.status == .prepareCommit || before?.record.status == .prepareAbort {
                    producers.append(next)
                    latest = next
                }
            default: for id in coordinator.timedOut(now: now) { coordinator.fence(id, now: now) }
            }
            guard let before, let after = coordinator["x"] else { continue }
            #expect(after.record.producerID > before.record.producerID || after.record.producerEpoch >= before.record.producerEpoch)
        }
    }

    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
