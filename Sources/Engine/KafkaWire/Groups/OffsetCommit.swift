// OffsetCommitRequest and OffsetCommitResponse (source: Kafka's message definitions of these names), versions 2 to 10;
// compact lengths and tag sections from 8.
// Topics have names until 9 and ids from 10.

/// Stores the positions of a consumer group.
public struct OffsetCommitRequest: WireRequest {
    public typealias Response = OffsetCommitResponse
    public static var apiKey: ApiKey { .offsetCommit }

    public var groupId = ""
    /// The generation in classic groups, the member's epoch in those of KIP-848; -1: the committer is no member.
    public var generationIdOrMemberEpoch: Int32 = -1
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The name that a static member gives itself (KIP-345); null: not static.
    public var groupInstanceId: String?
    /// How long to keep the position; -1: as the broker is set.
    public var retentionTimeMilliseconds: Int64 = -1
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId")
        try coder.int32(&generationIdOrMemberEpoch, "generationIdOrMemberEpoch")
        try coder.string(&memberId, "memberId")
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 7)
        try coder.int64(&retentionTimeMilliseconds, "retentionTimeMilliseconds", until: 4)
        try coder.array(&topics, "topics")
    }
}

extension OffsetCommitRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is asked of one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        /// The next offset that the group will read; -1: none.
        public var committedOffset: Int64 = 0
        /// The epoch of the last record that was read; -1: not known.
        public var committedLeaderEpoch: Int32 = -1
        /// The client's own words.
        public var committedMetadata: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&committedOffset, "committedOffset")
            try coder.int32(&committedLeaderEpoch, "committedLeaderEpoch", from: 6)
            try coder.nullableString(&committedMetadata, "committedMetadata")
        }
    }
}

/// The fate of every position.
public struct OffsetCommitResponse: WireMessage {
    public static var apiKey: ApiKey { .offsetCommit }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 3)
        try coder.array(&topics, "topics")
    }
}

extension OffsetCommitResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
