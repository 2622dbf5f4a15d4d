// DescribeClientQuotasRequest and DescribeClientQuotasResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections from 1.

/// Asks for the quotas that match all components.
public struct DescribeClientQuotasRequest: WireRequest {
    public typealias Response = DescribeClientQuotasResponse
    public static var apiKey: ApiKey { .describeClientQuotas }

    public var components: [Component] = []
    /// Whether the quota's entity may have no other parts.
    public var strict = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&components, "components")
        try coder.bool(&strict, "strict")
    }
}

extension DescribeClientQuotasRequest {
    /// What one part of a quota's entity has to match.
    public struct Component: WireStruct {
        /// "user", "client-id" or "ip".
        public var entityType = ""
        /// 0 exactly `match`, 1 the default entity, 2 any that is named.
        public var matchType: Int8 = 0
        /// Null where `matchType` needs none.
        public var match: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&entityType, "entityType")
            try coder.int8(&matchType, "matchType")
            try coder.nullableString(&match, "match")
        }
    }
}

/// The quotas found.
public struct DescribeClientQuotasResponse: WireMessage {
    public static var apiKey: ApiKey { .describeClientQuotas }

    /// How long the client should stay silent because it went over a quota.
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
    /// The quotas of one entity.
    public struct Entry: WireStruct {
        public var entity: [Entity] = []
        public var values: [Value] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&entity, "entity")
            try coder.array(&values, "values")
        }
    }

    /// One part of what a quota is for.
    public struct Entity: WireStruct {
        /// "user", "client-id" or "ip".
        public var entityType = ""
        /// Null: the default entity.
        public var entityName: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&entityType, "entityType")
            try coder.nullableString(&entityName, "entityName")
        }
    }

    /// One quota.
    public struct Value: WireStruct {
        /// The quota's name, such as producer_byte_rate.
        public var key = ""
        public var value: Double = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&key, "key")
            try coder.float64(&value, "value")
        }
    }
}
