// AlterUserScramCredentialsRequest and AlterUserScramCredentialsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Sets and removes the SCRAM passwords of users.
public struct AlterUserScramCredentialsRequest: WireRequest {
    public typealias Response = AlterUserScramCredentialsResponse
    public static var apiKey: ApiKey { .alterUserScramCredentials }

    public var deletions: [Deletion] = []
    public var upsertions: [Upsertion] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&deletions, "deletions")
        try coder.array(&upsertions, "upsertions")
    }
}

extension AlterUserScramCredentialsRequest {
    /// One mechanism to take from a user.
    public struct Deletion: WireStruct {
        public var name = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        public var mechanism: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int8(&mechanism, "mechanism")
        }
    }

    /// One password to set.
    public struct Upsertion: WireStruct {
        public var name = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        public var mechanism: Int8 = 0
        /// How often the password is hashed.
        public var iterations: Int32 = 0
        public var salt: [UInt8] = []
        /// The password, salted and hashed as RFC 5802 says.
        public var saltedPassword: [UInt8] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int8(&mechanism, "mechanism")
            try coder.int32(&iterations, "iterations")
            try coder.bytes(&salt, "salt")
            try coder.bytes(&saltedPassword, "saltedPassword")
        }
    }
}

/// The fate of every user.
public struct AlterUserScramCredentialsResponse: WireMessage {
    public static var apiKey: ApiKey { .alterUserScramCredentials }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [User] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension AlterUserScramCredentialsResponse {
    /// What is answered for one user.
    public struct User: WireStruct {
        public var user = ""
        public var errorCode: Int16 = 0
        public var errorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&user, "user")
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
        }
    }
}
