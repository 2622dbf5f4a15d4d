import Coordination
import Testing

@Suite struct ClassicJoinTests {
    @Test func firstMembersFormAGeneration() throws {
        var bench = GroupBench()
        let first = bench.join(GroupBench.request())
        bench.advance(GroupBench.initialDelay - 1)
        #expect(bench.joined(first) == nil)
        let second = bench.join(GroupBench.request())
        bench.advance(1)
        // The second member prolongs the delay.
        #expect(bench.joined(first) == nil)
        bench.advance(GroupBench.initialDelay)
        let leader = try #require(bench.joined(first))
        let follower = try #require(bench.joined(second))
        #expect(leader.error == .none && follower.error == .none)
        #expect(leader.generation == 1 && follower.generation == 1)
        #expect(leader.leader == leader.memberID && follower.leader == leader.memberID)
        #expect(leader.members.map(\.memberID) == [leader.memberID, follower.memberID])
        #expect(follower.members.isEmpty)
        #expect(leader.protocolName == "range" && leader.protocolType == "consumer")
        #expect(leader.memberID.hasPrefix("client-"))
    }

    @Test func assignmentsArriveWithTheLeadersSync() throws {
        var bench = GroupBench()
        let tokens = [bench.join(GroupBench.request()), bench.join(GroupBench.request())]
        bench.advance(200)
        let members = try tokens.map { try #require(bench.joined($0)?.memberID) }
        let follower = bench.sync(members[1], 1)
        #expect(bench.synced(follower) == nil)
        #expect(bench.state() == "CompletingRebalance")
        let leader = bench.sync(members[0], 1, assignments: [members[0]: [1], members[1]: [2]])
        #expect(bench.synced(follower)?.assignment == [2])
        #expect(bench.synced(leader)?.assignment == [1])
        #expect(bench.state() == "Stable")
        // Asked again, the same answer.
        let again = bench.sync(members[1], 1)
        #expect(bench.synced(again)?.assignment == [2])
    }

    @Test func fromVersion4AMemberComesBackWithItsIdentifier() throws {
        var bench = GroupBench()
        let first = bench.join(GroupBench.request(version: 4))
        let answer = try #require(bench.joined(first))
        #expect(answer.error == .memberIDRequired)
        #expect(!answer.memberID.isEmpty)
        let second = bench.join(GroupBench.request(answer.memberID, version: 4))
        bench.advance(GroupBench.initialDelay)
        #expect(bench.joined(second)?.error == KafkaErrorCode.none)
        #expect(bench.joined(second)?.memberID == answer.memberID)
    }

    @Test func anUnusedIdentifierIsForgotten() throws {
        var bench = GroupBench()
        let token = bench.join(GroupBench.request(version: 4))
        let memberID = try #require(bench.joined(token)?.memberID)
        bench.advance(10_001)
        let late = bench.join(GroupBench.request(memberID, version: 4))
        #expect(bench.joined(late)?.error == .unknownMemberID)
    }

    @Test func aGenerationWaitsForPendingMembers() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(1)
        let first = bench.join(GroupBench.request(version: 4))
        let pending = try #require(bench.joined(first)?.memberID)
        let rejoin = bench.join(GroupBench.request(members[0], version: 4))
        bench.advance(100)
        #expect(bench.joined(rejoin) == nil)
        let join = bench.join(GroupBench.request(pending, version: 4))
        #expect(bench.joined(rejoin)?.generation == generation + 1)
        #expect(bench.joined(join)?.generation == generation + 1)
    }

    @Test func requestsThatMakeNoSenseAreRefused() throws {
        var bench = GroupBench()
        func error(_ request: JoinRequest) -> KafkaErrorCode? {
            let token = bench.join(request)
            return bench.joined(token)?.error
        }
        #expect(error(GroupBench.request(group: "")) == .invalidGroupID)
        #expect(error(GroupBench.request(session: 5_999)) == .invalidSessionTimeout)
        #expect(error(GroupBench.request(session: 1_800_001)) == .invalidSessionTimeout)
        #expect(error(GroupBench.request("stranger")) == .unknownMemberID)
        #expect(error(GroupBench.request(protocols: [])) == .inconsistentGroupProtocol)
        _ = try bench.stableGroup(1)
        #expect(error(GroupBench.request("stranger")) == .unknownMemberID)
        #expect(error(GroupBench.request(protocols: ["other"])) == .inconsistentGroupProtocol)
        var connect = GroupBench.request()
        connect.protocolType = "connect"
        #expect(error(connect) == .inconsistentGroupProtocol)
    }

    @Test func aGroupHasAMaximumSize() throws {
        var bench = GroupBench { $0.maximumSize = 2 }
        let tokens = (0..<3).map { _ in bench.join(GroupBench.request()) }
        #expect(bench.joined(tokens[2])?.error == .groupMaxSizeReached)
        bench.advance(200)
        #expect(bench.joined(tokens[0])?.error == KafkaErrorCode.none)
        let late = bench.join(GroupBench.request())
        #expect(bench.joined(late)?.error == .groupMaxSizeReached)
    }

    @Test func mostVotesChooseTheProtocolThatAllSupport() throws {
        var bench = GroupBench()
        let tokens = [["a", "b"], ["b", "a"], ["b", "a", "c"]].map { bench.join(GroupBench.request(protocols: $0)) }
        bench.advance(300)
        for token in tokens { #expect(bench.joined(token)?.protocolName == "b") }
        let narrow = bench.join(GroupBench.request(protocols: ["c", "a"]))
        for token in tokens {
            let id = try #require(bench.joined(token)?.memberID)
            _ = bench.join(GroupBench.request(id, protocols: ["a", "b"]))
        }
        #expect(bench.joined(narrow)?.protocolName == "a")
    }

    @Test func unchangedFollowersAreToldThePresentGeneration() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        let follower = bench.join(GroupBench.request(members[1]))
        #expect(bench.joined(follower)?.generation == generation)
        #expect(bench.state() == "Stable")
        // A leader that comes back wants a new assignment.
        let leader = bench.join(GroupBench.request(members[0]))
        #expect(bench.joined(leader) == nil)
        #expect(bench.state() == "PreparingRebalance")
        #expect(bench.heartbeat(members[1], generation) == .rebalanceInProgress)
        _ = bench.join(GroupBench.request(members[1]))
        #expect(bench.joined(leader)?.generation == generation + 1)
    }

    @Test func changedMetadataCallsForANewGeneration() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        let changed = bench.join(GroupBench.request(members[1], metadata: [1]))
        #expect(bench.joined(changed) == nil)
        let leader = bench.join(GroupBench.request(members[0]))
        #expect(bench.joined(leader)?.generation == generation + 1)
        #expect(bench.joined(leader)?.members.map(\.metadata) == [[], [1]])
    }

    @Test func aJoinSentAgainIsAnsweredInPlaceOfTheFirst() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(2)
        let first = bench.join(GroupBench.request(members[0]))
        let second = bench.join(GroupBench.request(members[0]))
        #expect(bench.joined(first)?.error == .rebalanceInProgress)
        _ = bench.join(GroupBench.request(members[1]))
        #expect(bench.joined(second)?.generation == generation + 1)
    }

    @Test func whoDoesNotComeBackInTimeIsOut() throws {
        var bench = GroupBench()
        let (members, generation) = try bench.stableGroup(3, session: 1_800_000)
        let tokens = members[1...].map { bench.join(GroupBench.request($0, metadata: [9])) }
        bench.advance(59_999)
        #expect(tokens.allSatisfy { bench.joined($0) == nil })
        bench.advance(1)
        let results = try tokens.map { try #require(bench.joined($0)) }
        #expect(results.allSatisfy { $0.generation == generation + 1 })
        // The leader was the one that stayed away: the first of the others leads.
        #expect(results.map(\.leader) == [members[1], members[1]])
        #expect(bench.heartbeat(members[0], generation) == .unknownMemberID)
    }
}
