/// A member, as an assignor sees it.
struct AssignmentMember: Sendable {
    var id: String
    var instanceID: String?
    /// Of those that exist.
    var topics: Set<TopicID>
    /// Its part of the target before.
    var present: PartitionSets
}

/// How the broker spreads partitions over a consumer group's members, by the name under which clients ask for it.
enum ServerAssignor: String, Sendable, CaseIterable {
    /// Even numbers of partitions; as few as possible change hands.
    case uniform
    /// Each topic's partitions in runs, in the order of the members: topics with as many partitions are assigned alike.
    case range

    /// Every subscribed partition to exactly one of the members that subscribe to its topic. `partitions`: how many each has.
    func assign(_ members: [AssignmentMember], partitions: [TopicID: Int32]) -> [String: PartitionSets] {
        switch self {
        case .uniform: UniformAssignment(members, partitions: partitions).result()
        case .range: Self.range(members, partitions)
        }
    }

    private static func range(_ members: [AssignmentMember], _ partitions: [TopicID: Int32]) -> [String: PartitionSets] {
        // Static members first, by instance: they keep their runs when they are restarted.
        let ordered = members.sorted { left, right in
            switch (left.instanceID, right.instanceID) {
            case (let left?, let right?): left < right
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.id < right.id
            }
        }
        var assignment: [String: PartitionSets] = [:]
        for (topic, count) in partitions {
            let subscribers = ordered.filter { $0.topics.contains(topic) }
            guard !subscribers.isEmpty else { continue }
            let (quota, extra) = Int(count).quotientAndRemainder(dividingBy: subscribers.count)
            var start: Int32 = 0
            for (index, member) in subscribers.enumerated() {
                let end = start + Int32(quota + (index < extra ? 1 : 0))
                if end > start { assignment[member.id, default: [:]][topic] = Set(start..<end) }
                start = end
            }
        }
        return assignment
    }
}
