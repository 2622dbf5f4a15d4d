// DescribeTopicPartitionsRequest and DescribeTopicPartitionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Asks for topics with their partitions, page by page.
public struct DescribeTopicPartitionsRequest: WireRequest {
    public typealias Response = DescribeTopicPartitionsResponse
    public static var apiKey: ApiKey { .describeTopicPartitions }

    public var topics: [Topic] = []
    /// The most partitions to answer with.
    public var responsePartitionLimit: Int32 = 2000
    /// Where to go on; null: at the beginning.
    public var cursor: Cursor?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&responsePartitionLimit, "responsePartitionLimit")
        try coder.nullableStructure(&cursor, "cursor")
    }
}

extension DescribeTopicPartitionsRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
        }
    }

    /// Where the next page starts.
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

/// One page of topics and partitions.
public struct DescribeTopicPartitionsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeTopicPartitions }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []
    /// Where the next page starts; null: this is the last.
    public var nextCursor: Cursor?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
        try coder.nullableStructure(&nextCursor, "nextCursor")
    }
}

extension DescribeTopicPartitionsResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var errorCode: Int16 = 0
        public var name: String?
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        /// Whether the broker keeps its own state in the topic.
        public var isInternal = false
        public var partitions: [Partition] = []
        /// One bit for each operation allowed; the lowest number: not asked for.
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

    /// Where the next page starts.
    public struct Cursor: WireStruct {
        public var topicName = ""
        public var partitionIndex: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&topicName, "topicName")
            try coder.int32(&partitionIndex, "partitionIndex")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        /// The leading broker; -1: none.
        public var leaderId: Int32 = 0
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = -1
        /// The brokers that have the partition.
        public var replicaNodes: [Int32] = []
        /// Those of them that are up to date.
        public var inSyncReplicaNodes: [Int32] = []
        /// Brokers out of sync that may lead without loss all the same; null: not known.
        public var eligibleLeaderReplicas: [Int32]?
        /// The last ones known to have been eligible; null: not known.
        public var lastKnownEligibleLeaderReplicas: [Int32]?
        /// Those of them that cannot serve it.
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
