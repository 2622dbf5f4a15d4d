import Coordination
import Testing

/// Random schedules of clients, time, lost connections and crashes against one group, with what must hold whatever happens.
@Suite struct ClassicHistoryTests {
    @Test(arguments: 1...20)
    func history(seed: UInt64) throws {
        var history = ClassicHistory(seed: seed)
        for _ in 0..<3_000 { try history.step() }
        try history.settle()
    }
}

/// What a consumer with the classic protocol does.
struct ClassicClient {
    enum Stage { case mustJoin, joining(UInt64), mustSync(JoinResult), syncing(UInt64), stable }

    var instance: String?
    var memberID = ""
    var generation: Int32 = -1
    var stage = Stage.mustJoin
    var partitions: [UInt8] = []
    var metadata: UInt8 = 0

    var isStable: Bool { if case .stable = stage { true } else { false } }
}

struct ClassicHistory {
    static let partitions: UInt8 = 6
    var bench: GroupBench
    var random: SplitMix
    var clients: [ClassicClient]
    /// Requests whose connection was lost: answered all the same, unless a crash came between.
    var abandoned: Set<UInt64> = []
    /// By generation, who was told to have each partition.
    var owners: [Int32: [UInt8: String]] = [:]
    var newestStable: Int32 = -1

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        bench = GroupBench(seed: seed) { if seed % 4 == 0 { $0.initialRebalanceDelayMilliseconds = 0 } }
        clients = (0..<(3 + Int(seed % 3))).map { ClassicClient(instance: $0 % 2 == 0 ? "i\($0)" : nil) }
    }

    mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

    mutating func step() throws {
        let index = random.below(clients.count)
        let isLost = random.below(400) == 0
        bench.losesEffects = isLost
        act(index, isFaulty: true)
        bench.losesEffects = false
        if isLost || random.below(400) == 0 { try crash() }
        takeAnswers()
        if chance(30) { bench.advance(Int64(random.below(900))) }
        if random.below(200) == 0 { bench.advance(12_000) }
        takeAnswers()
    }

    /// Every client behaves; then all are in one generation and have every partition once.
    mutating func settle() throws {
        for _ in 0..<400 {
            for index in clients.indices {
                act(index, isFaulty: false)
                takeAnswers()
            }
            bench.advance(250)
            takeAnswers()
        }
        let generations = Set(clients.map(\.generation))
        #expect(generations.count == 1)
        for client in clients { #expect(client.isStable, "\(client)") }
        #expect(clients.flatMap(\.partitions).sorted() == Array(0..<Self.partitions))
        // Whoever else was ever a member is gone, and everything that waited has its answer.
        #expect(bench.coordinator.describe("g", version: 5).members.count == clients.count)
        #expect(abandoned.allSatisfy { bench.replies[$0] != nil })
        bench.advance(2_000_000)
        #expect(bench.state() == "Empty")
        let before = bench.coordinator.latestRecords()
        try bench.restart()
        #expect(bench.coordinator.latestRecords() == before)
    }

    private mutating func crash() throws {
        try bench.restart(compacted: chance(30))
        abandoned = []
        for index in clients.indices {
            switch clients[index].stage {
            case .joining, .syncing: clients[index].stage = .mustJoin
            default: break
            }
        }
    }

    private mutating func act(_ index: Int, isFaulty: Bool) {
        switch clients[index].stage {
        case .mustJoin:
            var request = GroupBench.request(
                clients[index].memberID, instance: clients[index].instance, metadata: [clients[index].metadata],
                session: 6_000, rebalance: 5_000, version: chance(50) || clients[index].instance != nil ? 9 : 4)
            if isFaulty && chance(10) { request.version = clients[index].instance == nil ? 3 : 5 }
            clients[index].stage = .joining(bench.join(request))
        case .mustSync(let join):
            guard !isFaulty || chance(80) else { return }
            var assignments: [String: [UInt8]] = [:]
            // A leader that is told to skip has nothing to assign.
            if join.leader == join.memberID && !join.skipAssignment {
                for partition in 0..<Self.partitions {
                    assignments[join.members[Int(partition) % join.members.count].memberID, default: []].append(partition)
                }
            }
            let token = bench.sync(
                join.memberID, join.generation, instance: clients[index].instance, assignments: assignments,
                protocolType: "consumer", protocolName: "range")
            clients[index].stage = .syncing(token)
        case .joining(let token), .syncing(let token):
            guard isFaulty, chance(8) else { return }
            abandoned.insert(token)
            clients[index].stage = .mustJoin
        case .stable: actStable(index, isFaulty: isFaulty)
        }
    }

    private mutating func actStable(_ index: Int, isFaulty: Bool) {
        let client = clients[index]
        switch isFaulty ? random.below(100) : 0 {
        case 0..<55:
            let code = bench.heartbeat(client.memberID, client.generation, instance: client.instance)
            if code == KafkaErrorCode.none { #expect(client.generation >= newestStable, "a heartbeat of a generation that is over") }
            followed(index, code ?? .none)
        case 55..<75:
            let code = bench.commit(client.memberID, client.generation, instance: client.instance)
            if code == .none { #expect(client.generation >= newestStable, "a commit of a generation that is over") }
        case 75..<85:
            clients[index].metadata &+= 1
            clients[index].stage = .mustJoin
        case 85..<90:
            _ = bench.leave(MemberIdentity(memberID: client.memberID, instanceID: client.instance))
            forget(index)
        case 90..<95: forget(index)
        default:
            // A late request of a former life.
            _ = bench.sync(client.memberID, client.generation - 1, instance: client.instance)
            _ = bench.heartbeat(client.memberID, client.generation + 1, instance: client.instance)
        }
    }

    private mutating func forget(_ index: Int) { clients[index] = ClassicClient(instance: clients[index].instance) }

    private mutating func followed(_ index: Int, _ error: KafkaErrorCode) {
        switch error {
        case .none: break
        case .unknownMemberID, .fencedInstanceID: forget(index)
        default: clients[index].stage = .mustJoin
        }
    }

    private mutating func takeAnswers() {
        for index in clients.indices {
            switch clients[index].stage {
            case .joining(let token):
                guard let result = bench.joined(token) else { continue }
                if result.error == .none {
                    clients[index].memberID = result.memberID
                    clients[index].generation = result.generation
                    clients[index].stage = .mustSync(result)
                } else if result.error == .memberIDRequired {
                    clients[index].memberID = result.memberID
                    clients[index].stage = .mustJoin
                } else {
                    followed(index, result.error)
                }
            case .syncing(let token):
                guard let result = bench.synced(token) else { continue }
                guard result.error == .none else {
                    followed(index, result.error)
                    continue
                }
                clients[index].stage = .stable
                clients[index].partitions = result.assignment
                noteOwner(clients[index], result.assignment)
            default: break
            }
        }
    }

    private mutating func noteOwner(_ client: ClassicClient, _ partitions: [UInt8]) {
        newestStable = max(newestStable, client.generation)
        let identity = client.instance ?? client.memberID
        for partition in partitions {
            let former = owners[client.generation]?[partition]
            #expect(former == nil || former == identity, "partition \(partition) has two owners in generation \(client.generation)")
            owners[client.generation, default: [:]][partition] = identity
        }
    }
}
