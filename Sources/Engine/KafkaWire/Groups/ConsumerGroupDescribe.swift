// ConsumerGroupDescribeRequest and ConsumerGroupDescribeResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Request.
public struct ConsumerGroupDescribeRequest: WireRequest {
    public typealias Response = ConsumerGroupDescribeResponse
    public static var apiKey: ApiKey { .consumerGroupDescribe }

    public var groupIds: [String] = []
    public var includeAuthorizedOperations = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&groupIds, "groupIds")
        try coder.bool(&includeAuthorizedOperations, "includeAuthorizedOperations")
    }
}

/// Response.
public struct ConsumerGroupDescribeResponse: WireMessage {
    public static var apiKey: ApiKey { .consumerGroupDescribe }

    public var throttleTimeMilliseconds: Int32 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&groups, "groups")
    }
}

extension ConsumerGroupDescribeResponse {
    public struct Group: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var groupId = ""
        public var groupState = ""
        public var groupEpoch: Int32 = 0
        public var assignmentEpoch: Int32 = 0
        public var assignorName = ""
        public var members: [Member] = []
        public var authorizedOperations: Int32 = .min

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.string(&groupId, "groupId")
            try coder.string(&groupState, "groupState")
            try coder.int32(&groupEpoch, "groupEpoch")
            try coder.int32(&assignmentEpoch, "assignmentEpoch")
            try coder.string(&assignorName, "assignorName")
            try coder.array(&members, "members")
            try coder.int32(&authorizedOperations, "authorizedOperations")
        }
    }

    public struct Member: WireStruct {
        public var memberId = ""
        public var instanceId: String?
        public var rackId: String?
        public var memberEpoch: Int32 = 0
        public var clientId = ""
        public var clientHost = ""
        public var subscribedTopicNames: [String] = []
        public var subscribedTopicRegex: String?
        public var assignment = Assignment()
        public var targetAssignment = Assignment()
        public var memberType: Int8 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&instanceId, "instanceId")
            try coder.nullableString(&rackId, "rackId")
            try coder.int32(&memberEpoch, "memberEpoch")
            try coder.string(&clientId, "clientId")
            try coder.string(&clientHost, "clientHost")
            try coder.array(&subscribedTopicNames, "subscribedTopicNames")
            try coder.nullableString(&subscribedTopicRegex, "subscribedTopicRegex")
            try coder.structure(&assignment, "assignment")
            try coder.structure(&targetAssignment, "targetAssignment")
            try coder.int8(&memberType, "memberType", from: 1)
        }
    }

    public struct Assignment: WireStruct {
        public var topicPartitions: [TopicPartitions] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&topicPartitions, "topicPartitions")
        }
    }

    public struct TopicPartitions: WireStruct {
        public var topicId: WireUUID = .zero
        public var topicName = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.string(&topicName, "topicName")
            try coder.array(&partitions, "partitions")
        }
    }
}
