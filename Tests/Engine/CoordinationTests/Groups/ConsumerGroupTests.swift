import Coordination
import Testing

extension GroupBench {
    static let t = TopicID(high: 1, low: 1)
    static let u = TopicID(high: 1, low: 2)

    static func topics(_ partitions: Int32 = 4, more: [GroupTopic] = []) -> FixedGroupTopics {
        FixedGroupTopics(
            [GroupTopic(name: "t", id: t, partitions: partitions), GroupTopic(name: "u", id: u, partitions: 2)] + more)
    }

    static func consumers(_ change: (inout GroupSettings) -> Void = { _ in }) -> GroupBench {
        GroupBench(topics: topics(), change)
    }

    mutating func beat(_ request: ConsumerHeartbeatRequest) -> ConsumerHeartbeatResult {
        let token = token()
        apply(coordinator.consumerHeartbeat(request, token: token, now: now))
        if case .consumerHeartbeat(let result) = replies[token] { return result }
        if !losesEffects { Issue.record("a heartbeat was not answered at once") }
        return .failure(.unknownServerError, memberID: "")
    }

    mutating func enter(
        _ member: String, instance: String? = nil, topics: [String]? = ["t"], pattern: String? = nil, assignor: String? = nil,
        rebalance: Int32 = 30_000
    ) -> ConsumerHeartbeatResult {
        beat(
            ConsumerHeartbeatRequest(
                group: "g", memberID: member, memberEpoch: 0, instanceID: instance, rebalanceTimeoutMilliseconds: rebalance,
                subscribedTopics: topics, subscribedPattern: pattern, serverAssignor: assignor, owned: [:]))
    }

    mutating func beat(
        _ member: String, _ epoch: Int32, instance: String? = nil, owned: PartitionSets? = nil
    ) -> ConsumerHeartbeatResult {
        beat(ConsumerHeartbeatRequest(group: "g", memberID: member, memberEpoch: epoch, instanceID: instance, owned: owned))
    }
}

@Suite struct ConsumerGroupTests {
    let t = GroupBench.t
    let u = GroupBench.u

    @Test func aMemberAloneGetsEverything() {
        var bench = GroupBench.consumers()
        let joined = bench.enter("a")
        #expect(joined.error == .none && joined.memberEpoch == 1 && joined.memberID == "a")
        #expect(joined.assignment == [t: [0, 1, 2, 3]])
        #expect(joined.heartbeatIntervalMilliseconds == 5_000)
        let again = bench.beat("a", 1)
        #expect(again.assignment == nil && again.memberEpoch == 1)
        #expect(bench.coordinator.list().map(\.state) == ["Stable"])
        #expect(bench.coordinator.list(types: ["consumer"]).count == 1)
    }

    @Test func partitionsAreRevokedBeforeTheyAreAssigned() throws {
        var bench = GroupBench.consumers()
        _ = bench.enter("a")
        let second = bench.enter("b")
        // Nothing is free yet.
        #expect(second.memberEpoch == 2 && second.assignment == [:])
        let told = bench.beat("a", 1, owned: [t: [0, 1, 2, 3]])
        let kept = try #require(told.assignment)
        #expect(told.memberEpoch == 1 && kept[t]?.count == 2)
        #expect(bench.coordinator.list().map(\.state) == ["Reconciling"])
        // Still held: b waits.
        #expect(bench.beat("b", 2).assignment == nil)
        #expect(bench.beat("a", 1).memberEpoch == 1)
        let done = bench.beat("a", 1, owned: kept)
        #expect(done.memberEpoch == 2)
        let got = bench.beat("b", 2).assignment
        #expect(got?[t]?.count == 2)
        #expect((got?[t] ?? []).union(kept[t] ?? []) == [0, 1, 2, 3])
        #expect(bench.coordinator.list().map(\.state) == ["Stable"])
    }

    @Test func whoDoesNotRevokeInTimeIsFenced() {
        var bench = GroupBench.consumers()
        _ = bench.enter("a", rebalance: 10_000)
        _ = bench.enter("b")
        _ = bench.beat("a", 1, owned: [t: [0, 1, 2, 3]])
        for _ in 0..<3 {
            bench.advance(3_000)
            #expect(bench.beat("a", 1, owned: [t: [0, 1, 2, 3]]).error == .none)
        }
        bench.advance(1_001)
        #expect(bench.beat("a", 1).error == .unknownMemberID)
        #expect(bench.beat("b", 2).assignment == [t: [0, 1, 2, 3]])
    }

    @Test func silentMembersLoseTheirSession() {
        var bench = GroupBench.consumers()
        _ = bench.enter("a")
        bench.advance(44_999)
        #expect(bench.beat("a", 1).error == .none)
        bench.advance(45_000)
        #expect(bench.beat("a", 1).error == .unknownMemberID)
        #expect(bench.coordinator.list().map(\.state) == ["Empty"])
    }

    @Test func epochsAreChecked() {
        var bench = GroupBench.consumers()
        #expect(bench.beat("a", 5).error == .groupIDNotFound)
        _ = bench.enter("a")
        #expect(bench.beat("a", 2).error == .fencedMemberEpoch)
        #expect(bench.beat("stranger", 1).error == .unknownMemberID)
        // The answer to the join was lost: the same request again is the same member.
        let again = bench.enter("a")
        #expect(again.error == .none && again.memberEpoch == 1 && again.assignment == [t: [0, 1, 2, 3]])
        _ = bench.enter("b")
        let told = bench.beat("a", 1, owned: [t: [0, 1, 2, 3]])
        _ = bench.beat("a", 1, owned: told.assignment)
        // The epoch before is good with what the member holds now, and nothing else is.
        #expect(bench.beat("a", 1, owned: told.assignment).memberEpoch == 2)
        #expect(bench.beat("a", 1, owned: [t: [0, 1, 2, 3]]).error == .fencedMemberEpoch)
        #expect(bench.beat("a", 1).error == .fencedMemberEpoch)
        // Who was fenced gives up everything and joins again, under its identifier.
        let rejoined = bench.enter("a")
        #expect(rejoined.memberEpoch == 2 && rejoined.assignment == told.assignment)
    }

    @Test func requestsThatMakeNoSenseAreRefused() {
        var bench = GroupBench.consumers()
        #expect(bench.enter("").error == .invalidRequest)
        #expect(bench.enter("a", topics: []).error == .invalidRequest)
        #expect(bench.enter("a", topics: nil).error == .invalidRequest)
        #expect(bench.enter("a", rebalance: -1).error == .invalidRequest)
        #expect(bench.enter("a", instance: "").error == .invalidRequest)
        #expect(bench.enter("a", assignor: "sticky").error == .unsupportedAssignor)
        #expect(bench.enter("a", topics: nil, pattern: "(").error == .invalidRegularExpression)
        #expect(bench.beat("a", -3).error == .invalidRequest)
        #expect(bench.beat("a", -2).error == .invalidRequest)
        #expect(bench.beat("", 3).error == .invalidRequest)
        var held = ConsumerHeartbeatRequest(
            group: "g", memberID: "a", memberEpoch: 0, rebalanceTimeoutMilliseconds: 1, subscribedTopics: ["t"], owned: [t: [1]])
        #expect(bench.beat(held).error == .invalidRequest)
        held.group = ""
        #expect(bench.beat(held).error == .invalidRequest)
        #expect(bench.coordinator.groupCount == 0)
        #expect(bench.log.isEmpty)
        // In version 0 the broker makes the identifier.
        var old = ConsumerHeartbeatRequest(
            group: "g", memberEpoch: 0, rebalanceTimeoutMilliseconds: 1, subscribedTopics: ["t"], owned: [:], version: 0)
        let made = bench.beat(old).memberID ?? ""
        #expect(made.utf8.count == 36)
        old.memberID = made
        #expect(bench.beat(old).memberID == made)
    }

    @Test func aGroupHasAMaximumSize() {
        var bench = GroupBench.consumers { $0.consumerMaximumSize = 1 }
        #expect(bench.enter("a").error == .none)
        #expect(bench.enter("b").error == .groupMaxSizeReached)
        #expect(bench.beat("a", 1).error == .none)
    }

    @Test func leavingFreesPartitions() {
        var bench = GroupBench.consumers()
        _ = bench.enter("a")
        _ = bench.enter("b")
        #expect(bench.beat("a", -1).memberEpoch == -1)
        #expect(bench.beat("b", 2).assignment == [t: [0, 1, 2, 3]])
        #expect(bench.beat("a", -1).error == .unknownMemberID)
    }

    @Test func staticMembersComeBackToTheirPlace() {
        var bench = GroupBench.consumers()
        _ = bench.enter("a1", instance: "a")
        #expect(bench.enter("a2", instance: "a").error == .unreleasedInstanceID)
        #expect(bench.beat("a1", -2, instance: "a").memberEpoch == -2)
        let other = bench.enter("b1", instance: "b")
        #expect(other.assignment == [:])
        let back = bench.enter("a2", instance: "a")
        #expect(back.error == .none && back.memberEpoch == 2)
        #expect(back.assignment?[t]?.count == 2)
        #expect(bench.beat("a1", 1, instance: "a").error == .fencedInstanceID)
        #expect(bench.beat("x", 1, instance: "nobody").error == .unknownMemberID)
    }

    @Test func topicsAreFollowed() {
        var bench = GroupBench.consumers()
        let joined = bench.enter("a", topics: ["t", "later"])
        #expect(joined.assignment == [t: [0, 1, 2, 3]])
        let later = TopicID(high: 9, low: 9)
        bench.coordinator.topics = GroupBench.topics(5, more: [GroupTopic(name: "later", id: later, partitions: 1)])
        #expect(bench.beat("a", 1).assignment == nil)
        bench.coordinator.topicsChanged()
        let grown = bench.beat("a", 1)
        #expect(grown.memberEpoch == 2)
        #expect(grown.assignment == [t: [0, 1, 2, 3, 4], later: [0]])
        bench.coordinator.topics = FixedGroupTopics([GroupTopic(name: "t", id: t, partitions: 5)])
        bench.coordinator.topicsChanged()
        let shrunk = bench.beat("a", 2, owned: [t: [0, 1, 2, 3, 4], later: [0]])
        #expect(shrunk.assignment == [t: [0, 1, 2, 3, 4]])
        #expect(bench.beat("a", 2, owned: [t: [0, 1, 2, 3, 4]]).memberEpoch == 3)
    }

    @Test func patternsAreFollowed() {
        var bench = GroupBench.consumers()
        let joined = bench.enter("a", topics: [], pattern: "[tx].*")
        #expect(joined.assignment == [t: [0, 1, 2, 3]])
        let x = TopicID(high: 9, low: 9)
        bench.coordinator.topics = GroupBench.topics(4, more: [GroupTopic(name: "xy", id: x, partitions: 1)])
        bench.coordinator.topicsChanged()
        #expect(bench.beat("a", 1).assignment == [t: [0, 1, 2, 3], x: [0]])
        let changed = bench.beat(
            ConsumerHeartbeatRequest(
                group: "g", memberID: "a", memberEpoch: 2, subscribedTopics: ["u"], subscribedPattern: "",
                owned: [t: [0, 1, 2, 3], x: [0]]))
        #expect(changed.assignment == [:])
        #expect(bench.beat("a", 2, owned: [:]).assignment == [u: [0, 1]])
        #expect(bench.coordinator.describeConsumerGroup("g").members.first?.subscribedPattern == nil)
    }

    @Test func positionsAreTakenWithThePresentEpoch() {
        var bench = GroupBench.consumers()
        _ = bench.enter("a")
        #expect(bench.commit("a", 1, version: 9) == .none)
        #expect(bench.commit("a", 1, version: 8) == .unsupportedVersion)
        #expect(bench.commit("a", 0, version: 9) == .staleMemberEpoch)
        #expect(bench.commit("a", 0, transactional: true) == .illegalGeneration)
        #expect(bench.commit("b", 1, version: 9) == .unknownMemberID)
        #expect(bench.commit(version: 9) == .unknownMemberID)
        func fetch(_ member: String, _ epoch: Int32) -> KafkaErrorCode? {
            bench.coordinator.checkFetch(CommitIdentity(group: "g", memberID: member, generationOrEpoch: epoch))
        }
        #expect(fetch("", -1) == nil)
        #expect(fetch("a", 1) == nil)
        #expect(fetch("a", 2) == .staleMemberEpoch)
        #expect(fetch("b", 1) == .unknownMemberID)
        #expect(bench.coordinator.checkOffsetDelete(group: "g", topics: ["t", "u"]).topics == [.groupSubscribedToTopic, .none])
        _ = bench.beat("a", -1)
        #expect(bench.commit(version: 9) == .none)
        #expect(bench.delete("g") == [.none])
    }

    @Test func groupsComeBackAfterARestart() throws {
        for compacted in [false, true] {
            var bench = GroupBench.consumers()
            _ = bench.enter("a", topics: ["t", "u"], assignor: "range")
            _ = bench.enter("b", instance: "i", topics: ["t"], pattern: "u+")
            _ = bench.beat("a", 1, owned: [t: [0, 1, 2, 3], u: [0, 1]])
            let before = bench.coordinator.describeConsumerGroup("g")
            #expect(before.assignor == "range")
            try bench.restart(compacted: compacted)
            #expect(bench.coordinator.describeConsumerGroup("g") == before)
            #expect(bench.beat("b", 2, instance: "i").error == .none)
            // What "a" holds still is not free.
            #expect(bench.beat("b", 2, instance: "i").assignment == nil)
            let kept = try #require(before.members.first?.assignment)
            let owned = Dictionary(uniqueKeysWithValues: kept.map { ($0.id, Set($0.partitions)) })
            #expect(bench.beat("a", 1, owned: owned).memberEpoch == 2)
            #expect(bench.beat("b", 2, instance: "i").assignment?.isEmpty == false)
        }
    }

    @Test func anEndedGroupLeavesNoRecords() throws {
        var bench = GroupBench.consumers()
        _ = bench.enter("a")
        _ = bench.enter("b")
        _ = bench.beat("a", -1)
        _ = bench.beat("b", -1)
        #expect(bench.delete("g") == [.none])
        var last: [[UInt8]: [UInt8]?] = [:]
        for record in bench.log { last[record.key] = .some(record.value) }
        #expect(last.values.allSatisfy { $0 == nil })
        try bench.restart()
        #expect(bench.coordinator.groupCount == 0)
    }

    @Test func descriptions() {
        var bench = GroupBench.consumers()
        #expect(bench.coordinator.describeConsumerGroup("g").error == .groupIDNotFound)
        _ = bench.enter("a")
        _ = bench.enter("b")
        let described = bench.coordinator.describeConsumerGroup("g")
        #expect(described.state == "Reconciling" && described.epoch == 2 && described.assignmentEpoch == 2)
        #expect(described.members.map(\.memberID) == ["a", "b"])
        #expect(described.members.map { $0.targetAssignment.map(\.name) } == [["t"], ["t"]])
        #expect(described.members.map { $0.targetAssignment.first?.partitions.count } == [2, 2])
        #expect(described.members.map(\.memberType) == [1, 1])
        #expect(bench.coordinator.describe("g", version: 6).error == .groupIDNotFound)
    }
}
