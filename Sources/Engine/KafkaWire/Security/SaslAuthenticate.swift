// SaslAuthenticateRequest and SaslAuthenticateResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Request.
public struct SaslAuthenticateRequest: WireRequest {
    public typealias Response = SaslAuthenticateResponse
    public static var apiKey: ApiKey { .saslAuthenticate }

    public var authenticationBytes: [UInt8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.bytes(&authenticationBytes, "authenticationBytes")
    }
}

/// Response.
public struct SaslAuthenticateResponse: WireMessage {
    public static var apiKey: ApiKey { .saslAuthenticate }

    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var authenticationBytes: [UInt8] = []
    public var sessionLifetimeMilliseconds: Int64 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.bytes(&authenticationBytes, "authenticationBytes")
        try coder.int64(&sessionLifetimeMilliseconds, "sessionLifetimeMilliseconds", from: 1)
    }
}
