// TxnOffsetCommitRequest and TxnOffsetCommitResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 3.

/// Request.
public struct TxnOffsetCommitRequest: WireRequest {
    public typealias Response = TxnOffsetCommitResponse
    public static var apiKey: ApiKey { .txnOffsetCommit }

    public var transactionalId = ""
    public var groupId = ""
    public var producerId: Int64 = 0
    public var producerEpoch: Int16 = 0
    public var generationId: Int32 = -1
    public var memberId = ""
    public var groupInstanceId: String?
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&transactionalId, "transactionalId")
        try coder.string(&groupId, "groupId")
        try coder.int64(&producerId, "producerId")
        try coder.int16(&producerEpoch, "producerEpoch")
        try coder.int32(&generationId, "generationId", from: 3)
        try coder.string(&memberId, "memberId", from: 3)
        try coder.nullableString(&groupInstanceId, "groupInstanceId", from: 3)
        try coder.array(&topics, "topics")
    }
}

extension TxnOffsetCommitRequest {
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
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
            try coder.int32(&committedLeaderEpoch, "committedLeaderEpoch", from: 2)
            try coder.nullableString(&committedMetadata, "committedMetadata")
        }
    }
}

/// Response.
public struct TxnOffsetCommitResponse: WireMessage {
    public static var apiKey: ApiKey { .txnOffsetCommit }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension TxnOffsetCommitResponse {
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
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
