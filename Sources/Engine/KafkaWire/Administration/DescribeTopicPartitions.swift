// DescribeTopicPartitionsRequest and DescribeTopicPartitionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct DescribeTopicPartitionsRequest: WireRequest {
    public typealias Response = DescribeTopicPartitionsResponse
    public static var apiKey: ApiKey { .describeTopicPartitions }

    public var topics: [Topic] = []
    public var responsePartitionLimit: Int32 = 2000
    public var cursor: Cursor?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&responsePartitionLimit, "responsePartitionLimit")
        try coder.nullableStructure(&cursor, "cursor")
    }
}

extension DescribeTopicPartitionsRequest {
    public struct Topic: WireStruct {
        public var name = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
        }
    }

    public struct Cursor: WireStruct {
        public var topicName = ""
        public var partitionIndex: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&topicName, "topicName")
            try coder.int32(&partitionIndex, "partitionIndex")
        }
    }
}

/// Response.
public struct DescribeTopicPartitionsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeTopicPartitions }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []
    public var nextCursor: Cursor?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
        try coder.nullableStructure(&nextCursor, "nextCursor")
    }
}

extension DescribeTopicPartitionsResponse {
    public struct Topic: WireStruct {
        public var errorCode: Int16 = 0
        public var name: String?
        public var topicId: WireUUID = .zero
        public var isInternal = false
        public var partitions: [Partition] = []
        public var topicAuthorizedOperations: Int32 = .min

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&name, "name")
            try coder.uuid(&topicId, "topicId")
            try coder.bool(&isInternal, "isInternal")
            try coder.array(&partitions, "partitions")
            try coder.int32(&topicAuthorizedOperations, "topicAuthorizedOperations")
        }
    }

    public struct Cursor: WireStruct {
        public var topicName = ""
        public var partitionIndex: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&topicName, "topicName")
            try coder.int32(&partitionIndex, "partitionIndex")
        }
    }

    public struct Partition: WireStruct {
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        public var leaderId: Int32 = 0
        public var leaderEpoch: Int32 = -1
        public var replicaNodes: [Int32] = []
        public var inSyncReplicaNodes: [Int32] = []
        public var eligibleLeaderReplicas: [Int32]?
        public var lastKnownEligibleLeaderReplicas: [Int32]?
        public var offlineReplicas: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&leaderId, "leaderId")
            try coder.int32(&leaderEpoch, "leaderEpoch")
            try coder.array(&replicaNodes, "replicaNodes")
            try coder.array(&inSyncReplicaNodes, "inSyncReplicaNodes")
            try coder.nullableArray(&eligibleLeaderReplicas, "eligibleLeaderReplicas")
            try coder.nullableArray(&lastKnownEligibleLeaderReplicas, "lastKnownEligibleLeaderReplicas")
            try coder.array(&offlineReplicas, "offlineReplicas")
        }
    }
}
