// CreateAclsRequest and CreateAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Creates access rules.
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
    /// One access rule to create.
    public struct Creation: WireStruct {
        /// 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
        public var resourceType: Int8 = 0
        public var resourceName = ""
        /// 3 the very name, 4 a prefix.
        public var resourcePatternType: Int8 = 3
        /// Such as "User:alice".
        public var principal = ""
        /// An address; "*" in access rules: any.
        public var host = ""
        /// 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action, 10 describe configs, 11 alter configs, 12 idempotent write; in filters 1: any.
        public var operation: Int8 = 0
        /// 2 deny, 3 allow; in filters 1: any.
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

/// The fate of every rule, in the order of the request.
public struct CreateAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .createAcls }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [Result] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension CreateAclsResponse {
    /// The fate of one item of the request.
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
