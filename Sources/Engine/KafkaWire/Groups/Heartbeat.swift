// HeartbeatRequest and HeartbeatResponse (source: Kafka's message definitions of these names), versions 0 to 4;
// compact lengths and tag sections from 4.

/// Request.
public struct HeartbeatRequest: WireRequest {
    public typealias Response = HeartbeatResponse
    public static var apiKey: ApiKey { .heartbeat }

    public var groupId = ""
    public var generationId: Int32 = 0
    public var memberId = ""
    public var groupInstanceId: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.int32(&generationId, "generationId")
        try coder.string(&memberId, "memberId")
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 3)
    }
}

/// Response.
public struct HeartbeatResponse: WireMessage {
    public static var apiKey: ApiKey { .heartbeat }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode")
    }
}
