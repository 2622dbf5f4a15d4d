// AlterConfigsRequest and AlterConfigsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Request.
public struct AlterConfigsRequest: WireRequest {
    public typealias Response = AlterConfigsResponse
    public static var apiKey: ApiKey { .alterConfigs }

    public var resources: [Resource] = []
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&resources, "resources")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension AlterConfigsRequest {
    public struct Resource: WireStruct {
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
public struct AlterConfigsResponse: WireMessage {
    public static var apiKey: ApiKey { .alterConfigs }

    public var throttleTimeMilliseconds: Int32 = 0
    public var responses: [Resource] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&responses, "responses")
    }
}

extension AlterConfigsResponse {
    public struct Resource: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
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
