// CreateAclsRequest and CreateAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Request.
public struct CreateAclsRequest: WireRequest {
    public typealias Response = CreateAclsResponse
    public static var apiKey: ApiKey { .createAcls }

    public var creations: [Creation] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&creations, "creations")
    }
}

extension CreateAclsRequest {
    public struct Creation: WireStruct {
        public var resourceType: Int8 = 0
        public var resourceName = ""
        public var resourcePatternType: Int8 = 3
        public var principal = ""
        public var host = ""
        public var operation: Int8 = 0
        public var permissionType: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.int8(&resourcePatternType, "resourcePatternType")
            try coder.string(&principal, "principal")
            try coder.string(&host, "host")
            try coder.int8(&operation, "operation")
            try coder.int8(&permissionType, "permissionType")
        }
    }
}

/// Response.
public struct CreateAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .createAcls }

    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Result] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension CreateAclsResponse {
    public struct Result: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
        }
    }
}
