@testable import Coordination
import Testing

@Suite struct AssignorTests {
    let t = TopicID(high: 0, low: 1)
    let u = TopicID(high: 0, low: 2)

    func member(_ id: String, _ topics: Set<TopicID>, _ present: PartitionSets = [:], instance: String? = nil) -> AssignmentMember {
        AssignmentMember(id: id, instanceID: instance, topics: topics, present: present)
    }

    @Test func rangesAreAlikeForTopicsOfOneSize() {
        let members = [member("b", [t, u]), member("a", [t, u]), member("z", [t, u], instance: "i")]
        let assignment = ServerAssignor.range.assign(members, partitions: [t: 4, u: 4])
        // Static members come first.
        #expect(assignment == ["z": [t: [0, 1], u: [0, 1]], "a": [t: [2], u: [2]], "b": [t: [3], u: [3]]])
    }

    @Test func rangesFollowEachSubscription() {
        let assignment = ServerAssignor.range.assign([member("a", [t]), member("b", [t, u])], partitions: [t: 3, u: 2])
        #expect(assignment == ["a": [t: [0, 1]], "b": [t: [2], u: [0, 1]]])
    }

    @Test func uniformKeepsWhatItCan() {
        let first = ServerAssignor.uniform.assign([member("a", [t]), member("b", [t])], partitions: [t: 6])
        #expect(first.mapValues { $0[t]?.count } == ["a": 3, "b": 3])
        let three = ["a", "b", "c"].map { member($0, [t], first[$0] ?? [:]) }
        let second = ServerAssignor.uniform.assign(three, partitions: [t: 6])
        #expect(second.mapValues { $0[t]?.count } == ["a": 2, "b": 2, "c": 2])
        for id in ["a", "b"] { #expect(second[id]?[t]?.isSubset(of: first[id]?[t] ?? []) == true) }
        // Who has more keeps what is left over.
        let grown = ServerAssignor.uniform.assign(
            [member("a", [t], [t: [0]]), member("b", [t], [t: [1, 2]])], partitions: [t: 3])
        #expect(grown == ["a": [t: [0]], "b": [t: [1, 2]]])
    }

    /// Every subscribed partition once, to a subscriber; even; and as sticky as evenness allows.
    @Test func randomGroups() {
        var random = SplitMix(seed: 11)
        for round in 0..<600 {
            let topics = (0..<random.below(5) + 1).map { TopicID(high: 7, low: UInt64($0)) }
            let counts = Dictionary(uniqueKeysWithValues: topics.map { ($0, Int32(random.below(9))) })
            let isAlike = random.below(2) == 0
            var members: [AssignmentMember] = []
            for index in 0..<random.below(7) + 1 {
                let wanted = isAlike ? Set(topics) : Set(topics.filter { _ in random.below(3) > 0 })
                var present: PartitionSets = [:]
                for topic in topics { for p in 0..<Int32(9) where random.below(6) == 0 { present[topic, default: []].insert(p) } }
                members.append(member("m\(index)", wanted, present))
            }
            for assignor in ServerAssignor.allCases {
                let assignment = assignor.assign(members, partitions: counts)
                var owners: [TopicID: [Int32: String]] = [:]
                for (id, sets) in assignment {
                    let topics = members.first { $0.id == id }?.topics ?? []
                    for (topic, partitions) in sets {
                        #expect(topics.contains(topic))
                        for partition in partitions {
                            #expect(owners[topic]?[partition] == nil, "round \(round): assigned twice")
                            owners[topic, default: [:]][partition] = id
                        }
                    }
                }
                for topic in topics where members.contains(where: { $0.topics.contains(topic) }) {
                    #expect(owners[topic]?.count ?? 0 == Int(counts[topic] ?? 0), "round \(round) \(assignor): left out")
                }
                guard assignor == .uniform else { continue }
                let loads = members.map { member in (assignment[member.id] ?? [:]).values.reduce(0) { $0 + $1.count } }
                if isAlike { #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 1) }
                for (from, member) in members.enumerated() {
                    for (topic, partitions) in assignment[member.id] ?? [:] where !partitions.isEmpty {
                        for (to, other) in members.enumerated() where other.topics.contains(topic) {
                            #expect(loads[from] <= loads[to] + 1, "round \(round): a move would make it more even")
                        }
                    }
                }
                let again = assignor.assign(
                    members.map { AssignmentMember(id: $0.id, instanceID: nil, topics: $0.topics, present: assignment[$0.id] ?? [:]) },
                    partitions: counts)
                #expect(again == assignment, "round \(round): what is even stays")
            }
        }
    }
}

/// A small seeded generator.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
