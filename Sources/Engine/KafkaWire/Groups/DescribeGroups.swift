// DescribeGroupsRequest and DescribeGroupsResponse (source: Kafka's message definitions of these names), versions 0 to 6;
// compact lengths and tag sections from 5.

/// Request.
public struct DescribeGroupsRequest: WireRequest {
    public typealias Response = DescribeGroupsResponse
    public static var apiKey: ApiKey { .describeGroups }

    public var groups: [String] = []
    public var includeAuthorizedOperations = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&groups, "groups")
        try coder.bool(&includeAuthorizedOperations, "includeAuthorizedOperations", from: 3)
    }
}

/// Response.
public struct DescribeGroupsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeGroups }

    public var throttleTimeMilliseconds: Int32 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.array(&groups, "groups")
    }
}

extension DescribeGroupsResponse {
    public struct Group: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var groupId = ""
        public var groupState = ""
        public var protocolType = ""
        public var protocolData = ""
        public var members: [Member] = []
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

    public struct Member: WireStruct {
        public var memberId = ""
        public var groupInstanceId: String?
        public var clientId = ""
        public var clientHost = ""
        public var memberMetadata: [UInt8] = []
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
