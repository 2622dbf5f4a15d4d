// SaslAuthenticateRequest and SaslAuthenticateResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections from 2.

/// Carries one message of the SASL exchange from the client.
public struct SaslAuthenticateRequest: WireRequest {
    public typealias Response = SaslAuthenticateResponse
    public static var apiKey: ApiKey { .saslAuthenticate }

    /// The mechanism's own message.
    public var authenticationBytes: [UInt8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.bytes(&authenticationBytes, "authenticationBytes")
    }
}

/// The server's message of the SASL exchange.
public struct SaslAuthenticateResponse: WireMessage {
    public static var apiKey: ApiKey { .saslAuthenticate }

    public var errorCode: Int16 = 0
    public var errorMessage: String?
    /// The mechanism's own message.
    public var authenticationBytes: [UInt8] = []
    /// When the client has to log in again; 0: never.
    public var sessionLifetimeMilliseconds: Int64 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.bytes(&authenticationBytes, "authenticationBytes")
        try coder.int64(&sessionLifetimeMilliseconds, "sessionLifetimeMilliseconds", from: 1)
    }
}
