/// One of the assignment strategies a classic member offers, with what it tells the leader under it.
public struct GroupProtocol: Hashable, Sendable {
    public var name: String
    public var metadata: [UInt8]

    public init(name: String, metadata: [UInt8]) {
        self.name = name
        self.metadata = metadata
    }
}

/// JoinGroup, versions 0 to 9.
public struct JoinRequest: Hashable, Sendable {
    public var group: String
    /// Empty where the member has none yet.
    public var memberID: String
    public var instanceID: String?
    public var clientID: String
    public var clientHost: String
    public var sessionTimeoutMilliseconds: Int32
    /// Below 0 where the request's version has none: then the session time-out counts.
    public var rebalanceTimeoutMilliseconds: Int32
    public var protocolType: String
    /// In the member's order of preference.
    public var protocols: [GroupProtocol]
    /// The request's version: from 4 on a member must come back with the identifier it was given, from 9 on a leader can be
    /// told to skip the assignment.
    public var version: Int16

    public init(
        group: String, memberID: String = "", instanceID: String? = nil, clientID: String = "", clientHost: String = "",
        sessionTimeoutMilliseconds: Int32 = 10_000, rebalanceTimeoutMilliseconds: Int32 = -1, protocolType: String = "consumer",
        protocols: [GroupProtocol], version: Int16 = 9
    ) {
        self.group = group
        self.memberID = memberID
        self.instanceID = instanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.sessionTimeoutMilliseconds = sessionTimeoutMilliseconds
        self.rebalanceTimeoutMilliseconds = rebalanceTimeoutMilliseconds
        self.protocolType = protocolType
        self.protocols = protocols
        self.version = version
    }

    var rebalanceTimeout: Int32 {
        rebalanceTimeoutMilliseconds < 0 ? sessionTimeoutMilliseconds : rebalanceTimeoutMilliseconds
    }
}

/// SyncGroup, versions 0 to 5.
public struct SyncRequest: Hashable, Sendable {
    public var group: String
    public var memberID: String
    public var instanceID: String?
    public var generation: Int32
    /// Nil before version 5.
    public var protocolType: String?
    /// Nil before version 5.
    public var protocolName: String?
    /// The leader's work: each member's assignment.
    public var assignments: [String: [UInt8]]

    public init(
        group: String, memberID: String, instanceID: String? = nil, generation: Int32, protocolType: String? = nil,
        protocolName: String? = nil, assignments: [String: [UInt8]] = [:]
    ) {
        self.group = group
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignments = assignments
    }
}

/// Heartbeat, versions 0 to 4.
public struct HeartbeatRequest: Hashable, Sendable {
    public var group: String
    public var memberID: String
    public var instanceID: String?
    public var generation: Int32

    public init(group: String, memberID: String, instanceID: String? = nil, generation: Int32) {
        self.group = group
        self.memberID = memberID
        self.instanceID = instanceID
        self.generation = generation
    }
}

/// A member as a request names it: a static one may be named by its instance alone.
public struct MemberIdentity: Hashable, Sendable {
    public var memberID: String
    public var instanceID: String?

    public init(memberID: String, instanceID: String? = nil) {
        self.memberID = memberID
        self.instanceID = instanceID
    }
}

/// LeaveGroup, versions 0 to 5; before version 3 with one member.
public struct LeaveRequest: Hashable, Sendable {
    public var group: String
    public var members: [MemberIdentity]

    public init(group: String, members: [MemberIdentity]) {
        self.group = group
        self.members = members
    }
}

/// Who commits or fetches positions, as OffsetCommit, TxnOffsetCommit and OffsetFetch name it.
public struct CommitIdentity: Hashable, Sendable {
    public var group: String
    /// Empty for a "simple" consumer, which uses the group as a place for positions alone.
    public var memberID: String
    public var instanceID: String?
    /// The generation of a classic group, the member epoch of a consumer group, -1 for neither.
    public var generationOrEpoch: Int32
    public var version: Int16

    public init(
        group: String, memberID: String = "", instanceID: String? = nil, generationOrEpoch: Int32 = -1, version: Int16 = 9
    ) {
        self.group = group
        self.memberID = memberID
        self.instanceID = instanceID
        self.generationOrEpoch = generationOrEpoch
        self.version = version
    }
}
