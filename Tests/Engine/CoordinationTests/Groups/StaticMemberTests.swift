import Coordination
import Testing

@Suite struct StaticMemberTests {
    @Test func aRestartedMemberTakesItsPlaceWithoutTroubleToOthers() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2, instances: ["a", "b"])
        let token = bench.join(GroupBench.request(instance: "b", version: 5))
        let result = try #require(bench.joined(token))
        #expect(result.error == .none)
        #expect(result.generation == generation)
        #expect(result.memberID != members[1] && result.memberID.hasPrefix("b-"))
        #expect(bench.state() == "Stable")
        let sync = bench.sync(result.memberID, generation, instance: "b")
        #expect(bench.synced(sync)?.assignment == [1])
        #expect(bench.heartbeat(members[1], generation, instance: "b") == .fencedInstanceID)
        #expect(bench.commit(members[1], generation, instance: "b") == .fencedInstanceID)
        #expect(bench.heartbeat(members[1], generation) == .unknownMemberID)
        let late = bench.join(GroupBench.request(members[1], instance: "b", version: 5))
        #expect(bench.joined(late)?.error == .fencedInstanceID)
        let sync2 = bench.sync(members[1], generation, instance: "b")
        #expect(bench.synced(sync2)?.error == .fencedInstanceID)
        #expect(bench.leave(MemberIdentity(memberID: members[1], instanceID: "b"))?.members.map(\.error) == [.fencedInstanceID])
    }

    @Test func aRestartedLeaderDoesNotAssign() throws {
        for version in [Int16(5), 9] {
            var bench = GroupBench()
            let (members, generation) = try bench.stableGroup(2, instances: ["a", "b"])
            let token = bench.join(GroupBench.request(instance: "a", version: version))
            let result = try #require(bench.joined(token))
            #expect(result.generation == generation)
            if version == 9 {
                #expect(result.skipAssignment && result.leader == result.memberID && result.members.count == 2)
            } else {
                #expect(result.leader == members[0] && result.members.isEmpty && !result.skipAssignment)
            }
        }
    }

    @Test func whatWaitsUnderTheFormerIdentifierIsFenced() throws {
        var bench = GroupBench()
        let (members, _) = try bench.stableGroup(2, instances: ["a", "b"])
        let waiting = bench.join(GroupBench.request(members[0], instance: "a", metadata: [1], version: 5))
        _ = bench.join(GroupBench.request(instance: "a", version: 5))
        #expect(bench.joined(waiting)?.error == .fencedInstanceID)
        #expect(bench.joined(waiting)?.memberID == members[0])
    }

    @Test func aRestartBetweenJoinAndSyncBeginsAnew() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2, instances: ["a", "b"])
        for (member, instance) in zip(members, ["a", "b"]) {
            _ = bench.join(GroupBench.request(member, instance: instance, metadata: [1], version: 5))
        }
        #expect(bench.state() == "CompletingRebalance")
        _ = bench.join(GroupBench.request(instance: "b", version: 5))
        #expect(bench.state() == "PreparingRebalance")
        #expect(bench.heartbeat(members[0], generation + 1, instance: "a") == .rebalanceInProgress)
    }

    @Test func aStaticMemberMayStayAwayFromARebalance() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2, instances: ["a", "b"], session: 600_000)
        let token = bench.join(GroupBench.request(members[0], instance: "a", metadata: [1], session: 600_000, version: 5))
        bench.advance(60_000)
        let result = try #require(bench.joined(token))
        #expect(result.generation == generation + 1)
        // Its partitions are kept for it.
        #expect(result.members.map(\.instanceID) == ["a", "b"])
    }

    @Test func anOperatorRemovesAnInstance() throws {
        var bench = GroupBench()
        _ = try bench.stableGroup(2, instances: ["a", "b"])
        let result = bench.leave(
            MemberIdentity(memberID: "", instanceID: "b"), MemberIdentity(memberID: "", instanceID: "c"))
        #expect(result?.members.map(\.error) == [.none, .unknownMemberID])
        #expect(bench.coordinator.describe("g", version: 5).members.count == 1)
    }

    @Test func identityOutlivesARestartOfTheBroker() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2, instances: ["a", "b"])
        let token = bench.join(GroupBench.request(instance: "b", version: 5))
        let newID = try #require(bench.joined(token)?.memberID)
        try bench.restart()
        #expect(bench.heartbeat(newID, generation, instance: "b") == KafkaErrorCode.none)
        #expect(bench.heartbeat(members[1], generation, instance: "b") == .fencedInstanceID)
        #expect(bench.heartbeat(members[0], generation, instance: "a") == KafkaErrorCode.none)
    }
}
