// DeleteAclsRequest and DeleteAclsResponse (source: Kafka's message definitions of these names), versions 1 to 3;
// compact lengths and tag sections from 2.

/// Deletes the access rules that match filters.
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
    /// Which access rules to delete.
    public struct Filter: WireStruct {
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
}

/// The rules deleted, filter by filter in the order of the request.
public struct DeleteAclsResponse: WireMessage {
    public static var apiKey: ApiKey { .deleteAcls }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var filterResults: [FilterResult] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&filterResults, "filterResults")
    }
}

extension DeleteAclsResponse {
    /// What one filter deleted.
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

    /// One access rule that a filter matched.
    public struct MatchingAcl: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        /// 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
        public var resourceType: Int8 = 0
        public var resourceName = ""
        /// 3 the very name, 4 a prefix.
        public var patternType: Int8 = 3
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
