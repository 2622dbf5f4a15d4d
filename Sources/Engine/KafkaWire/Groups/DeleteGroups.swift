// DeleteGroupsRequest and DeleteGroupsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Deletes groups that have no members.
public struct DeleteGroupsRequest: WireRequest {
    public typealias Response = DeleteGroupsResponse
    public static var apiKey: ApiKey { .deleteGroups }

    public var groupNames: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&groupNames, "groupNames")
    }
}

/// The fate of every group.
public struct DeleteGroupsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteGroups }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension DeleteGroupsResponse {
    /// What is answered for one group.
    public struct Group: WireStruct {
        public var groupId = ""
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&groupId, "groupId")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
