// DeleteAclsRequest and DeleteAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Request.
public struct DeleteAclsRequest: WireRequest {
    public typealias Response = DeleteAclsResponse
    public static var apiKey: ApiKey { .deleteAcls }

    public var filters: [Filter] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&filters, "filters")
    }
}

extension DeleteAclsRequest {
    public struct Filter: WireStruct {
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
}

/// Response.
public struct DeleteAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteAcls }

    public var throttleTimeMilliseconds: Int32 = 0
    public var filterResults: [FilterResult] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&filterResults, "filterResults")
    }
}

extension DeleteAclsResponse {
    public struct FilterResult: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var matchingAcls: [MatchingAcl] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.array(&matchingAcls, "matchingAcls")
        }
    }

    public struct MatchingAcl: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var resourceType: Int8 = 0
        public var resourceName = ""
        public var patternType: Int8 = 3
        public var principal = ""
        public var host = ""
        public var operation: Int8 = 0
        public var permissionType: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.int8(&resourceType, "resourceType")
            try coder.string(&resourceName, "resourceName")
            try coder.int8(&patternType, "patternType")
            try coder.string(&principal, "principal")
            try coder.string(&host, "host")
            try coder.int8(&operation, "operation")
            try coder.int8(&permissionType, "permissionType")
        }
    }
}
