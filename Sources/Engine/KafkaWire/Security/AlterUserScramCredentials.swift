// AlterUserScramCredentialsRequest and AlterUserScramCredentialsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
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
    public struct Deletion: WireStruct {
        public var name = ""
        public var mechanism: Int8 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.int8(&mechanism, "mechanism")
        }
    }

    public struct Upsertion: WireStruct {
        public var name = ""
        public var mechanism: Int8 = 0
        public var iterations: Int32 = 0
        public var salt: [UInt8] = []
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

/// Response.
public struct AlterUserScramCredentialsResponse: WireMessage {
    public static var apiKey: ApiKey { .alterUserScramCredentials }

    public var throttleTimeMilliseconds: Int32 = 0
    public var results: [User] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&results, "results")
    }
}

extension AlterUserScramCredentialsResponse {
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
