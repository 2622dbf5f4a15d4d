// DescribeAclsRequest and DescribeAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Asks for the access rules that match a filter.
public struct DescribeAclsRequest: WireRequest {
    public typealias Response = DescribeAclsResponse
    public static var apiKey: ApiKey { .describeAcls }

    /// As in the access rules; 1: any.
    public var resourceTypeFilter: Int8 = 0
    /// Null: any.
    public var resourceNameFilter: String?
    /// 1 any, 2 whatever matches the name, 3 the very name, 4 a prefix.
    public var patternTypeFilter: Int8 = 3
    /// Null: any.
    public var principalFilter: String?
    /// Null: any.
    public var hostFilter: String?
    /// 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, 9 cluster action, 10 describe configs, 11 alter configs, 12 idempotent write; in filters 1: any.
    public var operation: Int8 = 0
    /// 2 deny, 3 allow; in filters 1: any.
    public var permissionType: Int8 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int8(&resourceTypeFilter, "resourceTypeFilter")
        try coder.nullableString(&resourceNameFilter, "resourceNameFilter")
        try coder.int8(&patternTypeFilter, "patternTypeFilter")
        try coder.nullableString(&principalFilter, "principalFilter")
        try coder.nullableString(&hostFilter, "hostFilter")
        try coder.int8(&operation, "operation")
        try coder.int8(&permissionType, "permissionType")
    }
}

/// The access rules found.
public struct DescribeAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeAcls }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var resources: [Resource] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.array(&resources, "resources")
    }
}

extension DescribeAclsResponse {
    /// The access rules of one resource.
    public struct Resource: WireStruct {
        /// 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
        public var resourceType: Int8 = 0
        public var resourceName = ""
        /// 3 the very name, 4 a prefix.
        public var patternType: Int8 = 3
        public var acls: [Acl] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.int8(&patternType, "patternType")
            try coder.array(&acls, "acls")
        }
    }

    /// One access rule of a resource.
    public struct Acl: WireStruct {
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
            try coder.string(&principal, "principal")
            try coder.string(&host, "host")
            try coder.int8(&operation, "operation")
            try coder.int8(&permissionType, "permissionType")
        }
    }
}
