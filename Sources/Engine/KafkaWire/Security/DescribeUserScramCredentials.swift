// DescribeUserScramCredentialsRequest and DescribeUserScramCredentialsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct DescribeUserScramCredentialsRequest: WireRequest {
    public typealias Response = DescribeUserScramCredentialsResponse
    public static var apiKey: ApiKey { .describeUserScramCredentials }

    public var users: [User]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableArray(&users, "users")
    }
}

extension DescribeUserScramCredentialsRequest {
    public struct User: WireStruct {
        public var name = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
        }
    }
}

/// Response.
public struct DescribeUserScramCredentialsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeUserScramCredentials }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var results: [User] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.array(&results, "results")
    }
}

extension DescribeUserScramCredentialsResponse {
    public struct User: WireStruct {
        public var user = ""
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var credentials: [Credential] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&user, "user")
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.array(&credentials, "credentials")
        }
    }

    public struct Credential: WireStruct {
        public var mechanism: Int8 = 0
        public var iterations: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&mechanism, "mechanism")
            try coder.int32(&iterations, "iterations")
        }
    }
}
