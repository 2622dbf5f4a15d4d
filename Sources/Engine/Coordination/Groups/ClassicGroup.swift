/// Where a classic group stands.
///
///     empty ──join──▶ preparingRebalance ──all joined──▶ completingRebalance ──leader's sync──▶ stable
///       ▲                 │      ▲                              │                              │
///       └──no members─────┘      └──────────join, leave, time-out, changed metadata────────────┘
enum ClassicGroupState: String, Sendable {
    case empty = "Empty"
    case preparingRebalance = "PreparingRebalance"
    case completingRebalance = "CompletingRebalance"
    case stable = "Stable"
}

/// A group of the classic protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.
///
/// Pure: every method takes the moment and leaves what is to be written and answered in the ``GroupStep``.
/// Rules: Kafka's `ClassicGroup` and `GroupMetadataManager` (4.x), KIP-62, KIP-345, KIP-394, KIP-814.
struct ClassicGroup: Sendable {
    let id: String
    var state: ClassicGroupState
    /// The state before, nil for a group just made.
    var previousState: ClassicGroupState?
    var generation: Int32 = 0
    /// Nil until a member joins: positions alone make a "simple" group.
    var protocolType: String?
    var protocolName: String?
    var leader: String?
    /// When the state was entered; -1 where a record does not say.
    var stateSince: Int64
    private(set) var members: [String: ClassicMember] = [:]
    /// Instance to member.
    private(set) var staticMembers: [String: String] = [:]
    /// Members that were given an identifier and have not joined with it, with the moment at which they are forgotten.
    var pendingJoins: [String: Int64] = [:]
    /// Members of the present generation that have not sent a sync.
    var pendingSyncs: Set<String> = []
    private(set) var awaitingJoin = 0
    /// How many members support each protocol.
    private var support: [String: Int] = [:]
    private var lastOrder: UInt64 = 0
    /// A member came during the first rebalance: its delay is prolonged.
    var newMemberAdded = false
    /// Set during the first rebalance: this delay, and what is left to prolong it.
    var initialDelay: (delay: Int64, remaining: Int64)?
    var joinDeadline = Int64.max
    var syncDeadline = Int64.max
    /// Nil where the members' metadata does not say.
    var subscribedTopics: Set<String>?

    init(id: String, now: Int64, state: ClassicGroupState = .empty) {
        self.id = id
        self.state = state
        stateSince = now
    }

    var usesConsumerProtocol: Bool { protocolType == ConsumerProtocol.type }
    var membersInOrder: [ClassicMember] { members.values.sorted { $0.order < $1.order } }
    var rebalanceTimeout: Int64 { Int64(members.values.lazy.map(\.rebalanceTimeout).max() ?? 0) }
    var hasAllMembersJoined: Bool { members.count == awaitingJoin && pendingJoins.isEmpty }
    var canBeRebalanced: Bool { state != .preparingRebalance }

    mutating func enter(_ next: ClassicGroupState, _ now: Int64) {
        previousState = state
        state = next
        stateSince = now
    }

    // MARK: Members

    mutating func add(_ member: ClassicMember) {
        var member = member
        lastOrder += 1
        member.order = lastOrder
        if let instance = member.instanceID { staticMembers[instance] = member.id }
        if leader == nil { leader = member.id }
        count(member, by: 1)
        if member.joinToken != nil { awaitingJoin += 1 }
        pendingJoins[member.id] = nil
        members[member.id] = member
    }

    /// Takes a member out and answers what it waits for.
    mutating func remove(_ memberID: String, answering error: KafkaErrorCode = .unknownMemberID, _ step: inout GroupStep) {
        pendingJoins[memberID] = nil
        pendingSyncs.remove(memberID)
        guard var member = members.removeValue(forKey: memberID) else { return }
        count(member, by: -1)
        if let token = member.joinToken {
            awaitingJoin -= 1
            member.joinToken = nil
            step.reply(token, .join(.failure(error, memberID: error == .fencedInstanceID ? memberID : "")))
        }
        if let token = member.syncToken { step.reply(token, .sync(SyncResult(error: error))) }
        if let instance = member.instanceID, staticMembers[instance] == memberID { staticMembers[instance] = nil }
        if leader == memberID { leader = members.values.min { $0.order < $1.order }?.id }
    }

    /// A static member came back under a new identifier: its place, its assignment and its leadership stay.
    mutating func replace(_ oldID: String, with newID: String, _ step: inout GroupStep) {
        guard let old = members[oldID] else { return }
        let wasLeader = leader == oldID
        remove(oldID, answering: .fencedInstanceID, &step)
        var member = ClassicMember(
            id: newID, instanceID: old.instanceID, clientID: old.clientID, clientHost: old.clientHost,
            rebalanceTimeout: old.rebalanceTimeout, sessionTimeout: old.sessionTimeout, protocols: old.protocols)
        member.assignment = old.assignment
        member.order = old.order
        count(member, by: 1)
        if let instance = old.instanceID { staticMembers[instance] = newID }
        members[newID] = member
        if wasLeader { leader = newID }
    }

    mutating func update(_ memberID: String, with request: JoinRequest, token: UInt64, _ step: inout GroupStep) {
        guard let old = members[memberID] else { return }
        count(old, by: -1)
        // Its connection was lost, and this is the retry; the earlier one is answered for order's sake.
        if let earlier = old.joinToken { step.reply(earlier, .join(.failure(.rebalanceInProgress, memberID: memberID))) }
        if old.joinToken == nil { awaitingJoin += 1 }
        members[memberID]?.joinToken = token
        members[memberID]?.protocols = request.protocols
        members[memberID]?.rebalanceTimeout = request.rebalanceTimeout
        members[memberID]?.sessionTimeout = request.sessionTimeoutMilliseconds
        if let updated = members[memberID] { count(updated, by: 1) }
    }

    mutating func answerJoin(_ memberID: String, _ result: JoinResult, _ step: inout GroupStep) {
        guard let token = members[memberID]?.joinToken else { return }
        members[memberID]?.joinToken = nil
        awaitingJoin -= 1
        step.reply(token, .join(result))
    }

    mutating func answerSync(_ memberID: String, _ result: SyncResult, _ step: inout GroupStep) -> Bool {
        guard let token = members[memberID]?.syncToken else { return false }
        members[memberID]?.syncToken = nil
        step.reply(token, .sync(result))
        return true
    }

    mutating func awaitSync(_ memberID: String, token: UInt64, _ step: inout GroupStep) {
        _ = answerSync(memberID, SyncResult(error: .rebalanceInProgress), &step)
        members[memberID]?.syncToken = token
    }

    mutating func setAssignment(_ assignment: [UInt8], of memberID: String) { members[memberID]?.assignment = assignment }

    mutating func markAnswered(_ memberID: String) { members[memberID]?.isNew = false }

    mutating func setDeadline(_ deadline: Int64, of memberID: String) { members[memberID]?.deadline = deadline }

    /// A new session begins.
    mutating func renewSession(_ memberID: String, _ step: inout GroupStep) {
        guard let index = members.index(forKey: memberID) else { return }
        members.values[index].deadline = step.deadline(after: Int64(members.values[index].sessionTimeout))
    }

    // MARK: Protocols

    private mutating func count(_ member: ClassicMember, by change: Int) {
        for name in Set(member.protocols.map(\.name)) {
            let total = support[name, default: 0] + change
            support[name] = total == 0 ? nil : total
        }
    }

    func supports(type: String, protocols: [GroupProtocol]) -> Bool {
        if state == .empty { return !type.isEmpty && !protocols.isEmpty }
        return type == protocolType && protocols.contains { support[$0.name] == members.count }
    }

    /// Each member votes for the first of its protocols that all support; most votes win, then the earlier name.
    func selectProtocol() -> String? {
        let candidates = Set(support.lazy.filter { $0.value == members.count }.map(\.key))
        var votes: [String: Int] = [:]
        for member in members.values {
            if let name = member.vote(among: candidates) { votes[name, default: 0] += 1 }
        }
        return votes.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
    }
}
