// ListOffsetsRequest and ListOffsetsResponse (source: Kafka's message definitions of these names), versions 1 to 11;
// compact lengths and tag sections from 6.

/// Request.
public struct ListOffsetsRequest: WireRequest {
    public typealias Response = ListOffsetsResponse
    public static var apiKey: ApiKey { .listOffsets }

    public var replicaId: Int32 = 0
    public var isolationLevel: Int8 = 0
    public var topics: [Topic] = []
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
        public var timestamp: Int64 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&currentLeaderEpoch, "currentLeaderEpoch", from: 4)
            try coder.int64(&timestamp, "timestamp")
        }
    }
}

/// Response.
public struct ListOffsetsResponse: WireMessage {
    public static var apiKey: ApiKey { .listOffsets }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 2)
        try coder.array(&topics, "topics")
    }
}

extension ListOffsetsResponse {
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
        public var timestamp: Int64 = -1
        public var offset: Int64 = -1
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
