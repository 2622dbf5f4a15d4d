// DescribeUserScramCredentialsRequest and DescribeUserScramCredentialsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Asks which users can log in with SCRAM.
public struct DescribeUserScramCredentialsRequest: WireRequest {
    public typealias Response = DescribeUserScramCredentialsResponse
    public static var apiKey: ApiKey { .describeUserScramCredentials }

    /// Null or empty: all users.
    public var users: [User]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableArray(&users, "users")
    }
}

extension DescribeUserScramCredentialsRequest {
    /// One user that is asked for.
    public struct User: WireStruct {
        public var name = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
        }
    }
}

/// The mechanisms of every user.
public struct DescribeUserScramCredentialsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeUserScramCredentials }

    /// How long the client should stay silent because it went over a quota.
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
    /// What is answered for one user.
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

    /// One mechanism that the user can log in with.
    public struct Credential: WireStruct {
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        public var mechanism: Int8 = 0
        /// How often the password is hashed.
        public var iterations: Int32 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int8(&mechanism, "mechanism")
            try coder.int32(&iterations, "iterations")
        }
    }
}
