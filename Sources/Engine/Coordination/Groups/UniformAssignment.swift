/// The `uniform` assignor: keeps what it can, fills up from the least loaded, then evens out.
///
/// Members of one subscription end with loads that differ by at most one. Where subscriptions differ, no single move of a
/// partition makes two of its subscribers' loads more even. Cost: the partitions times the logarithm of the members; where
/// subscriptions differ, times the members, for each of a bounded number of passes.
struct UniformAssignment {
    private let members: [AssignmentMember]
    private let partitions: [TopicID: Int32]
    private var assignment: [PartitionSets]
    private var load: [Int]
    private static let passes = 16

    init(_ members: [AssignmentMember], partitions: [TopicID: Int32]) {
        self.members = members.sorted { $0.id < $1.id }
        self.partitions = partitions
        assignment = Array(repeating: [:], count: members.count)
        load = Array(repeating: 0, count: members.count)
    }

    consuming func result() -> [String: PartitionSets] {
        guard !members.isEmpty else { return [:] }
        let unassigned = keep()
        if members.allSatisfy({ $0.topics == members[0].topics }) {
            fillEvenly(unassigned)
        } else {
            fillByLeastLoad(unassigned)
            evenOut()
        }
        var result: [String: PartitionSets] = [:]
        for (index, member) in members.enumerated() { result[member.id] = assignment[index].withoutEmpty }
        return result
    }

    /// Keeps what members have and still want; gives the partitions that nobody has, topic by topic.
    private mutating func keep() -> [(topic: TopicID, partition: Int32)] {
        var taken: [TopicID: Set<Int32>] = [:]
        for (index, member) in members.enumerated() {
            for (topic, present) in member.present where member.topics.contains(topic) {
                let count = partitions[topic] ?? 0
                let kept = present.filter { $0 >= 0 && $0 < count && taken[topic]?.contains($0) != true }
                guard !kept.isEmpty else { continue }
                taken[topic, default: []].formUnion(kept)
                assignment[index][topic] = kept
                load[index] += kept.count
            }
        }
        let wanted = members.reduce(into: Set<TopicID>()) { $0.formUnion($1.topics) }
        return wanted.sorted().flatMap { topic in
            (0..<max(0, partitions[topic] ?? 0)).filter { taken[topic]?.contains($0) != true }.map { (topic, $0) }
        }
    }

    private mutating func give(_ item: (topic: TopicID, partition: Int32), to index: Int) {
        assignment[index][item.topic, default: []].insert(item.partition)
        load[index] += 1
    }

    /// One subscription: everyone gets the same number, and who already has more gets one of those that are left over.
    private mutating func fillEvenly(_ unassigned: [(topic: TopicID, partition: Int32)]) {
        var rest = unassigned
        let total = load.reduce(0, +) + unassigned.count
        let (quota, extra) = total.quotientAndRemainder(dividingBy: members.count)
        let order = members.indices.sorted { (load[$1], $0) < (load[$0], $1) }
        var quotas = Array(repeating: quota, count: members.count)
        for index in order.prefix(extra) { quotas[index] += 1 }
        for index in members.indices where load[index] > quotas[index] {
            // From the topic of which it has most, so that topics stay spread.
            while load[index] > quotas[index] {
                let most = assignment[index].max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
                guard let topic = most?.key, let partition = most?.value.max() else { break }
                assignment[index][topic]?.remove(partition)
                load[index] -= 1
                rest.append((topic, partition))
            }
        }
        var next = rest.makeIterator()
        // In turn, so that each topic is spread over the members.
        var open = members.indices.filter { load[$0] < quotas[$0] }
        while !open.isEmpty {
            for index in open {
                guard let item = next.next() else { return }
                give(item, to: index)
            }
            open = open.filter { load[$0] < quotas[$0] }
        }
    }

    private mutating func fillByLeastLoad(_ unassigned: [(topic: TopicID, partition: Int32)]) {
        var subscribers: [TopicID: [Int]] = [:]
        for (index, member) in members.enumerated() { for topic in member.topics { subscribers[topic, default: []].append(index) } }
        // Topics that few want first: who else could take them?
        let ordered = unassigned.enumerated().sorted {
            (subscribers[$0.element.topic]?.count ?? 0, $0.offset) < (subscribers[$1.element.topic]?.count ?? 0, $1.offset)
        }
        for (_, item) in ordered {
            guard let least = subscribers[item.topic]?.min(by: { (load[$0], $0) < (load[$1], $1) }) else { continue }
            give(item, to: least)
        }
    }

    private mutating func evenOut() {
        var subscribers: [TopicID: [Int]] = [:]
        for (index, member) in members.enumerated() { for topic in member.topics { subscribers[topic, default: []].append(index) } }
        for _ in 0..<Self.passes {
            var isMoved = false
            for index in members.indices.sorted(by: { (load[$1], $0) < (load[$0], $1) }) {
                for (topic, held) in assignment[index].sorted(by: { $0.key < $1.key }) {
                    for partition in held.sorted() {
                        guard let least = subscribers[topic]?.min(by: { (load[$0], $0) < (load[$1], $1) }),
                            load[index] > load[least] + 1
                        else { break }
                        assignment[index][topic]?.remove(partition)
                        load[index] -= 1
                        give((topic, partition), to: least)
                        isMoved = true
                    }
                }
            }
            guard isMoved else { return }
        }
    }
}
