// DeleteRecordsRequest and DeleteRecordsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Request.
public struct DeleteRecordsRequest: WireRequest {
    public typealias Response = DeleteRecordsResponse
    public static var apiKey: ApiKey { .deleteRecords }

    public var topics: [Topic] = []
    public var timeoutMilliseconds: Int32 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
    }
}

extension DeleteRecordsRequest {
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
        public var offset: Int64 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&offset, "offset")
        }
    }
}

/// Response.
public struct DeleteRecordsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteRecords }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension DeleteRecordsResponse {
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
        public var lowWatermark: Int64 = 0
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&lowWatermark, "lowWatermark")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
