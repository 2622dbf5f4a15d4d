// AlterConfigsRequest and AlterConfigsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Replaces all settings of each resource named.
public struct AlterConfigsRequest: WireRequest {
    public typealias Response = AlterConfigsResponse
    public static var apiKey: ApiKey { .alterConfigs }

    public var resources: [Resource] = []
    /// Whether to check alone and change nothing.
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&resources, "resources")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension AlterConfigsRequest {
    /// What is asked of one resource.
    public struct Resource: WireStruct {
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        public var resourceType: Int8 = 0
        public var resourceName = ""
        public var configs: [Config] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.array(&configs, "configs")
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

/// The fate of every resource.
public struct AlterConfigsResponse: WireMessage {
    public static var apiKey: ApiKey { .alterConfigs }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var responses: [Resource] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&responses, "responses")
    }
}

extension AlterConfigsResponse {
    /// What is answered for one resource.
    public struct Resource: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        public var resourceType: Int8 = 0
        public var resourceName = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
        }
    }
}
