// DescribeGroupsRequest and DescribeGroupsResponse (source: Kafka's message definitions of these names), versions 0 to 6;
// compact lengths and tag sections from 5.

/// Asks for the state and members of classic groups.
public struct DescribeGroupsRequest: WireRequest {
    public typealias Response = DescribeGroupsResponse
    public static var apiKey: ApiKey { .describeGroups }

    public var groups: [String] = []
    /// Whether to say what the client may do with each group.
    public var includeAuthorizedOperations = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&groups, "groups")
        try coder.bool(&includeAuthorizedOperations, "includeAuthorizedOperations", from: 3)
    }
}

/// The groups in full.
public struct DescribeGroupsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeGroups }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.array(&groups, "groups")
    }
}

extension DescribeGroupsResponse {
    /// What is answered for one group.
    public struct Group: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var groupId = ""
        /// Such as "Stable", "Empty", "PreparingRebalance".
        public var groupState = ""
        /// The kind of group, such as "consumer" or "connect".
        public var protocolType = ""
        /// The way to assign that the group has agreed on.
        public var protocolData = ""
        public var members: [Member] = []
        /// One bit for each operation allowed; the lowest number: not asked for.
        public var authorizedOperations: Int32 = .min

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage", from: 6)
            try coder.string(&groupId, "groupId")
            try coder.string(&groupState, "groupState")
            try coder.string(&protocolType, "protocolType")
            try coder.string(&protocolData, "protocolData")
            try coder.array(&members, "members")
            try coder.int32(&authorizedOperations, "authorizedOperations", from: 3)
        }
    }

    /// One member of the group.
    public struct Member: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// The name that a static member gives itself (KIP-345); null: not static.
        public var groupInstanceId: String?
        public var clientId = ""
        /// The address that the member came from.
        public var clientHost = ""
        /// What the member sent when it joined.
        public var memberMetadata: [UInt8] = []
        /// What the member was given.
        public var memberAssignment: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 4)
            try coder.string(&clientId, "clientId")
            try coder.string(&clientHost, "clientHost")
            try coder.bytes(&memberMetadata, "memberMetadata")
            try coder.bytes(&memberAssignment, "memberAssignment")
        }
    }
}
