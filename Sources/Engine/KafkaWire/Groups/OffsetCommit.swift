// OffsetCommitRequest and OffsetCommitResponse (source: Kafka's message definitions of these names), versions 2 to 10;
// compact lengths and tag sections from 8.

/// Request.
public struct OffsetCommitRequest: WireRequest {
    public typealias Response = OffsetCommitResponse
    public static var apiKey: ApiKey { .offsetCommit }

    public var groupId = ""
    public var generationIdOrMemberEpoch: Int32 = -1
    public var memberId = ""
    public var groupInstanceId: String?
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
    public struct Topic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitions, "partitions")
        }
    }

    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var committedOffset: Int64 = 0
        public var committedLeaderEpoch: Int32 = -1
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

/// Response.
public struct OffsetCommitResponse: WireMessage {
    public static var apiKey: ApiKey { .offsetCommit }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 3)
        try coder.array(&topics, "topics")
    }
}

extension OffsetCommitResponse {
    public struct Topic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitions, "partitions")
        }
    }

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
