import Broker
import Coordination
import Synchronization
import SystemIO
import Testing

/// The service with a log that fails, and with many callers at once.
@Suite struct GroupServiceFaultTests {
    /// Counts the answers to each request.
    private final class Tally: Sendable {
        private let counts = Mutex<[Int: Int]>([:])
        func note(_ request: Int) { counts.withLock { $0[request, default: 0] += 1 } }
        func count(_ request: Int) -> Int { counts.withLock { $0[request] ?? 0 } }
    }

    /// The members of a group that the test knows.
    private struct Known: Sendable {
        var members: [String] = []
        var generation: Int32 = 0
    }

    private func open(_ table: MemoryPositionTable, _ clock: ManualTimeSource, _ topics: FixedGroupTopics) throws -> GroupService {
        try GroupService(table: table, topics: topics, clock: clock, identifiers: GroupIdentifiers(seed: 5)) { replay in
            for record in table.records {
                try record.key.withUnsafeBytes { key in
                    guard let value = record.value else { return try replay(key, nil) }
                    try value.withUnsafeBytes { try replay(key, $0) }
                }
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func whateverFailsEveryRequestIsAnsweredOnceAndTheLogCatchesUp(seed: UInt64) throws {
        let table = MemoryPositionTable()
        let clock = ManualTimeSource()
        let topics = FixedGroupTopics([GroupTopic(name: "t", id: TopicID(high: 1, low: 1), partitions: 4)])
        let service = try open(table, clock, topics)
        let tally = Tally()
        let known = Mutex(Known())
        var state = seed
        func below(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        for request in 0..<600 {
            table.setRefuses(below(5) == 0)
            table.setSynced(below(3) > 0)
            let (member, generation) = known.withLock { known in
                (known.members.isEmpty ? "" : known.members[Int(below(UInt64(known.members.count)))], known.generation)
            }
            switch below(6) {
            case 0, 1:
                let join = JoinRequest(
                    group: "g", memberID: below(2) == 0 ? member : "", protocols: [GroupProtocol(name: "range", metadata: [])],
                    version: 3)
                service.join(join) { result in
                    tally.note(request)
                    guard result.error == .none else { return }
                    known.withLock { known in
                        if result.generation != known.generation { known.members = [] }
                        known.generation = result.generation
                        known.members.append(result.memberID)
                    }
                }
            case 2, 3:
                service.sync(SyncRequest(group: "g", memberID: member, generation: generation, assignments: [member: [1]])) { _ in
                    tally.note(request)
                }
            case 4:
                let id = "m\(below(3))"
                let epoch = service.describeConsumerGroup("c").members.first { $0.memberID == id }?.memberEpoch ?? 0
                service.consumerHeartbeat(
                    ConsumerHeartbeatRequest(
                        group: "c", memberID: id, memberEpoch: epoch, rebalanceTimeoutMilliseconds: 5_000,
                        subscribedTopics: ["t"], owned: epoch == 0 ? [:] : [TopicID(high: 1, low: 1): [0]])
                ) { _ in tally.note(request) }
            default:
                service.commitOffsets(
                    CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation),
                    [(TopicPartition("t", 0), OffsetAndMetadata(offset: Int64(request)))]
                ) { _ in tally.note(request) }
            }
            if below(2) == 0 { table.sync(fails: below(4) == 0) }
            clock.advance(milliseconds: Int64(below(400)))
            service.tick()
        }
        table.setRefuses(false)
        table.setSynced(true)
        table.sync()
        // Sessions end, and then the rebalances that they begin.
        for _ in 0..<5 {
            clock.advance(milliseconds: 1_000_000)
            service.tick()
        }
        for request in 0..<600 { #expect(tally.count(request) == 1) }
        // The next write carries what failed.
        service.consumerHeartbeat(
            ConsumerHeartbeatRequest(
                group: "last", memberID: "m", memberEpoch: 0, rebalanceTimeoutMilliseconds: 5_000, subscribedTopics: ["t"], owned: [:])
        ) { _ in }
        let again = try open(table, clock, topics)
        for group in ["c", "last"] { #expect(again.describeConsumerGroup(group) == service.describeConsumerGroup(group)) }
        #expect(again.describe("g", version: 5) == service.describe("g", version: 5))
    }

    @Test func manyCallersAtOnce() async throws {
        let table = MemoryPositionTable()
        let clock = ManualTimeSource()
        let topics = FixedGroupTopics([GroupTopic(name: "t", id: TopicID(high: 1, low: 1), partitions: 4)])
        let service = try open(table, clock, topics)
        table.setSynced(false)
        let tally = Tally()
        await withTaskGroup(of: Void.self) { tasks in
            for task in 0..<6 {
                tasks.addTask {
                    for index in 0..<300 {
                        let request = task * 1_000 + index
                        let beat = ConsumerHeartbeatRequest(
                            group: "g\(index % 3)", memberID: "m\(task)", memberEpoch: index < 3 ? 0 : 1,
                            rebalanceTimeoutMilliseconds: 5_000, subscribedTopics: ["t"], owned: [:])
                        service.consumerHeartbeat(beat) { _ in tally.note(request) }
                        _ = service.list()
                        if index % 7 == 0 { table.sync(fails: index % 21 == 0) }
                        if index % 50 == 0 { clock.advance(milliseconds: 1_000) }
                        service.tick()
                    }
                }
            }
        }
        table.setSynced(true)
        table.sync()
        for task in 0..<6 { for index in 0..<300 { #expect(tally.count(task * 1_000 + index) == 1) } }
    }
}
