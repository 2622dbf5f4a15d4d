// DescribeAclsRequest and DescribeAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Request.
public struct DescribeAclsRequest: WireRequest {
    public typealias Response = DescribeAclsResponse
    public static var apiKey: ApiKey { .describeAcls }

    public var resourceTypeFilter: Int8 = 0
    public var resourceNameFilter: String?
    public var patternTypeFilter: Int8 = 3
    public var principalFilter: String?
    public var hostFilter: String?
    public var operation: Int8 = 0
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

/// Response.
public struct DescribeAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeAcls }

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
    public struct Resource: WireStruct {
        public var resourceType: Int8 = 0
        public var resourceName = ""
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

    public struct Acl: WireStruct {
        public var principal = ""
        public var host = ""
        public var operation: Int8 = 0
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
