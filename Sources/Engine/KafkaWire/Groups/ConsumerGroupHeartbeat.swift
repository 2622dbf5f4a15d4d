// ConsumerGroupHeartbeatRequest and ConsumerGroupHeartbeatResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Joins, keeps alive and leaves a group whose coordinator makes the assignments (KIP-848).
public struct ConsumerGroupHeartbeatRequest: WireRequest {
    public typealias Response = ConsumerGroupHeartbeatResponse
    public static var apiKey: ApiKey { .consumerGroupHeartbeat }

    public var groupId = ""
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// 0: join, -1: leave, -2: leave and come back as the same static member; others: the epoch of the last answer.
    public var memberEpoch: Int32 = 0
    /// The name that a static member gives itself (KIP-345); null: not static.
    public var instanceId: String?
    /// Where the client runs; empty or null: not said.
    public var rackId: String?
    /// How long a member may take to join again; -1: as the session timeout, or unchanged.
    public var rebalanceTimeoutMilliseconds: Int32 = -1
    /// Null: unchanged.
    public var subscribedTopicNames: [String]?
    /// Null: unchanged or none.
    public var subscribedTopicRegex: String?
    /// The assignor wanted; null: unchanged, or the coordinator's first.
    public var serverAssignor: String?
    /// What the member owns; null: unchanged.
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
    /// Some partitions of one topic.
    public struct TopicPartitions: WireStruct {
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.array(&partitions, "partitions")
        }
    }
}

/// The member's epoch and, where it has changed, its assignment.
public struct ConsumerGroupHeartbeatResponse: WireMessage {
    public static var apiKey: ApiKey { .consumerGroupHeartbeat }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId: String?
    /// What the member sends with its next heartbeat.
    public var memberEpoch: Int32 = 0
    /// How often the member has to send heartbeats.
    public var heartbeatIntervalMilliseconds: Int32 = 0
    /// Null: unchanged.
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
    /// The partitions that the member has to have.
    public struct Assignment: WireStruct {
        public var topicPartitions: [TopicPartitions] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&topicPartitions, "topicPartitions")
        }
    }

    /// Some partitions of one topic.
    public struct TopicPartitions: WireStruct {
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.array(&partitions, "partitions")
        }
    }
}
