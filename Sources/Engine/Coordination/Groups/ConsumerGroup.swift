/// A group of the consumer protocol: one heartbeat does everything, and the broker assigns (KIP-848).
///
/// The group's epoch rises with every change of members, subscriptions or topics; a target assignment is computed for it; each
/// member is led to its part of the target, giving up first what others are to have, and takes the target's epoch when it has.
/// A partition has one owner: who is assigned it, or still to revoke it. Rules: Kafka 4's `ConsumerGroup`,
/// `CurrentAssignmentBuilder` and `GroupMetadataManager`.
struct ConsumerGroup: Sendable {
    let id: String
    var epoch: Int32 = 0
    var assignmentEpoch: Int32 = 0
    private(set) var members: [String: ConsumerMember] = [:]
    /// Instance to member.
    private(set) var staticMembers: [String: String] = [:]
    /// Each member's part of the target.
    var targets: [String: PartitionSets] = [:]
    /// Who holds each partition.
    private(set) var owners: [TopicID: [Int32: String]] = [:]
    var deadlines: [String: ConsumerMemberDeadlines] = [:]
    /// The subscribed topics that there are, as the epoch was made for them.
    var topics: [String: GroupTopic] = [:]
    /// What each member's pattern matches.
    var resolved: [String: Set<String>] = [:]
    /// The coordinator's count of changes of topics, as of the last look at them.
    var topicsVersion: UInt64 = 0
    /// When it lost its last member; for the retention of positions.
    var emptySince: Int64 = -1

    init(id: String) { self.id = id }

    var isEmpty: Bool { members.isEmpty }
    var memberIDs: [String] { members.keys.sorted() }
    var isClassicAlone: Bool { !members.isEmpty && members.values.allSatisfy { $0.classic != nil } }

    var stateName: String {
        if members.isEmpty { return "Empty" }
        if epoch > assignmentEpoch { return "Assigning" }
        return members.values.allSatisfy { $0.isReconciled(to: assignmentEpoch) } ? "Stable" : "Reconciling"
    }

    /// Puts a member in, or its new state, with what it holds.
    mutating func set(_ member: ConsumerMember) {
        if let old = members[member.id] {
            if old.assigned != member.assigned || old.pendingRevocation != member.pendingRevocation { release(old) }
            if let instance = old.instanceID, instance != member.instanceID, staticMembers[instance] == old.id {
                staticMembers[instance] = nil
            }
        }
        members[member.id] = member
        if let instance = member.instanceID { staticMembers[instance] = member.id }
        for sets in [member.assigned, member.pendingRevocation] {
            for (topic, partitions) in sets {
                for partition in partitions { owners[topic, default: [:]][partition] = member.id }
            }
        }
    }

    mutating func remove(_ memberID: String) {
        guard let member = members.removeValue(forKey: memberID) else { return }
        release(member)
        targets[memberID] = nil
        deadlines[memberID] = nil
        if let instance = member.instanceID, staticMembers[instance] == memberID { staticMembers[instance] = nil }
    }

    private mutating func release(_ member: ConsumerMember) {
        for sets in [member.assigned, member.pendingRevocation] {
            for (topic, partitions) in sets {
                for partition in partitions where owners[topic]?[partition] == member.id { owners[topic]?[partition] = nil }
                if owners[topic]?.isEmpty == true { owners[topic] = nil }
            }
        }
    }

    func staticMember(_ instance: String) -> ConsumerMember? { staticMembers[instance].flatMap { members[$0] } }

    // MARK: Subscriptions

    /// The topics that a member wants, whether they exist or not.
    func wanted(by member: ConsumerMember) -> Set<String> {
        var names = Set(member.subscribedTopics)
        if let pattern = member.pattern { names.formUnion(resolved[pattern] ?? []) }
        return names
    }

    func isSubscribed(to topic: String) -> Bool { members.values.contains { wanted(by: $0).contains(topic) } }

    /// Looks anew at which topics there are, and which the patterns match.
    mutating func resolve(_ step: GroupStep) -> [String: GroupTopic] {
        let patterns = Set(members.values.compactMap(\.pattern))
        if topicsVersion != step.topicsVersion { resolved = [:] }
        topicsVersion = step.topicsVersion
        resolved = resolved.filter { patterns.contains($0.key) }
        for text in patterns where resolved[text] == nil {
            guard let pattern = try? TopicPattern(text) else { continue }
            resolved[text] = Set(step.topics.names.filter { pattern.matches($0) })
        }
        var found: [String: GroupTopic] = [:]
        for member in members.values {
            for name in wanted(by: member) where found[name] == nil { found[name] = step.topics.topic(named: name) }
        }
        return found
    }

    // MARK: Time

    var nextDeadline: Int64 { deadlines.values.lazy.map(\.earliest).min() ?? .max }

    /// Sessions begin anew. What is left of members whose record is missing goes.
    mutating func finishReplay(_ step: inout GroupStep) {
        for memberID in memberIDs {
            guard let member = members[memberID], member.rebalanceTimeout >= 0 else {
                remove(memberID)
                continue
            }
            let session = member.classic.map { Int64($0.sessionTimeout) } ?? step.settings.consumerSessionTimeoutMilliseconds
            var deadline = ConsumerMemberDeadlines(session: step.deadline(after: session))
            if member.classic == nil && member.state == .unrevokedPartitions {
                deadline.rebalance = step.deadline(after: Int64(member.rebalanceTimeout))
            }
            deadlines[memberID] = deadline
        }
        targets = targets.filter { members[$0.key] != nil }
        if members.isEmpty { emptySince = step.now }
        // So that the patterns' topics are known; that topics may have changed meanwhile is seen at the first heartbeat.
        _ = resolve(step)
        topicsVersion = 0
    }

    mutating func expire(_ step: inout GroupStep) {
        for (memberID, deadline) in deadlines.sorted(by: { $0.key < $1.key }) where deadline.earliest <= step.now {
            fence(memberID, &step)
        }
    }
}
