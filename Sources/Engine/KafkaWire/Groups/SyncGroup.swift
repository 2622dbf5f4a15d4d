// SyncGroupRequest and SyncGroupResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 4.

/// Request.
public struct SyncGroupRequest: WireRequest {
    public typealias Response = SyncGroupResponse
    public static var apiKey: ApiKey { .syncGroup }

    public var groupId = ""
    public var generationId: Int32 = 0
    public var memberId = ""
    public var groupInstanceId: String?
    public var protocolType: String?
    public var protocolName: String?
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
    public struct Assignment: WireStruct {
        public var memberId = ""
        public var assignment: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.bytes(&assignment, "assignment")
        }
    }
}

/// Response.
public struct SyncGroupResponse: WireMessage {
    public static var apiKey: ApiKey { .syncGroup }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var protocolType: String?
    public var protocolName: String?
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
