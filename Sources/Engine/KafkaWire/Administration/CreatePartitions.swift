// CreatePartitionsRequest and CreatePartitionsResponse (source: Kafka's message definitions of these names), versions 0 to 3;
// compact lengths and tag sections from 2.

/// Gives topics more partitions.
public struct CreatePartitionsRequest: WireRequest {
    public typealias Response = CreatePartitionsResponse
    public static var apiKey: ApiKey { .createPartitions }

    public var topics: [Topic] = []
    /// How long the broker may wait before it gives up.
    public var timeoutMilliseconds: Int32 = 0
    /// Whether to check alone and change nothing.
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension CreatePartitionsRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// How many partitions the topic is to have in all.
        public var count: Int32 = 0
        /// Which brokers get the new partitions; null: the broker decides.
        public var assignments: [Assignment]?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int32(&count, "count")
            try coder.nullableArray(&assignments, "assignments")
        }
    }

    /// The brokers of one new partition.
    public struct Assignment: WireStruct {
        public var brokerIds: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&brokerIds, "brokerIds")
        }
    }
}

/// The fate of every topic.
public struct CreatePartitionsResponse: WireMessage {
    public static var apiKey: ApiKey { .createPartitions }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension CreatePartitionsResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var errorCode: Int16 = 0
        public var errorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
        }
    }
}
