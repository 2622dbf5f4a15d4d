// DescribeProducersRequest and DescribeProducersResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Asks which producers wrote to partitions of late.
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
    /// What is asked of one topic.
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

/// The producers that the partitions remember.
public struct DescribeProducersResponse: WireMessage {
    public static var apiKey: ApiKey { .describeProducers }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension DescribeProducersResponse {
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

    /// One producer that wrote to the partition.
    public struct Producer: WireStruct {
        /// -1: none.
        public var producerId: Int64 = 0
        /// Grows with every start of the producer; -1: none.
        public var producerEpoch: Int32 = 0
        /// Of the last batch; -1: none.
        public var lastSequence: Int32 = -1
        /// Of the last batch, in milliseconds since 1970; -1: none.
        public var lastTimestamp: Int64 = -1
        public var coordinatorEpoch: Int32 = 0
        /// -1: no open transaction.
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
