// LeaveGroupRequest and LeaveGroupResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 4.

/// Request.
public struct LeaveGroupRequest: WireRequest {
    public typealias Response = LeaveGroupResponse
    public static var apiKey: ApiKey { .leaveGroup }

    public var groupId = ""
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
    public struct Member: WireStruct {
        public var memberId = ""
        public var groupInstanceId: String?
        public var reason: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId")
            try coder.nullableString(&reason, "reason", from: 5)
        }
    }
}

/// Response.
public struct LeaveGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .leaveGroup }

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
    public struct Member: WireStruct {
        public var memberId = ""
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
