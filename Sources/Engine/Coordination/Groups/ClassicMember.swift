/// A member of a classic group.
struct ClassicMember: Sendable {
    let id: String
    let instanceID: String?
    let clientID: String
    let clientHost: String
    var rebalanceTimeout: Int32
    var sessionTimeout: Int32
    /// In the member's order of preference.
    var protocols: [GroupProtocol]
    var assignment: [UInt8] = []
    /// Its place in the order of joining: the first becomes the leader.
    var order: UInt64 = 0
    /// Joined without an identifier and not answered yet: it cannot send heartbeats.
    var isNew = false
    /// A join that waits for the generation.
    var joinToken: UInt64?
    /// A sync that waits for the leader's assignments.
    var syncToken: UInt64?
    /// When its session ends.
    var deadline = Int64.max

    /// A member that waits in a join or a sync is alive, whatever its session's time-out says.
    var isHeldByTheGroup: Bool { !isNew && (joinToken != nil || syncToken != nil) }

    func metadata(under protocolName: String?) -> [UInt8] {
        protocols.first { $0.name == protocolName }?.metadata ?? []
    }

    /// The first of its protocols that every member supports.
    func vote(among candidates: Set<String>) -> String? { protocols.first { candidates.contains($0.name) }?.name }
}
