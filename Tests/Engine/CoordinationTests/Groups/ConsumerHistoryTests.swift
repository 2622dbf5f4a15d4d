import Coordination
import Testing

/// Random schedules of members of a consumer group, with lost answers, silence, restarts, crashes and growing topics.
@Suite struct ConsumerHistoryTests {
    @Test(arguments: 1...20)
    func history(seed: UInt64) throws {
        var history = ConsumerHistory(seed: seed)
        for _ in 0..<2_500 { try history.step() }
        try history.settle()
    }
}

/// What a consumer with the new protocol does.
struct ModernClient {
    var memberID: String
    var instance: String?
    var epoch: Int32 = 0
    /// What it may use.
    var assigned: PartitionSets = [:]
    /// What it still holds: the assigned, and those it has not given up yet.
    var held: PartitionSets = [:]
    var wantsU: Bool
    /// An answer was lost: the next request tells, and asks for, everything.
    var missedAnswer = false
}

struct ConsumerHistory {
    var bench: GroupBench
    var random: SplitMix
    var clients: [ModernClient]
    var lives = 0
    var partitions: Int32 = 4

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        bench = GroupBench(topics: GroupBench.topics(4), seed: seed)
        clients = (0..<(2 + Int(seed % 4))).map {
            ModernClient(memberID: "m\($0)-0", instance: $0 % 3 == 0 ? "i\($0)" : nil, wantsU: $0 % 2 == 0)
        }
    }

    mutating func step() throws {
        let index = random.below(clients.count)
        let isLost = random.below(300) == 0
        bench.losesEffects = isLost
        act(index, isFaulty: true)
        bench.losesEffects = false
        if isLost || random.below(300) == 0 { try bench.restart(compacted: random.below(3) == 0) }
        if random.below(100) < 30 { bench.advance(Int64(random.below(4_000))) }
        if random.below(150) == 0 { bench.advance(50_000) }
        if random.below(300) == 0 && partitions < 12 {
            partitions += 1
            bench.coordinator.topics = GroupBench.topics(partitions)
            bench.coordinator.topicsChanged()
        }
        check()
    }

    /// No partition is held by two members that the group knows.
    private func check() {
        let known = Set(bench.coordinator.describeConsumerGroup("g").members.map(\.memberID))
        var owners: [TopicID: [Int32: String]] = [:]
        for client in clients where known.contains(client.memberID) && client.epoch > 0 {
            for (topic, partitions) in client.held {
                for partition in partitions {
                    let other = owners[topic]?[partition]
                    #expect(other == nil, "\(topic)-\(partition) is held by \(other ?? "") and \(client.memberID)")
                    owners[topic, default: [:]][partition] = client.memberID
                }
            }
        }
    }

    mutating func settle() throws {
        for _ in 0..<60 {
            for index in clients.indices {
                act(index, isFaulty: false)
                check()
            }
            bench.advance(2_000)
        }
        let described = bench.coordinator.describeConsumerGroup("g")
        #expect(described.state == "Stable")
        #expect(described.members.count == clients.count)
        #expect(Set(clients.map(\.epoch)) == [described.epoch])
        let all = clients.flatMap { client in client.assigned.flatMap { topic, partitions in partitions.map { "\(topic)-\($0)" } } }
        let count = Int(partitions) + (clients.contains(where: \.wantsU) ? 2 : 0)
        #expect(all.count == count && Set(all).count == count, "\(clients)")
        try bench.restart()
        #expect(bench.coordinator.describeConsumerGroup("g") == described)
        bench.advance(100_000)
        #expect(bench.coordinator.list().map(\.state) == ["Empty"])
    }

    private mutating func act(_ index: Int, isFaulty: Bool) {
        let client = clients[index]
        let choice = isFaulty ? random.below(100) : 50
        if client.epoch > 0 && choice < 6 { return restart(index) }
        if client.epoch > 0 && choice < 10 {
            // A commit with an epoch that is over must not pass.
            let present = bench.epoch(of: client.memberID)
            let code = bench.commit(client.memberID, client.epoch, version: 9)
            if code == .none { #expect(present == client.epoch) }
            return
        }
        // Gives up what it was told to, sometimes late.
        if choice >= 25 { clients[index].held = client.assigned }
        beat(index, losesAnswer: isFaulty && random.below(12) == 0, isFull: isFaulty && random.below(8) == 0)
    }

    private mutating func beat(_ index: Int, losesAnswer: Bool, isFull: Bool) {
        let client = clients[index]
        let isJoin = client.epoch == 0
        let isFull = isFull || client.missedAnswer
        let topics = client.wantsU ? ["t", "u"] : ["t"]
        let result = bench.beat(
            ConsumerHeartbeatRequest(
                group: "g", memberID: client.memberID, memberEpoch: client.epoch, instanceID: client.instance,
                rebalanceTimeoutMilliseconds: isJoin || isFull ? 20_000 : -1,
                subscribedTopics: isJoin || isFull ? topics : nil, owned: isJoin ? [:] : clients[index].held))
        clients[index].missedAnswer = losesAnswer || bench.losesEffects
        guard !clients[index].missedAnswer else { return }
        switch result.error {
        case .none:
            clients[index].epoch = result.memberEpoch
            if let assignment = result.assignment {
                clients[index].assigned = assignment
                // It starts with the new at once, and ends with the old in its time.
                clients[index].held.merge(assignment) { $0.union($1) }
            }
        case .unreleasedInstanceID: break
        default:
            // Fenced in one way or another: it drops everything and joins again.
            restart(index, leaving: false)
        }
    }

    private mutating func restart(_ index: Int, leaving: Bool = true) {
        let client = clients[index]
        if leaving && (client.instance != nil || random.below(2) == 0) {
            let epoch: Int32 = client.instance != nil && random.below(3) > 0 ? -2 : -1
            _ = bench.beat(client.memberID, epoch, instance: client.instance)
        }
        // What was fenced joins again as who it was; a new process is someone else.
        let keepsIdentifier = !leaving && random.below(2) == 0
        lives += 1
        clients[index] = ModernClient(
            memberID: keepsIdentifier ? client.memberID : "m\(index)-\(lives)", instance: client.instance, wantsU: client.wantsU)
    }
}
