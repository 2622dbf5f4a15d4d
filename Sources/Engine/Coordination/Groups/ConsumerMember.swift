/// How far a member of a consumer group is on its way to its target assignment, as records number it.
enum ConsumerMemberState: Int8, Sendable {
    case stable = 0
    /// It has been told to give up partitions and has not said that it did.
    case unrevokedPartitions = 1
    /// It waits for partitions that others hold.
    case unreleasedPartitions = 2
}

/// A member of a consumer group (KIP-848).
struct ConsumerMember: Sendable, Equatable {
    /// What a member that still speaks the classic protocol has told.
    struct Classic: Sendable, Equatable {
        var sessionTimeout: Int32
        var protocols: [GroupProtocol]
    }

    /// A static member that will be back.
    static let awayEpoch: Int32 = -2

    let id: String
    var instanceID: String?
    var rackID: String?
    var clientID = ""
    var clientHost = ""
    /// Milliseconds.
    var rebalanceTimeout: Int32 = -1
    /// In order, without repetition.
    var subscribedTopics: [String] = []
    var pattern: String?
    var serverAssignor: String?
    var classic: Classic?

    var epoch: Int32 = 0
    /// If the answer with the present epoch was lost the member comes back with this one.
    var previousEpoch: Int32 = 0
    var state = ConsumerMemberState.stable
    /// What it may use.
    var assigned: PartitionSets = [:]
    /// What it must give up, and holds until it says that it has.
    var pendingRevocation: PartitionSets = [:]

    init(id: String) { self.id = id }

    /// The same under another identifier: a static member that was restarted.
    init(_ other: ConsumerMember, id: String) {
        self.init(id: id)
        instanceID = other.instanceID
        rackID = other.rackID
        clientID = other.clientID
        clientHost = other.clientHost
        rebalanceTimeout = other.rebalanceTimeout
        subscribedTopics = other.subscribedTopics
        pattern = other.pattern
        serverAssignor = other.serverAssignor
        classic = other.classic
        state = other.state
        assigned = other.assigned
        pendingRevocation = other.pendingRevocation
    }

    func isReconciled(to targetEpoch: Int32) -> Bool { state == .stable && epoch == targetEpoch }

    /// Whether the part that ``ConsumerGroupRecords`` writes as the member's metadata is the same.
    func hasSameMetadata(as other: ConsumerMember) -> Bool {
        id == other.id && instanceID == other.instanceID && rackID == other.rackID && clientID == other.clientID
            && clientHost == other.clientHost && rebalanceTimeout == other.rebalanceTimeout
            && subscribedTopics == other.subscribedTopics && pattern == other.pattern
            && serverAssignor == other.serverAssignor && classic == other.classic
    }

    func hasSameAssignment(as other: ConsumerMember) -> Bool {
        epoch == other.epoch && previousEpoch == other.previousEpoch && state == other.state && assigned == other.assigned
            && pendingRevocation == other.pendingRevocation
    }

    mutating func move(to next: Int32) {
        if next != epoch { previousEpoch = epoch }
        epoch = next
    }
}

/// When a member is out, if nothing is heard.
struct ConsumerMemberDeadlines: Sendable {
    var session = Int64.max
    /// It must have given up its partitions.
    var rebalance = Int64.max
    /// A classic member must have joined again.
    var join = Int64.max
    /// A classic member must have asked for its assignment.
    var sync = Int64.max

    var earliest: Int64 { min(session, rebalance, join, sync) }
}

extension PartitionSets {
    /// Without topics that have no partitions.
    var withoutEmpty: PartitionSets { filter { !$0.value.isEmpty } }

    func isSubset(of other: PartitionSets) -> Bool {
        allSatisfy { topic, partitions in partitions.isSubset(of: other[topic] ?? []) }
    }

    func intersects(_ other: PartitionSets) -> Bool {
        contains { topic, partitions in !partitions.isDisjoint(with: other[topic] ?? []) }
    }
}
