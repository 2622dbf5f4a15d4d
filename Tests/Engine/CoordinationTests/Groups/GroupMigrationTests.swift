import Coordination
import Testing

@Suite struct GroupMigrationTests {
    let t = GroupBench.t

    /// A consumer's subscription to "t", version 1, with what it holds.
    static func subscription(_ owned: [Int32] = []) -> [UInt8] {
        func int32(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32(24 - 8 * $0)) } }
        let partitions: [UInt8] = owned.isEmpty ? int32(0) : int32(1) + [0, 1, 0x74] + int32(Int32(owned.count)) + owned.flatMap(int32)
        return [0, 1] + int32(1) + [0, 1, 0x74] + int32(-1) + partitions
    }

    /// An assignment of partitions of "t".
    static func assignment(_ partitions: [Int32]) -> [UInt8] {
        func int32(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32(24 - 8 * $0)) } }
        return [0, 1] + int32(1) + [0, 1, 0x74] + int32(Int32(partitions.count)) + partitions.flatMap(int32) + int32(-1)
    }

    func request(_ memberID: String = "", owned: [Int32] = []) -> JoinRequest {
        var request = GroupBench.request(memberID)
        request.protocols = [GroupProtocol(name: "cooperative-sticky", metadata: Self.subscription(owned))]
        return request
    }

    /// Two classic members with two partitions each.
    func classicGroup(_ bench: inout GroupBench) throws -> (members: [String], generation: Int32) {
        let tokens = [bench.join(request()), bench.join(request())]
        bench.advance(200)
        let results = try tokens.map { try #require(bench.joined($0)) }
        let members = results.map(\.memberID)
        _ = bench.sync(members[1], 1)
        _ = bench.sync(members[0], 1, assignments: [members[0]: Self.assignment([0, 1]), members[1]: Self.assignment([2, 3])])
        return (members, 1)
    }

    @Test func emptyGroupsChangeTheirType() throws {
        var bench = GroupBench.consumers()
        let (members, _) = try bench.stableGroup(1)
        _ = bench.leave(MemberIdentity(memberID: members[0]))
        #expect(bench.enter("a").error == .none)
        #expect(bench.coordinator.list().map(\.type) == ["consumer"])
        _ = bench.beat("a", -1)
        let refused = bench.join(GroupBench.request("a"))
        #expect(bench.joined(refused)?.error == .unknownMemberID)
        _ = try bench.stableGroup(1)
        #expect(bench.coordinator.list().map(\.type) == ["classic"])
        try bench.restart()
        #expect(bench.coordinator.list().map(\.type) == ["classic"])
        #expect(bench.state() == "Stable")
    }

    @Test func aGroupOfOtherProtocolsStaysWhatItIs() throws {
        var bench = GroupBench.consumers()
        var connect = GroupBench.request()
        connect.protocolType = "connect"
        _ = bench.join(connect)
        bench.advance(100)
        #expect(bench.enter("a").error == .groupIDNotFound)
        #expect(bench.coordinator.list().map(\.protocolType) == ["connect"])
    }

    @Test func livingClassicMembersGoOnInAConsumerGroup() throws {
        var bench = GroupBench.consumers()
        let (members, generation) = try classicGroup(&bench)
        #expect(bench.enter("new").assignment == [:])
        #expect(bench.coordinator.list().map(\.type) == ["consumer"])
        // Their generation is good until they are called.
        #expect(bench.heartbeat(members[0], generation) == .rebalanceInProgress)
        #expect(bench.heartbeat(members[0], generation + 7) == .illegalGeneration)
        // Both join, are told what they keep, and join again when they have given up the rest.
        var held: [String: [Int32]] = [members[0]: [0, 1], members[1]: [2, 3]]
        for _ in 0..<4 {
            for member in members {
                let token = bench.join(request(member, owned: held[member] ?? []))
                let joined = try #require(bench.joined(token))
                #expect(joined.error == .none && joined.protocolName == "cooperative-sticky")
                let sync = bench.sync(member, joined.generation)
                let bytes = try #require(bench.synced(sync)?.assignment)
                held[member] = Self.partitions(bytes)
                let beat = bench.heartbeat(member, joined.generation)
                #expect(beat == KafkaErrorCode.none || beat == .rebalanceInProgress)
            }
        }
        let epoch = try #require(bench.coordinator.describeConsumerGroup("g").members.last?.memberEpoch)
        let got = bench.beat("new", epoch).assignment?[t] ?? []
        #expect(got.count == 1)
        #expect(Set(held.values.joined()).union(got) == [0, 1, 2, 3])
        #expect(bench.coordinator.list().map(\.state) == ["Stable"])
        for member in members { #expect(bench.commit(member, bench.epoch(of: member), version: 5) == .none) }
    }

    /// The partitions in an assignment of "t".
    static func partitions(_ bytes: [UInt8]) -> [Int32]? {
        func int32(_ at: Int) -> Int32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int32($1) } }
        if int32(2) == 0 { return [] }
        guard int32(2) == 1, Array(bytes[6..<9]) == [0, 1, 0x74] else { return nil }
        return (0..<Int(int32(9))).map { int32(13 + 4 * $0) }
    }

    @Test func waitingJoinsAreCalledAgainWhenTheGroupChanges() throws {
        var bench = GroupBench.consumers()
        let (members, _) = try classicGroup(&bench)
        let waiting = bench.join(request(members[0], owned: [0]))
        #expect(bench.joined(waiting) == nil)
        _ = bench.enter("new")
        #expect(bench.joined(waiting)?.error == .rebalanceInProgress)
    }

    @Test func theLastModernMemberLeavesAClassicGroup() throws {
        var bench = GroupBench.consumers()
        let (members, _) = try classicGroup(&bench)
        _ = bench.enter("new")
        _ = bench.beat("new", -1)
        #expect(bench.coordinator.list().map(\.type) == ["classic"])
        #expect(bench.state() == "PreparingRebalance")
        let tokens = members.map { bench.join(request($0)) }
        #expect(tokens.allSatisfy { bench.joined($0)?.error == KafkaErrorCode.none })
        try bench.restart()
        #expect(bench.coordinator.list().map(\.type) == ["classic"])
    }

    @Test func classicMembersThatDoNotComeAreFenced() throws {
        var bench = GroupBench.consumers()
        let (members, generation) = try classicGroup(&bench)
        _ = bench.enter("new")
        #expect(bench.heartbeat(members[0], generation) == .rebalanceInProgress)
        for _ in 0..<20 {
            bench.advance(4_000)
            _ = bench.heartbeat(members[0], generation)
            _ = bench.beat("new", bench.epoch(of: "new"))
        }
        #expect(bench.coordinator.describeConsumerGroup("g").members.map(\.memberID) == ["new"])
        #expect(bench.beat("new", bench.epoch(of: "new")).error == .none)
        #expect(bench.coordinator.describeConsumerGroup("g").members[0].assignment.map(\.partitions) == [[0, 1, 2, 3]])
    }

    @Test func upgradedGroupsComeBack() throws {
        var bench = GroupBench.consumers()
        _ = try classicGroup(&bench)
        _ = bench.enter("new")
        let before = bench.coordinator.describeConsumerGroup("g")
        try bench.restart()
        #expect(bench.coordinator.describeConsumerGroup("g") == before)
        #expect(bench.coordinator.list().map(\.type) == ["consumer"])
    }
}

extension GroupBench {
    func epoch(of member: String) -> Int32 {
        coordinator.describeConsumerGroup("g").members.first { $0.memberID == member }?.memberEpoch ?? -1
    }
}
