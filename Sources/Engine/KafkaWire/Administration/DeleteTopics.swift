// DeleteTopicsRequest and DeleteTopicsResponse (source: Kafka's message definitions of these names), versions 1 to 6;
// compact lengths and tag sections from 4.

/// Request.
public struct DeleteTopicsRequest: WireRequest {
    public typealias Response = DeleteTopicsResponse
    public static var apiKey: ApiKey { .deleteTopics }

    public var topics: [Topic] = []
    public var topicNames: [String] = []
    public var timeoutMilliseconds: Int32 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics", from: 6)
        try coder.array(&topicNames, "topicNames", until: 5)
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
    }
}

extension DeleteTopicsRequest {
    public struct Topic: WireStruct {
        public var name: String?
        public var topicId: WireUUID = .zero

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.nullableString(&name, "name")
            try coder.uuid(&topicId, "topicId")
        }
    }
}

/// Response.
public struct DeleteTopicsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteTopics }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension DeleteTopicsResponse {
    public struct Topic: WireStruct {
        public var name: String? = ""
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
