// AlterClientQuotasRequest and AlterClientQuotasResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections from 1.

/// Sets and removes quotas.
public struct AlterClientQuotasRequest: WireRequest {
    public typealias Response = AlterClientQuotasResponse
    public static var apiKey: ApiKey { .alterClientQuotas }

    public var entries: [Entry] = []
    /// Whether to check alone and change nothing.
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&entries, "entries")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension AlterClientQuotasRequest {
    /// The changes to one entity's quotas.
    public struct Entry: WireStruct {
        public var entity: [Entity] = []
        public var operations: [Operation] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&entity, "entity")
            try coder.array(&operations, "operations")
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

    /// One change.
    public struct Operation: WireStruct {
        /// The quota's name, such as producer_byte_rate.
        public var key = ""
        public var value: Double = 0
        /// Whether to remove the quota; `value` then does not count.
        public var remove = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&key, "key")
            try coder.float64(&value, "value")
            try coder.bool(&remove, "remove")
        }
    }
}

/// The fate of every entry.
public struct AlterClientQuotasResponse: WireMessage {
    public static var apiKey: ApiKey { .alterClientQuotas }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var entries: [Entry] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&entries, "entries")
    }
}

extension AlterClientQuotasResponse {
    /// The fate of one entity's changes.
    public struct Entry: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var entity: [Entity] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.array(&entity, "entity")
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
}
