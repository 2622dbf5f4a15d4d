// OffsetForLeaderEpochRequest and OffsetForLeaderEpochResponse (source: Kafka's message definitions of these names), versions 2 to 4;
// compact lengths and tag sections from 4.

/// Request.
public struct OffsetForLeaderEpochRequest: WireRequest {
    public typealias Response = OffsetForLeaderEpochResponse
    public static var apiKey: ApiKey { .offsetForLeaderEpoch }

    public var replicaId: Int32 = -2
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&replicaId, "replicaId", from: 3)
        try coder.array(&topics, "topics")
    }
}

extension OffsetForLeaderEpochRequest {
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
        public var currentLeaderEpoch: Int32 = -1
        public var leaderEpoch: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&currentLeaderEpoch, "currentLeaderEpoch")
            try coder.int32(&leaderEpoch, "leaderEpoch")
        }
    }
}

/// Response.
public struct OffsetForLeaderEpochResponse: WireMessage {
    public static var apiKey: ApiKey { .offsetForLeaderEpoch }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension OffsetForLeaderEpochResponse {
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
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        public var leaderEpoch: Int32 = -1
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
