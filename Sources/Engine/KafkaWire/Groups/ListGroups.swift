// ListGroupsRequest and ListGroupsResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 3.

/// Asks which groups there are.
public struct ListGroupsRequest: WireRequest {
    public typealias Response = ListGroupsResponse
    public static var apiKey: ApiKey { .listGroups }

    /// Only groups in these states; empty: all.
    public var statesFilter: [String] = []
    /// Only groups of these types; empty: all.
    public var typesFilter: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&statesFilter, "statesFilter", from: 4)
        try coder.array(&typesFilter, "typesFilter", from: 5)
    }
}

/// The groups in short.
public struct ListGroupsResponse: WireMessage {
    public static var apiKey: ApiKey { .listGroups }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&groups, "groups")
    }
}

extension ListGroupsResponse {
    /// What is answered for one group.
    public struct Group: WireStruct {
        public var groupId = ""
        /// The kind of group, such as "consumer" or "connect".
        public var protocolType = ""
        /// Such as "Stable", "Empty", "PreparingRebalance".
        public var groupState = ""
        /// Such as "classic" or "consumer".
        public var groupType = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&groupId, "groupId")
            try coder.string(&protocolType, "protocolType")
            try coder.string(&groupState, "groupState", from: 4)
            try coder.string(&groupType, "groupType", from: 5)
        }
    }
}
