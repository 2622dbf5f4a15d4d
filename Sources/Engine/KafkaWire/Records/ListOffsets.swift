// ListOffsetsRequest and ListOffsetsResponse (source: Kafka's message definitions of these names), versions 1 to 11;
// compact lengths and tag sections from 6.
// Special timestamps: -1 the end, -2 the beginning, -3 the record of the highest timestamp (from 7), -4 the beginning of what is on the
// broker's own disk (from 8), -5 the end of what is in remote storage (from 9), -6 the next offset to be moved there (from 11).

/// Asks for the offset that belongs to a timestamp, or for the first or last one.
public struct ListOffsetsRequest: WireRequest {
    public typealias Response = ListOffsetsResponse
    public static var apiKey: ApiKey { .listOffsets }

    /// The follower that asks; -1: a consumer.
    public var replicaId: Int32 = 0
    /// 0: read uncommitted, 1: read committed.
    public var isolationLevel: Int8 = 0
    public var topics: [Topic] = []
    /// How long the broker may wait before it gives up.
    public var timeoutMilliseconds: Int32 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&replicaId, "replicaId")
        try coder.int8(&isolationLevel, "isolationLevel", from: 2)
        try coder.array(&topics, "topics")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds", from: 10)
    }
}

extension ListOffsetsRequest {
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
        /// In milliseconds since 1970; negative ones have special meanings.
        public var timestamp: Int64 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&currentLeaderEpoch, "currentLeaderEpoch", from: 4)
            try coder.int64(&timestamp, "timestamp")
        }
    }
}

/// The offsets found.
public struct ListOffsetsResponse: WireMessage {
    public static var apiKey: ApiKey { .listOffsets }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 2)
        try coder.array(&topics, "topics")
    }
}

extension ListOffsetsResponse {
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
        /// That of the record found, in milliseconds since 1970; -1: none.
        public var timestamp: Int64 = -1
        /// -1: none.
        public var offset: Int64 = -1
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
            try coder.int64(&timestamp, "timestamp")
            try coder.int64(&offset, "offset")
            try coder.int32(&leaderEpoch, "leaderEpoch", from: 4)
        }
    }
}
