// JoinGroupRequest and JoinGroupResponse (source: Kafka's message definitions of these names), versions 0 to 9;
// compact lengths and tag sections from 6.

/// Makes a consumer a member of a group, and waits until the group is complete.
public struct JoinGroupRequest: WireRequest {
    public typealias Response = JoinGroupResponse
    public static var apiKey: ApiKey { .joinGroup }

    public var groupId = ""
    /// A member that is silent for longer is taken out.
    public var sessionTimeoutMilliseconds: Int32 = 0
    /// How long a member may take to join again; -1: as the session timeout, or unchanged.
    public var rebalanceTimeoutMilliseconds: Int32 = -1
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The name that a static member gives itself (KIP-345); null: not static.
    public var groupInstanceId: String?
    /// The kind of group, such as "consumer" or "connect".
    public var protocolType = ""
    /// The ways to assign that the member supports, the best first.
    public var protocols: [GroupProtocol] = []
    /// Why, for people.
    public var reason: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.int32(&sessionTimeoutMilliseconds, "sessionTimeoutMilliseconds")
        try coder.int32(&rebalanceTimeoutMilliseconds, "rebalanceTimeoutMilliseconds", from: 1)
        try coder.string(&memberId, "memberId")
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 5)
        try coder.string(&protocolType, "protocolType")
        try coder.array(&protocols, "protocols")
        try coder.nullableString(&reason, "reason", from: 8)
    }
}

extension JoinGroupRequest {
    /// One way to assign that the member supports.
    public struct GroupProtocol: WireStruct {
        public var name = ""
        /// What the protocol embeds, such as a ConsumerSubscription.
        public var metadata: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.bytes(&metadata, "metadata")
        }
    }
}

/// The generation that the member is in; the leader also gets the list of members.
public struct JoinGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .joinGroup }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// The rebalance that the member took part in; -1: none.
    public var generationId: Int32 = -1
    /// The kind of group, such as "consumer" or "connect".
    public var protocolType: String?
    /// The way to assign that the group has agreed on. Null (after an error, say) cannot be written below version 7.
    public var protocolName: String? = ""
    /// The member that makes the assignments.
    public var leaderMemberId = ""
    /// Whether the leader has nothing to assign.
    public var skipAssignment = false
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The leader gets them, the others an empty list.
    public var members: [Member] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 2)
        try coder.int16(&errorCode, "errorCode")
        try coder.int32(&generationId, "generationId")
        try coder.nullableString(&protocolType, "protocolType", from: 7)
        try coder.nullableString(&protocolName, "protocolName", nullableFrom: 7)
        try coder.string(&leaderMemberId, "leaderMemberId")
        try coder.bool(&skipAssignment, "skipAssignment", from: 9)
        try coder.string(&memberId, "memberId")
        try coder.array(&members, "members")
    }
}

extension JoinGroupResponse {
    /// One member of the group.
    public struct Member: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// The name that a static member gives itself (KIP-345); null: not static.
        public var groupInstanceId: String?
        /// What the protocol embeds, such as a ConsumerSubscription.
        public var metadata: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 5)
            try coder.bytes(&metadata, "metadata")
        }
    }
}
