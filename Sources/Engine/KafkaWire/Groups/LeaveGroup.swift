// LeaveGroupRequest and LeaveGroupResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 4.
// One member in the message itself until 2, any number from 3.

/// Takes members out of a group.
public struct LeaveGroupRequest: WireRequest {
    public typealias Response = LeaveGroupResponse
    public static var apiKey: ApiKey { .leaveGroup }

    public var groupId = ""
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    public var members: [Member] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.string(&memberId, "memberId", until: 2)
        try coder.array(&members, "members", from: 3)
    }
}

extension LeaveGroupRequest {
    /// One member of the group.
    public struct Member: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// The name that a static member gives itself (KIP-345); null: not static.
        public var groupInstanceId: String?
        /// Why, for people.
        public var reason: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId")
            try coder.nullableString(&reason, "reason", from: 5)
        }
    }
}

/// The fate of every member.
public struct LeaveGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .leaveGroup }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var members: [Member] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&members, "members", from: 3)
    }
}

extension LeaveGroupResponse {
    /// One member of the group.
    public struct Member: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// The name that a static member gives itself (KIP-345); null: not static.
        public var groupInstanceId: String?
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
