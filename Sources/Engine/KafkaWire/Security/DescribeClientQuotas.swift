// DescribeClientQuotasRequest and DescribeClientQuotasResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections from 1.

/// Request.
public struct DescribeClientQuotasRequest: WireRequest {
    public typealias Response = DescribeClientQuotasResponse
    public static var apiKey: ApiKey { .describeClientQuotas }

    public var components: [Component] = []
    public var strict = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&components, "components")
        try coder.bool(&strict, "strict")
    }
}

extension DescribeClientQuotasRequest {
    public struct Component: WireStruct {
        public var entityType = ""
        public var matchType: Int8 = 0
        public var match: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&entityType, "entityType")
            try coder.int8(&matchType, "matchType")
            try coder.nullableString(&match, "match")
        }
    }
}

/// Response.
public struct DescribeClientQuotasResponse: WireMessage {
    public static var apiKey: ApiKey { .describeClientQuotas }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var entries: [Entry]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.nullableArray(&entries, "entries")
    }
}

extension DescribeClientQuotasResponse {
    public struct Entry: WireStruct {
        public var entity: [Entity] = []
        public var values: [Value] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&entity, "entity")
            try coder.array(&values, "values")
        }
    }

    public struct Entity: WireStruct {
        public var entityType = ""
        public var entityName: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&entityType, "entityType")
            try coder.nullableString(&entityName, "entityName")
        }
    }

    public struct Value: WireStruct {
        public var key = ""
        public var value: Double = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&key, "key")
            try coder.float64(&value, "value")
        }
    }
}
