@testable import Coordination
import Testing

/// Requests of every kind in no order that makes sense, from classic and new members of the same groups.
@Suite struct GroupFuzzTests {
    @Test(arguments: 1...10)
    func everyRequestIsAnsweredOnceAndEveryStateReplays(seed: UInt64) throws {
        var fuzz = GroupFuzz(seed: seed)
        for step in 0..<2_500 {
            fuzz.step()
            if step % 100 == 0 { try fuzz.compareWithReplay() }
        }
        // No one is heard any more: everything that waits is answered, and every group is empty.
        fuzz.bench.advance(4_000_000)
        for token in fuzz.tokens { #expect(fuzz.bench.replies[token] != nil) }
        #expect(fuzz.bench.coordinator.list().allSatisfy { $0.state == "Empty" })
        try fuzz.compareWithReplay()
    }

    @Test func damagedRecordsAreRefusedWithoutHarm() throws {
        var bench = GroupBench.consumers()
        _ = bench.enter("a", instance: "i", topics: ["t", "u"], pattern: "x+", assignor: "range")
        _ = bench.enter("b")
        _ = try bench.stableGroup(2, group: "c", instances: ["i"])
        var random = SplitMix(seed: 9)
        for _ in 0..<20_000 {
            var record = bench.log[random.below(bench.log.count)]
            guard var value = record.value else { continue }
            switch random.below(3) {
            case 0: value.removeLast(random.below(value.count) + 1)
            case 1: for _ in 0...random.below(3) { value[random.below(value.count)] = UInt8(truncatingIfNeeded: random.next()) }
            default: record.key[random.below(record.key.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            var coordinator = GroupCoordinator(topics: GroupBench.topics())
            _ = try? record.key.withUnsafeBytes { key in
                try value.withUnsafeBytes { try coordinator.replay(key: key, value: $0) }
            }
            coordinator.finishReplay(now: 0)
            _ = coordinator.tick(now: 10_000_000)
            _ = coordinator.latestRecords()
        }
    }

    @Test func olderRecordsOfKafkaAreRead() throws {
        // Version 1: neither the state's time nor instances.
        var writer = FieldWriter()
        writer.write(Int16(1))
        writer.write(string: "consumer")
        writer.write(Int32(7))
        writer.write(nullableString: "range")
        writer.write(nullableString: "m")
        writer.write(Int32(1))
        for text in ["m", "client", "/host"] { writer.write(string: text) }
        writer.write(Int32(5_000))
        writer.write(Int32(10_000))
        writer.write(longBytes: [1])
        writer.write(longBytes: [2])
        // Version 4: compact, with tagged fields.
        var compact = FieldWriter()
        compact.write(Int16(4))
        compact.write(compactString: "consumer")
        compact.write(Int32(7))
        compact.write(compactNullableString: "range")
        compact.write(compactNullableString: "m")
        compact.write(Int64(55))
        compact.write(compactCount: 1)
        compact.write(compactString: "m")
        compact.write(compactNullableString: nil)
        compact.write(compactString: "client")
        compact.write(compactString: "/host")
        compact.write(Int32(5_000))
        compact.write(Int32(10_000))
        compact.write(compactBytes: [1])
        compact.write(compactBytes: [2])
        compact.writeEmptyTags()
        compact.write(unsignedVarint: 1)
        compact.write(unsignedVarint: 9)
        compact.write(unsignedVarint: 1)
        compact.write(Int8(0))
        for value in [writer.bytes, compact.bytes] {
            var coordinator = GroupCoordinator()
            let isKnown = try GroupMetadataRecord.key("g").withUnsafeBytes { key in
                try value.withUnsafeBytes { try coordinator.replay(key: key, value: $0) }
            }
            #expect(isKnown)
            coordinator.finishReplay(now: 0)
            let described = coordinator.describe("g", version: 5)
            #expect(described.state == "Stable" && described.protocolData == "range")
            #expect(described.members.map(\.assignment) == [[2]] && described.members.map(\.metadata) == [[1]])
        }
    }

    @Test func positionsAreNotGroups() throws {
        var coordinator = GroupCoordinator()
        let key = OffsetRecord.encodeKey(group: "g", partition: TopicPartition("t", 0))
        let isKnown = try key.withUnsafeBytes { try coordinator.replay(key: $0, value: nil) }
        #expect(!isKnown)
        #expect(GroupCoordinator.group(ofKey: key) == nil)
        #expect(GroupCoordinator.group(ofKey: GroupMetadataRecord.key("g")) == "g")
    }
}

struct FuzzMember {
    var id: String
    var group: String
    var instance: String?
    var epoch: Int32 = 0
}

struct GroupFuzz {
    var bench: GroupBench
    var random: SplitMix
    var tokens: [UInt64] = []
    /// Members that were heard of of late, with their latest generation or epoch.
    var members: [FuzzMember] = []
    var joins: [(token: UInt64, group: String, instance: String?)] = []

    init(seed: UInt64) {
        bench = GroupBench(topics: GroupBench.topics(), seed: seed) {
            $0.maximumSize = 6
            $0.consumerMaximumSize = 6
            $0.initialRebalanceDelayMilliseconds = seed % 2 == 0 ? 0 : 50
        }
        random = SplitMix(seed: seed)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }

    private mutating func hear(_ member: FuzzMember) {
        members.removeAll { $0.id == member.id && $0.group == member.group }
        members.append(member)
        if members.count > 8 { members.removeFirst() }
    }

    mutating func step() {
        let isKnown = !members.isEmpty && random.below(5) > 0
        let present = isKnown ? pick(members) : FuzzMember(id: pick(["", "m0", "m1"]), group: pick(["g", "g", "h"]))
        let group = present.group
        let member = present.id
        let instance = random.below(8) == 0 || !isKnown ? pick([nil, nil, "i", "j"]) : present.instance
        let epoch = present.epoch + Int32(pick([0, 0, 0, 0, 0, 0, 0, 1, -1]))
        let token = bench.token()
        tokens.append(token)
        switch random.below(10) {
        case 0...2: join(group, member, instance, token)
        case 3:
            let request = SyncRequest(
                group: group, memberID: member, instanceID: instance, generation: epoch,
                assignments: [member: GroupMigrationTests.assignment([0, 1]), "x": [1]])
            bench.apply(bench.coordinator.sync(request, token: token, now: bench.now))
        case 4:
            let request = HeartbeatRequest(group: group, memberID: member, instanceID: instance, generation: epoch)
            bench.apply(bench.coordinator.heartbeat(request, token: token, now: bench.now))
        case 5:
            let identities = (0..<random.below(3)).map { _ in MemberIdentity(memberID: member, instanceID: instance) }
            bench.apply(bench.coordinator.leave(LeaveRequest(group: group, members: identities), token: token, now: bench.now))
        case 6...8: beat(group, member, instance, epoch, token)
        default:
            bench.apply(bench.coordinator.delete([group], token: token, now: bench.now))
            _ = bench.commit(member, epoch, group: group, instance: instance, version: 9)
        }
        note()
        if random.below(3) == 0 { bench.advance(Int64(random.below(3_000))) }
        if random.below(400) == 0 { bench.advance(100_000) }
    }

    private mutating func join(_ group: String, _ member: String, _ instance: String?, _ token: UInt64) {
        var request = GroupBench.request(member, group: group, instance: instance, session: 20_000, rebalance: 10_000)
        request.version = pick([2, 4, 5, 9])
        let names = pick([["range"], ["range", "sticky"], ["sticky"]])
        request.protocols = names.map { GroupProtocol(name: $0, metadata: GroupMigrationTests.subscription(pick([[], [0, 1], [2]]))) }
        if random.below(20) == 0 { request.protocolType = "connect" }
        if random.below(20) == 0 { request.protocols = [GroupProtocol(name: "range", metadata: [1, 2])] }
        bench.apply(bench.coordinator.join(request, token: token, now: bench.now))
        joins.append((token, group, instance))
    }

    private mutating func beat(_ group: String, _ member: String, _ instance: String?, _ epoch: Int32, _ token: UInt64) {
        let member = member.isEmpty ? pick(["m0", "m1", "m2"]) : member
        let kind: Int32 = pick([0, epoch, epoch, max(1, epoch), -1, -2])
        let request = ConsumerHeartbeatRequest(
            group: group, memberID: member, memberEpoch: kind, instanceID: instance, rebalanceTimeoutMilliseconds: 10_000,
            subscribedTopics: pick([["t"], ["t", "u"], ["nowhere"]]), subscribedPattern: pick([nil, nil, "u.*", ""]),
            serverAssignor: pick([nil, "range", "uniform"]), owned: kind == 0 ? [:] : pick([nil, [:], [GroupBench.t: [0]]]))
        bench.apply(bench.coordinator.consumerHeartbeat(request, token: token, now: bench.now))
        if case .consumerHeartbeat(let result) = bench.replies[token], let id = result.memberID, result.error == .none {
            hear(FuzzMember(id: id, group: group, instance: instance, epoch: max(0, result.memberEpoch)))
        }
    }

    private mutating func note() {
        for (token, group, instance) in joins {
            guard let result = bench.joined(token), !result.memberID.isEmpty else { continue }
            hear(FuzzMember(id: result.memberID, group: group, instance: instance, epoch: result.generation))
        }
        joins.removeAll { bench.joined($0.token) != nil }
    }

    /// A coordinator made from the log alone describes the same groups; those in a rebalance are allowed to differ.
    func compareWithReplay() throws {
        var other = bench
        try other.restart()
        for listed in bench.coordinator.list() {
            if listed.type == "consumer" {
                #expect(
                    bench.coordinator.describeConsumerGroup(listed.group) == other.coordinator.describeConsumerGroup(listed.group))
            } else if listed.state == "Stable" {
                #expect(bench.coordinator.describe(listed.group, version: 5) == other.coordinator.describe(listed.group, version: 5))
            }
        }
    }
}
