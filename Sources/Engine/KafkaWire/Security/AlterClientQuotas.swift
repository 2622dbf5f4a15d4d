// AlterClientQuotasRequest and AlterClientQuotasResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections from 1.

/// Request.
public struct AlterClientQuotasRequest: WireRequest {
    public typealias Response = AlterClientQuotasResponse
    public static var apiKey: ApiKey { .alterClientQuotas }

    public var entries: [Entry] = []
    public var validateOnly = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&entries, "entries")
        try coder.bool(&validateOnly, "validateOnly")
    }
}

extension AlterClientQuotasRequest {
    public struct Entry: WireStruct {
        public var entity: [Entity] = []
        public var operations: [Operation] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&entity, "entity")
            try coder.array(&operations, "operations")
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

    public struct Operation: WireStruct {
        public var key = ""
        public var value: Double = 0
        public var remove = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&key, "key")
            try coder.float64(&value, "value")
            try coder.bool(&remove, "remove")
        }
    }
}

/// Response.
public struct AlterClientQuotasResponse: WireMessage {
    public static var apiKey: ApiKey { .alterClientQuotas }

    public var throttleTimeMilliseconds: Int32 = 0
    public var entries: [Entry] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&entries, "entries")
    }
}

extension AlterClientQuotasResponse {
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

    public struct Entity: WireStruct {
        public var entityType = ""
        public var entityName: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&entityType, "entityType")
            try coder.nullableString(&entityName, "entityName")
        }
    }
}
