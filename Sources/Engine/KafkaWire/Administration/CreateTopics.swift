// CreateTopicsRequest and CreateTopicsResponse (source: Kafka's message definitions of these names), versions 2 to 7;
// compact lengths and tag sections from 5.

/// Creates topics.
public struct CreateTopicsRequest: WireRequest {
    public typealias Response = CreateTopicsResponse
    public static var apiKey: ApiKey { .createTopics }

    public var topics: [Topic] = []
    /// How long the broker may wait before it gives up.
    public var timeoutMilliseconds: Int32 = 60000
    /// Whether to check alone and change nothing.
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension CreateTopicsRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// -1: as the broker is set, or as `assignments` say.
        public var partitionCount: Int32 = 0
        /// -1: as the broker is set, or as `assignments` say.
        public var replicationFactor: Int16 = 0
        /// Which brokers get which partition; empty: the broker decides.
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

    /// The brokers of one new partition.
    public struct ReplicaAssignment: WireStruct {
        public var partitionIndex: Int32 = 0
        public var brokerIds: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.array(&brokerIds, "brokerIds")
        }
    }

    /// One setting.
    public struct Config: WireStruct {
        public var name = ""
        /// Null: none.
        public var value: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.nullableString(&value, "value")
        }
    }
}

/// The fate of every topic.
public struct CreateTopicsResponse: WireMessage {
    public static var apiKey: ApiKey { .createTopics }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension CreateTopicsResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        /// Why `configs` is null; 0: it is not.
        public var topicConfigErrorCode: Int16 = 0
        /// -1: as the broker is set, or as `assignments` say.
        public var partitionCount: Int32 = -1
        /// -1: as the broker is set, or as `assignments` say.
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

    /// One setting.
    public struct Config: WireStruct {
        public var name = ""
        /// Null: none.
        public var value: String?
        /// Whether the setting cannot be changed while the broker runs.
        public var readOnly = false
        /// Where the setting is made: 1 topic, 2 and 3 broker while running, 4 broker at start, 5 default, 6 broker logger, 7 client metrics, 8 group; -1: not known.
        public var configSource: Int8 = -1
        /// Whether the value is secret, and therefore null.
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
