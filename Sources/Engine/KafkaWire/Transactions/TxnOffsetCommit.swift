// TxnOffsetCommitRequest and TxnOffsetCommitResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 3.

/// Stores positions of a group, to count when the transaction commits.
public struct TxnOffsetCommitRequest: WireRequest {
    public typealias Response = TxnOffsetCommitResponse
    public static var apiKey: ApiKey { .txnOffsetCommit }

    /// The name under which a producer's transactions survive its restarts.
    public var transactionalId = ""
    public var groupId = ""
    /// -1: none.
    public var producerId: Int64 = 0
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = 0
    /// The rebalance that the member took part in; -1: none.
    public var generationId: Int32 = -1
    /// The name that the coordinator gave the member; empty: none yet.
    public var memberId = ""
    /// The name that a static member gives itself (KIP-345); null: not static.
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
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
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
            try coder.int32(&committedLeaderEpoch, "committedLeaderEpoch", from: 2)
            try coder.nullableString(&committedMetadata, "committedMetadata")
        }
    }
}

/// The fate of every position.
public struct TxnOffsetCommitResponse: WireMessage {
    public static var apiKey: ApiKey { .txnOffsetCommit }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension TxnOffsetCommitResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
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
