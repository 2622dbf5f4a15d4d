import Coordination
import Testing

@Suite struct GroupLifeTests {
    @Test func stableGroupsComeBackAfterARestart() throws {
        for compacted in [false, true] {
            var bench = GroupBench()
            let (members, generation) = try bench.stableGroup(3)
            bench.advance(9_000)
            try bench.restart(compacted: compacted)
            let described = bench.coordinator.describe("g", version: 5)
            #expect(described.state == "Stable" && described.members.map(\.memberID) == members)
            #expect(described.members.map(\.assignment) == [[0], [1], [2]])
            // Each has its whole session again.
            bench.advance(9_999)
            #expect(bench.heartbeat(members[0], generation) == KafkaErrorCode.none)
            bench.advance(2)
            #expect(bench.heartbeat(members[0], generation) == .rebalanceInProgress)
            #expect(bench.heartbeat(members[1], generation) == .unknownMemberID)
        }
    }

    @Test func aGroupRestatedInARebalanceHasNoMembers() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        for member in members { _ = bench.join(GroupBench.request(member, metadata: [1])) }
        #expect(bench.state() == "CompletingRebalance")
        try bench.restart(compacted: true)
        #expect(bench.heartbeat(members[0], generation + 1) == .unknownMemberID)
        let (_, next) = try bench.stableGroup(1)
        #expect(next == generation + 2)
    }

    @Test func deletion() throws {
        var bench = GroupBench()
        let (members, _) = try bench.stableGroup(1)
        #expect(bench.commit(group: "simple") == .none)
        #expect(bench.delete("g", "simple", "nowhere", "") == [.nonEmptyGroup, .none, .groupIDNotFound, .groupIDNotFound])
        _ = bench.leave(MemberIdentity(memberID: members[0]))
        #expect(bench.delete("g") == [.none])
        #expect(bench.forgotten == ["simple", "g"])
        #expect(bench.log.last?.value == nil)
        try bench.restart()
        #expect(bench.coordinator.list().isEmpty)
        #expect(bench.state() == "Dead")
    }

    @Test func listingFilters() throws {
        var bench = GroupBench()
        _ = try bench.stableGroup(1, group: "s")
        #expect(bench.commit(group: "e") == .none)
        #expect(bench.coordinator.list().map(\.group) == ["e", "s"])
        #expect(bench.coordinator.list(states: ["stable"]).map(\.group) == ["s"])
        #expect(bench.coordinator.list(states: [" Empty "], types: ["Classic"]).map(\.group) == ["e"])
        #expect(bench.coordinator.list(types: ["consumer"]).isEmpty)
        #expect(bench.coordinator.list().last?.protocolType == "consumer")
    }

    @Test func descriptionOfWhatIsNotThere() {
        let bench = GroupBench()
        #expect(bench.coordinator.describe("x", version: 5).error == .none)
        #expect(bench.coordinator.describe("x", version: 5).state == "Dead")
        #expect(bench.coordinator.describe("x", version: 6).error == .groupIDNotFound)
    }

    @Test func positionsOfSubscribedTopicsStay() throws {
        var bench = GroupBench()
        // A subscription to "t", version 0.
        let metadata: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0xFF, 0xFF, 0xFF, 0xFF]
        let token = bench.join(GroupBench.request(metadata: metadata))
        bench.advance(GroupBench.initialDelay)
        let member = try #require(bench.joined(token)?.memberID)
        _ = bench.sync(member, 1)
        let (error, topics) = bench.coordinator.checkOffsetDelete(group: "g", topics: ["t", "u"])
        #expect(error == .none && topics == [.groupSubscribedToTopic, .none])
        #expect(bench.coordinator.checkOffsetDelete(group: "x", topics: []).error == .groupIDNotFound)
        let positions = ["t", "u"].map {
            GroupCoordinator.CommittedPosition(partition: TopicPartition($0, 0), committedMilliseconds: bench.now)
        }
        let later = bench.now + bench.settings.offsetsRetentionMilliseconds
        let (expired, effects) = bench.coordinator.applyRetention(of: "g", positions: positions, now: later)
        #expect(expired == [TopicPartition("u", 0)] && effects.isEmpty)
    }

    @Test func otherProtocolsKeepTheirPositionsWhileTheyLive() throws {
        var bench = GroupBench()
        var request = GroupBench.request()
        request.protocolType = "connect"
        _ = bench.join(request)
        #expect(bench.coordinator.checkOffsetDelete(group: "g", topics: ["t"]).error == .nonEmptyGroup)
    }

    @Test func emptyGroupsEndWithTheirPositions() throws {
        var bench = GroupBench()
        let (members, _) = try bench.stableGroup(1)
        _ = bench.leave(MemberIdentity(memberID: members[0]))
        let emptySince = bench.now
        let retention = bench.settings.offsetsRetentionMilliseconds
        let positions = [
            GroupCoordinator.CommittedPosition(partition: TopicPartition("t", 0), committedMilliseconds: emptySince - 5_000),
            GroupCoordinator.CommittedPosition(
                partition: TopicPartition("t", 1), committedMilliseconds: emptySince - 5_000, isPending: true),
        ]
        // The time without members counts, not the commit's age.
        #expect(bench.coordinator.applyRetention(of: "g", positions: positions, now: emptySince + retention - 1).expired.isEmpty)
        let (expired, effects) = bench.coordinator.applyRetention(of: "g", positions: positions, now: emptySince + retention)
        #expect(expired == [TopicPartition("t", 0)] && effects.isEmpty)
        let end = bench.coordinator.applyRetention(of: "g", positions: [positions[0]], now: emptySince + retention)
        bench.apply(end.effects)
        #expect(bench.log.last?.value == nil)
        #expect(bench.coordinator.groupCount == 0)
    }

    @Test func groupsAreBounded() {
        var bench = GroupBench(topics: GroupBench.topics()) { $0.maximumGroups = 2 }
        #expect(bench.commit(group: "a") == .none)
        #expect(bench.commit(group: "b") == .none)
        #expect(bench.commit(group: "c") == .coordinatorNotAvailable)
        let token = bench.join(GroupBench.request(group: "c"))
        #expect(bench.joined(token)?.error == .coordinatorNotAvailable)
        #expect(bench.enter("m").error == .coordinatorNotAvailable)
        #expect(bench.commit(group: "a") == .none)
        let long = bench.join(GroupBench.request(group: String(repeating: "x", count: 32_768)))
        #expect(bench.joined(long)?.error == .invalidGroupID)
    }

    @Test func retentionIsLookedAtTogether() {
        var bench = GroupBench()
        for index in 0..<100 {
            bench.now += 100
            #expect(bench.commit(group: "simple-\(index)") == .none)
        }
        bench.advance(bench.settings.offsetsRetentionCheckMilliseconds)
        #expect(bench.retentionChecks.count == 100)
        #expect(bench.coordinator.nextDeadline % bench.settings.offsetsRetentionCheckMilliseconds == 0)
    }

    @Test func tenThousandGroupsCostOneHeap() throws {
        var bench = GroupBench()
        for index in 0..<10_000 { _ = bench.join(GroupBench.request(group: "g\(index)", session: 30_000)) }
        bench.advance(GroupBench.initialDelay)
        #expect(bench.coordinator.list(states: ["CompletingRebalance"]).count == 10_000)
        bench.advance(60_000)
        #expect(bench.coordinator.list(states: ["Empty"]).count == 10_000)
    }
}
