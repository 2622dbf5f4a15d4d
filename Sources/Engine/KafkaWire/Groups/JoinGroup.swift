// JoinGroupRequest and JoinGroupResponse (source: Kafka's message definitions of these names), versions 0 to 9;
// compact lengths and tag sections from 6.

/// Request.
public struct JoinGroupRequest: WireRequest {
    public typealias Response = JoinGroupResponse
    public static var apiKey: ApiKey { .joinGroup }

    public var groupId = ""
    public var sessionTimeoutMilliseconds: Int32 = 0
    public var rebalanceTimeoutMilliseconds: Int32 = -1
    public var memberId = ""
    public var groupInstanceId: String?
    public var protocolType = ""
    public var protocols: [GroupProtocol] = []
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
    public struct GroupProtocol: WireStruct {
        public var name = ""
        public var metadata: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.bytes(&metadata, "metadata")
        }
    }
}

/// Response.
public struct JoinGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .joinGroup }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var generationId: Int32 = -1
    public var protocolType: String?
    public var protocolName: String? = ""
    public var leaderMemberId = ""
    public var skipAssignment = false
    public var memberId = ""
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
    public struct Member: WireStruct {
        public var memberId = ""
        public var groupInstanceId: String?
        public var metadata: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 5)
            try coder.bytes(&metadata, "metadata")
        }
    }
}
