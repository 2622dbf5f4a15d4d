// ConsumerGroupHeartbeatRequest and ConsumerGroupHeartbeatResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Request.
public struct ConsumerGroupHeartbeatRequest: WireRequest {
    public typealias Response = ConsumerGroupHeartbeatResponse
    public static var apiKey: ApiKey { .consumerGroupHeartbeat }

    public var groupId = ""
    public var memberId = ""
    public var memberEpoch: Int32 = 0
    public var instanceId: String?
    public var rackId: String?
    public var rebalanceTimeoutMilliseconds: Int32 = -1
    public var subscribedTopicNames: [String]?
    public var subscribedTopicRegex: String?
    public var serverAssignor: String?
    public var topicPartitions: [TopicPartitions]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.string(&memberId, "memberId")
        try coder.int32(&memberEpoch, "memberEpoch")
        try coder.nullableString(&instanceId, "instanceId")
        try coder.nullableString(&rackId, "rackId")
        try coder.int32(&rebalanceTimeoutMilliseconds, "rebalanceTimeoutMilliseconds")
        try coder.nullableArray(&subscribedTopicNames, "subscribedTopicNames")
        try coder.nullableString(&subscribedTopicRegex, "subscribedTopicRegex", from: 1)
        try coder.nullableString(&serverAssignor, "serverAssignor")
        try coder.nullableArray(&topicPartitions, "topicPartitions")
    }
}

extension ConsumerGroupHeartbeatRequest {
    public struct TopicPartitions: WireStruct {
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.array(&partitions, "partitions")
        }
    }
}

/// Response.
public struct ConsumerGroupHeartbeatResponse: WireMessage {
    public static var apiKey: ApiKey { .consumerGroupHeartbeat }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var memberId: String?
    public var memberEpoch: Int32 = 0
    public var heartbeatIntervalMilliseconds: Int32 = 0
    public var assignment: Assignment?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.nullableString(&memberId, "memberId")
        try coder.int32(&memberEpoch, "memberEpoch")
        try coder.int32(&heartbeatIntervalMilliseconds, "heartbeatIntervalMilliseconds")
        try coder.nullableStructure(&assignment, "assignment")
    }
}

extension ConsumerGroupHeartbeatResponse {
    public struct Assignment: WireStruct {
        public var topicPartitions: [TopicPartitions] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&topicPartitions, "topicPartitions")
        }
    }

    public struct TopicPartitions: WireStruct {
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.array(&partitions, "partitions")
        }
    }
}
