// CreateTopicsRequest and CreateTopicsResponse (source: Kafka's message definitions of these names), versions 2 to 7;
// compact lengths and tag sections from 5.

/// Request.
public struct CreateTopicsRequest: WireRequest {
    public typealias Response = CreateTopicsResponse
    public static var apiKey: ApiKey { .createTopics }

    public var topics: [Topic] = []
    public var timeoutMilliseconds: Int32 = 60000
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension CreateTopicsRequest {
    public struct Topic: WireStruct {
        public var name = ""
        public var partitionCount: Int32 = 0
        public var replicationFactor: Int16 = 0
        public var assignments: [ReplicaAssignment] = []
        public var configs: [Config] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int32(&partitionCount, "partitionCount")
            try coder.int16(&replicationFactor, "replicationFactor")
            try coder.array(&assignments, "assignments")
            try coder.array(&configs, "configs")
        }
    }

    public struct ReplicaAssignment: WireStruct {
        public var partitionIndex: Int32 = 0
        public var brokerIds: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.array(&brokerIds, "brokerIds")
        }
    }

    public struct Config: WireStruct {
        public var name = ""
        public var value: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
        }
    }
}

/// Response.
public struct CreateTopicsResponse: WireMessage {
    public static var apiKey: ApiKey { .createTopics }

    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension CreateTopicsResponse {
    public struct Topic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var topicConfigErrorCode: Int16 = 0
        public var partitionCount: Int32 = -1
        public var replicationFactor: Int16 = -1
        public var configs: [Config]?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.uuid(&topicId, "topicId", from: 7)
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.int32(&partitionCount, "partitionCount", from: 5)
            try coder.int16(&replicationFactor, "replicationFactor", from: 5)
            try coder.nullableArray(&configs, "configs", from: 5)
        }

        public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
            if try coder.tag(0, isSet: topicConfigErrorCode != 0) { try coder.int16(&topicConfigErrorCode, "topicConfigErrorCode") }
        }
    }

    public struct Config: WireStruct {
        public var name = ""
        public var value: String?
        public var readOnly = false
        public var configSource: Int8 = -1
        public var isSensitive = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
            try coder.bool(&readOnly, "readOnly")
            try coder.int8(&configSource, "configSource")
            try coder.bool(&isSensitive, "isSensitive")
        }
    }
}
