// DeleteTopicsRequest and DeleteTopicsResponse (source: Kafka's message definitions of these names), versions 1 to 6;
// compact lengths and tag sections from 4.
// Names alone until 5, names or ids from 6.

/// Deletes topics.
public struct DeleteTopicsRequest: WireRequest {
    public typealias Response = DeleteTopicsResponse
    public static var apiKey: ApiKey { .deleteTopics }

    public var topics: [Topic] = []
    public var topicNames: [String] = []
    /// How long the broker may wait before it gives up.
    public var timeoutMilliseconds: Int32 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics", from: 6)
        try coder.array(&topicNames, "topicNames", until: 5)
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
    }
}

extension DeleteTopicsRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name: String?
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.nullableString(&name, "name")
            try coder.uuid(&topicId, "topicId")
        }
    }
}

/// The fate of every topic.
public struct DeleteTopicsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteTopics }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension DeleteTopicsResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        /// Null for an id that is unknown; that cannot be written below version 6.
        public var name: String? = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var errorCode: Int16 = 0
        public var errorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.nullableString(&name, "name", nullableFrom: 6)
            try coder.uuid(&topicId, "topicId", from: 6)
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage", from: 5)
        }
    }
}
