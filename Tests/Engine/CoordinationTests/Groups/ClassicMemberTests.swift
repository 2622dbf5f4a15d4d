import Coordination
import Testing

@Suite struct ClassicMemberTests {
    @Test func heartbeatsAreAnsweredByTheStateOfTheGroup() throws {
        var bench = GroupBench()
        #expect(bench.heartbeat("a", 1) == .unknownMemberID)
        #expect(bench.heartbeat("a", 1, group: "") == .invalidGroupID)
        let (members, generation) = try bench.stableGroup(2)
        #expect(bench.heartbeat(members[0], generation) == KafkaErrorCode.none)
        #expect(bench.heartbeat(members[0], generation - 1) == .illegalGeneration)
        #expect(bench.heartbeat(members[0], generation + 1) == .illegalGeneration)
        #expect(bench.heartbeat("stranger", generation) == .unknownMemberID)
        let rejoins = members.map { bench.join(GroupBench.request($0, metadata: [1])) }
        #expect(bench.joined(rejoins[1])?.generation == generation + 1)
        // Between join and sync a heartbeat is a sign of life and no error.
        #expect(bench.state() == "CompletingRebalance")
        #expect(bench.heartbeat(members[1], generation + 1) == KafkaErrorCode.none)
        #expect(bench.heartbeat(members[1], generation) == .illegalGeneration)
    }

    @Test func silentMembersLoseTheirSession() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        bench.advance(9_000)
        #expect(bench.heartbeat(members[0], generation) == KafkaErrorCode.none)
        bench.advance(1_000)
        #expect(bench.state() == "PreparingRebalance")
        #expect(bench.heartbeat(members[1], generation) == .unknownMemberID)
        #expect(bench.heartbeat(members[0], generation) == .rebalanceInProgress)
        let rejoin = bench.join(GroupBench.request(members[0]))
        #expect(bench.joined(rejoin)?.generation == generation + 1)
        #expect(bench.joined(rejoin)?.members.count == 1)
    }

    @Test func aGroupWithoutMembersIsEmpty() throws {
        var bench = GroupBench()
        _ = try bench.stableGroup(2)
        bench.advance(10_000)
        #expect(bench.state() == "Empty")
        // What is left in the heap is the end of a rebalance that came to its end before.
        #expect(bench.coordinator.nextDeadline >= bench.now + 60_000)
    }

    @Test func syncsAreRefusedWhereTheyDoNotFit() throws {
        var bench = GroupBench()
        func error(_ token: UInt64) -> KafkaErrorCode? { bench.synced(token)?.error }
        #expect(error(bench.sync("a", 1)) == .unknownMemberID)
        #expect(error(bench.sync("a", 1, group: "")) == .invalidGroupID)
        let (members, generation) = try bench.stableGroup(2)
        #expect(error(bench.sync("stranger", generation)) == .unknownMemberID)
        #expect(error(bench.sync(members[0], generation - 1)) == .illegalGeneration)
        #expect(error(bench.sync(members[0], generation, protocolType: "connect")) == .inconsistentGroupProtocol)
        #expect(error(bench.sync(members[0], generation, protocolName: "sticky")) == .inconsistentGroupProtocol)
        _ = bench.join(GroupBench.request(members[0]))
        #expect(error(bench.sync(members[1], generation)) == .rebalanceInProgress)
    }

    @Test func aNewMemberCallsWaitingSyncsBack() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        for member in members { _ = bench.join(GroupBench.request(member, metadata: [1])) }
        let waiting = bench.sync(members[1], generation + 1)
        #expect(bench.synced(waiting) == nil)
        _ = bench.join(GroupBench.request())
        #expect(bench.synced(waiting)?.error == .rebalanceInProgress)
        // The assignments of a generation that is over are refused.
        let leader = bench.sync(members[0], generation + 1, assignments: [:])
        #expect(bench.synced(leader)?.error == .rebalanceInProgress)
    }

    @Test func whoNeverSyncsIsOut() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2, session: 1_800_000)
        for member in members { _ = bench.join(GroupBench.request(member, metadata: [1], session: 1_800_000)) }
        _ = bench.sync(members[0], generation + 1, assignments: [members[0]: [1]])
        #expect(bench.state() == "Stable")
        bench.advance(60_000)
        #expect(bench.state() == "PreparingRebalance")
        #expect(bench.heartbeat(members[1], generation + 1) == .unknownMemberID)
    }

    @Test func leavingCallsForANewGeneration() throws {
        var bench = GroupBench()
        #expect(bench.leave(MemberIdentity(memberID: "a"))?.error == .unknownMemberID)
        let (members, generation) = try bench.stableGroup(2)
        let result = bench.leave(MemberIdentity(memberID: members[1]), MemberIdentity(memberID: "stranger"))
        #expect(result?.members.map(\.error) == [.none, .unknownMemberID])
        #expect(bench.heartbeat(members[0], generation) == .rebalanceInProgress)
        _ = bench.leave(MemberIdentity(memberID: members[0]))
        #expect(bench.state() == "Empty")
        #expect(bench.leave(MemberIdentity(memberID: members[0]))?.errorBeforeVersion3 == .unknownMemberID)
    }

    @Test func leavingAnswersWhatTheMemberWaitsFor() throws {
        var bench = GroupBench()
        let (members, _) = try bench.stableGroup(2)
        let join = bench.join(GroupBench.request(members[0]))
        _ = bench.leave(MemberIdentity(memberID: members[0]))
        #expect(bench.joined(join)?.error == .unknownMemberID)
    }

    @Test func positionsAreTakenFromMembersOfThisGenerationAlone() throws {
        var bench = GroupBench()
        #expect(bench.commit("a", 3) == .illegalGeneration)
        #expect(bench.commit("a", 3, version: 9) == .groupIDNotFound)
        #expect(bench.commit("a", 3, version: 9, transactional: true) == .illegalGeneration)
        // A simple consumer makes the group.
        #expect(bench.commit(group: "simple") == .none)
        #expect(bench.commit(group: "simple") == .none)
        #expect(bench.state("simple") == "Empty")
        let (members, generation) = try bench.stableGroup(2)
        #expect(bench.commit() == .unknownMemberID)
        #expect(bench.commit(transactional: true) == .none)
        #expect(bench.commit(members[0], generation) == .none)
        #expect(bench.commit(members[0], generation - 1) == .illegalGeneration)
        #expect(bench.commit("stranger", generation) == .unknownMemberID)
        let rejoin = members.map { bench.join(GroupBench.request($0, metadata: [1])) }
        #expect(bench.joined(rejoin[0])?.generation == generation + 1)
        #expect(bench.commit(members[0], generation + 1) == .rebalanceInProgress)
        #expect(bench.commit(members[0], generation + 1, transactional: true) == .none)
        _ = bench.join(GroupBench.request())
        // While the others come back a member may still commit what it has done.
        #expect(bench.state() == "PreparingRebalance")
        #expect(bench.commit(members[0], generation + 1) == .none)
    }

    @Test func aCommitIsASignOfLife() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(1)
        bench.advance(9_999)
        #expect(bench.commit(members[0], generation) == .none)
        bench.advance(9_999)
        #expect(bench.heartbeat(members[0], generation) == KafkaErrorCode.none)
    }
}
