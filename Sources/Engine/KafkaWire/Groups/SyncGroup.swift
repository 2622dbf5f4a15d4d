// SyncGroupRequest and SyncGroupResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 4.

/// Hands the assignments from the group's leader to the coordinator, and asks for one's own.
public struct SyncGroupRequest: WireRequest {
    public typealias Response = SyncGroupResponse
    public static var apiKey: ApiKey { .syncGroup }

    public var groupId = ""
    /// The rebalance that the member took part in; -1: none.
    public var generationId: Int32 = 0
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The name that a static member gives itself (KIP-345); null: not static.
    public var groupInstanceId: String?
    /// The kind of group, such as "consumer" or "connect".
    public var protocolType: String?
    /// The way to assign that the group has agreed on.
    public var protocolName: String?
    /// From the leader: what each member is given. From the others: empty.
    public var assignments: [Assignment] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.int32(&generationId, "generationId")
        try coder.string(&memberId, "memberId")
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 3)
        try coder.nullableString(&protocolType, "protocolType", from: 5)
        try coder.nullableString(&protocolName, "protocolName", from: 5)
        try coder.array(&assignments, "assignments")
    }
}

extension SyncGroupRequest {
    /// What one member is given.
    public struct Assignment: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// What the protocol embeds, such as a ConsumerAssignment.
        public var assignment: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.bytes(&assignment, "assignment")
        }
    }
}

/// The assignment of the member that asked.
public struct SyncGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .syncGroup }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// The kind of group, such as "consumer" or "connect".
    public var protocolType: String?
    /// The way to assign that the group has agreed on.
    public var protocolName: String?
    /// What the protocol embeds, such as a ConsumerAssignment.
    public var assignment: [UInt8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&protocolType, "protocolType", from: 5)
        try coder.nullableString(&protocolName, "protocolName", from: 5)
        try coder.bytes(&assignment, "assignment")
    }
}
