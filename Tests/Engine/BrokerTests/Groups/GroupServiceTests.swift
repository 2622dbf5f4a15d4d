import Broker
import Coordination
import Synchronization
import SystemIO
import Testing

/// What completions gave, in the order in which they came.
final class Answers<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func take(_ value: Value) { values.withLock { $0.append(value) } }
}

@Suite struct GroupServiceTests {
    let table = MemoryPositionTable()
    let clock = ManualTimeSource()

    func service(onEarlierDeadline: @escaping @Sendable (Int64) -> Void = { _ in }) throws -> GroupService {
        try GroupService(
            table: table, topics: FixedGroupTopics(), clock: clock, identifiers: GroupIdentifiers(seed: 5)
        ) { replay in
            for record in table.records {
                try record.key.withUnsafeBytes { key in
                    guard let value = record.value else { return try replay(key, nil) }
                    try value.withUnsafeBytes { try replay(key, $0) }
                }
            }
        } onEarlierDeadline: { onEarlierDeadline($0) }
    }

    func request(_ memberID: String = "") -> JoinRequest {
        JoinRequest(
            group: "g", memberID: memberID, sessionTimeoutMilliseconds: 10_000,
            protocols: [GroupProtocol(name: "range", metadata: [])], version: 3)
    }

    /// One member, stable.
    func stable(_ service: GroupService) throws -> (member: String, generation: Int32) {
        let joins = Answers<JoinResult>()
        service.join(request()) { joins.take($0) }
        clock.advance(milliseconds: 200)
        service.tick()
        let join = try #require(joins.all.first)
        service.sync(
            SyncRequest(group: "g", memberID: join.memberID, generation: join.generation, assignments: [join.memberID: [7]])
        ) { _ in }
        return (join.memberID, join.generation)
    }

    @Test func timeIsDrivenFromOutside() throws {
        let deadlines = Answers<Int64>()
        let service = try service { deadlines.take($0) }
        #expect(service.millisecondsUntilNextDeadline() == nil)
        let joins = Answers<JoinResult>()
        service.join(request()) { joins.take($0) }
        #expect(deadlines.all == [100])
        clock.advance(milliseconds: 100)
        #expect(service.millisecondsUntilNextDeadline() == 0)
        #expect(joins.all.isEmpty)
        service.tick()
        #expect(joins.all.map(\.generation) == [1])
        // The next is the member's session.
        #expect(deadlines.all == [100, 10_000])
    }

    @Test func answersWaitForTheLog() throws {
        let service = try service()
        let joins = Answers<JoinResult>()
        service.join(request()) { joins.take($0) }
        clock.advance(milliseconds: 200)
        service.tick()
        let member = try #require(joins.all.first?.memberID)
        table.setSynced(false)
        let syncs = Answers<SyncResult>()
        let leader = SyncRequest(group: "g", memberID: member, generation: 1, assignments: [member: [7]])
        service.sync(leader) { syncs.take($0) }
        // The group is stable, and a second question would be answered from memory: not before the first is durable.
        service.sync(leader) { syncs.take($0) }
        #expect(syncs.all.isEmpty)
        let beats = Answers<KafkaErrorCode>()
        service.heartbeat(HeartbeatRequest(group: "g", memberID: member, generation: 1)) { beats.take($0) }
        #expect(beats.all == [.none])
        table.sync()
        #expect(syncs.all.map(\.assignment) == [[7], [7]])
    }

    @Test func aFailedWriteIsToldAndMadeGood() throws {
        let service = try service()
        let joins = Answers<JoinResult>()
        service.join(request()) { joins.take($0) }
        clock.advance(milliseconds: 200)
        service.tick()
        let member = try #require(joins.all.first?.memberID)
        table.setRefuses(true)
        let syncs = Answers<SyncResult>()
        service.sync(SyncRequest(group: "g", memberID: member, generation: 1, assignments: [member: [7]])) { syncs.take($0) }
        #expect(syncs.all.map(\.error) == [.coordinatorNotAvailable])
        #expect(table.records.isEmpty)
        table.setRefuses(false)
        let leaves = Answers<LeaveResult>()
        service.delete(["nowhere"]) { _ in }
        service.leave(LeaveRequest(group: "g", members: [MemberIdentity(memberID: member)])) { leaves.take($0) }
        #expect(leaves.all.map(\.error) == [.none])
        #expect(table.records.count == 2)
        let again = try self.service()
        #expect(again.describe("g", version: 5).state == "Empty")
    }

    @Test func groupsComeBack() throws {
        let (member, generation) = try stable(try service())
        let position = GroupPosition(position: OffsetAndMetadata(offset: 3), committedMilliseconds: 0)
        table.set(position, of: "simple", in: TopicPartition("t", 0))
        let again = try service()
        // One whose positions come past the service is a group all the same.
        table.set(position, of: "embedded", in: TopicPartition("t", 0))
        #expect(again.describe("embedded", version: 6).state == "Empty")
        #expect(again.list().map(\.group) == ["embedded", "g", "simple"])
        let beats = Answers<KafkaErrorCode>()
        again.heartbeat(HeartbeatRequest(group: "g", memberID: member, generation: generation)) { beats.take($0) }
        #expect(beats.all == [.none])
    }

    @Test func commitsAreCheckedAndDurable() throws {
        let service = try service()
        let (member, generation) = try stable(service)
        let partition = TopicPartition("t", 0)
        let codes = Answers<[KafkaErrorCode]>()
        let long = String(repeating: "x", count: 4_097)
        table.setSynced(false)
        service.commitOffsets(
            CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation),
            [
                (partition, OffsetAndMetadata(offset: 5, metadata: "m")),
                (TopicPartition("t", 1), OffsetAndMetadata(offset: 6, metadata: long)),
            ]
        ) { codes.take($0) }
        #expect(codes.all.isEmpty)
        table.sync()
        #expect(codes.all == [[.none, .offsetMetadataTooLarge]])
        table.setSynced(true)
        service.commitOffsets(
            CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation + 1), [(partition, OffsetAndMetadata(offset: 9))]
        ) { codes.take($0) }
        #expect(codes.all.last == [.illegalGeneration])
        table.setRefuses(true)
        service.commitOffsets(
            CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation), [(partition, OffsetAndMetadata(offset: 9))]
        ) { codes.take($0) }
        #expect(codes.all.last == [.coordinatorNotAvailable])
        let fetched = service.fetchOffsets(CommitIdentity(group: "g"), nil, requireStable: false)
        #expect(fetched.positions.mapValues(\.position) == [partition: OffsetAndMetadata(offset: 5, metadata: "m")])
    }

    @Test func undecidedPositionsAreNotStable() throws {
        let service = try service()
        let known = TopicPartition("t", 0)
        let pending = TopicPartition("t", 1)
        table.set(GroupPosition(position: OffsetAndMetadata(offset: 3), committedMilliseconds: 0), of: "g", in: known)
        table.setPending(pending)
        let stable = service.fetchOffsets(
            CommitIdentity(group: "g"), [known, pending, TopicPartition("u", 0)], requireStable: true
        ).positions
        #expect(stable[known]?.position.offset == 3)
        #expect(stable[pending]?.error == .unstableOffsetCommit)
        #expect(stable[TopicPartition("u", 0)]?.position.offset == -1)
        let all = service.fetchOffsets(CommitIdentity(group: "g"), nil, requireStable: false).positions
        #expect(all.keys.sorted() == [known])
    }

    @Test func transactionsAreCheckedUnderTheSameLock() throws {
        let service = try service()
        let (member, generation) = try stable(service)
        let taken = service.checkTransactionalCommit(
            CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation)) { 7 }
        #expect(taken.error == .none && taken.value == 7)
        let refused = service.checkTransactionalCommit(
            CommitIdentity(group: "g", memberID: member, generationOrEpoch: generation - 1)) { 7 }
        #expect(refused.error == .illegalGeneration && refused.value == nil)
    }

    @Test func positionsAreDeletedOnRequestAndInTime() throws {
        let service = try service()
        let partition = TopicPartition("t", 0)
        func put() {
            let position = OffsetAndMetadata(offset: 3)
            table.set(GroupPosition(position: position, committedMilliseconds: clock.wallMilliseconds()), of: "g", in: partition)
        }
        let deleted = Answers<KafkaErrorCode>()
        service.deleteOffsets(group: "g", [partition]) { deleted.take($0); for code in $1 { deleted.take(code) } }
        #expect(deleted.all == [.groupIDNotFound])
        let codes = Answers<[KafkaErrorCode]>()
        service.commitOffsets(CommitIdentity(group: "g"), [(partition, OffsetAndMetadata(offset: 4))]) { codes.take($0) }
        service.deleteOffsets(group: "g", [partition]) { deleted.take($0); for code in $1 { deleted.take(code) } }
        #expect(deleted.all == [.groupIDNotFound, .none, .none])
        #expect(table.groupPositions(of: "g").isEmpty)
        put()
        clock.advance(milliseconds: 7 * 24 * 3_600_000 - 1)
        service.tick()
        #expect(table.groupPositions(of: "g").count == 1)
        clock.advance(milliseconds: 600_001)
        service.tick()
        #expect(table.groupPositions(of: "g").isEmpty)
        #expect(service.list().isEmpty)
        #expect(service.millisecondsUntilNextDeadline() == nil)
    }

    @Test func closingAnswersWhatWaits() throws {
        let service = try service()
        let joins = Answers<JoinResult>()
        service.join(request()) { joins.take($0) }
        service.close()
        service.join(request()) { joins.take($0) }
        #expect(joins.all.map(\.error) == [.coordinatorNotAvailable, .coordinatorNotAvailable])
    }

    @Test func completionsMayAskAgain() throws {
        let service = try service()
        let states = Answers<String>()
        service.join(request()) { _ in states.take(service.describe("g", version: 5).state) }
        clock.advance(milliseconds: 200)
        service.tick()
        #expect(states.all == ["CompletingRebalance"])
    }
}
