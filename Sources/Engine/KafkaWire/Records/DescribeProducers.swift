// DescribeProducersRequest and DescribeProducersResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct DescribeProducersRequest: WireRequest {
    public typealias Response = DescribeProducersResponse
    public static var apiKey: ApiKey { .describeProducers }

    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
    }
}

extension DescribeProducersRequest {
    public struct Topic: WireStruct {
        public var name = ""
        public var partitionIndexes: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitionIndexes, "partitionIndexes")
        }
    }
}

/// Response.
public struct DescribeProducersResponse: WireMessage {
    public static var apiKey: ApiKey { .describeProducers }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension DescribeProducersResponse {
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
        public var errorMessage: String?
        public var activeProducers: [Producer] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.array(&activeProducers, "activeProducers")
        }
    }

    public struct Producer: WireStruct {
        public var producerId: Int64 = 0
        public var producerEpoch: Int32 = 0
        public var lastSequence: Int32 = -1
        public var lastTimestamp: Int64 = -1
        public var coordinatorEpoch: Int32 = 0
        public var currentTransactionStartOffset: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int64(&producerId, "producerId")
            try coder.int32(&producerEpoch, "producerEpoch")
            try coder.int32(&lastSequence, "lastSequence")
            try coder.int64(&lastTimestamp, "lastTimestamp")
            try coder.int32(&coordinatorEpoch, "coordinatorEpoch")
            try coder.int64(&currentTransactionStartOffset, "currentTransactionStartOffset")
        }
    }
}
