// HeartbeatRequest and HeartbeatResponse (source: Kafka's message definitions of these names), versions 0 to 4;
// compact lengths and tag sections from 4.

/// Says that a member is alive.
public struct HeartbeatRequest: WireRequest {
    public typealias Response = HeartbeatResponse
    public static var apiKey: ApiKey { .heartbeat }

    public var groupId = ""
    /// The rebalance that the member took part in; -1: none.
    public var generationId: Int32 = 0
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The name that a static member gives itself (KIP-345); null: not static.
    public var groupInstanceId: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.int32(&generationId, "generationId")
        try coder.string(&memberId, "memberId")
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 3)
    }
}

/// Whether the member may go on, or has to join again.
public struct HeartbeatResponse: WireMessage {
    public static var apiKey: ApiKey { .heartbeat }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode")
    }
}
