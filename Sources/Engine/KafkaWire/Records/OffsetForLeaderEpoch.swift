// OffsetForLeaderEpochRequest and OffsetForLeaderEpochResponse (source: Kafka's message definitions of these names), versions 2 to 4;
// compact lengths and tag sections from 4.

/// Asks where leader epochs ended, so that a consumer notices that what it read was cut off.
public struct OffsetForLeaderEpochRequest: WireRequest {
    public typealias Response = OffsetForLeaderEpochResponse
    public static var apiKey: ApiKey { .offsetForLeaderEpoch }

    /// The follower that asks; -1: a consumer, -2: not said.
    public var replicaId: Int32 = -2
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&replicaId, "replicaId", from: 3)
        try coder.array(&topics, "topics")
    }
}

extension OffsetForLeaderEpochRequest {
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
        /// The newest leader epoch that the client knows; -1: none. The broker refuses older and unknown ones.
        public var currentLeaderEpoch: Int32 = -1
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&currentLeaderEpoch, "currentLeaderEpoch")
            try coder.int32(&leaderEpoch, "leaderEpoch")
        }
    }
}

/// Where the epochs ended.
public struct OffsetForLeaderEpochResponse: WireMessage {
    public static var apiKey: ApiKey { .offsetForLeaderEpoch }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension OffsetForLeaderEpochResponse {
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
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = -1
        /// -1: not known.
        public var endOffset: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&leaderEpoch, "leaderEpoch")
            try coder.int64(&endOffset, "endOffset")
        }
    }
}
