// SaslHandshakeRequest and SaslHandshakeResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// plain lengths in all of them.

/// Names the SASL mechanism that the client wants to log in with.
public struct SaslHandshakeRequest: WireRequest {
    public typealias Response = SaslHandshakeResponse
    public static var apiKey: ApiKey { .saslHandshake }

    /// Such as "PLAIN" or "SCRAM-SHA-256".
    public var mechanism = ""

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&mechanism, "mechanism")
    }
}

/// Whether the mechanism is offered, and which are.
public struct SaslHandshakeResponse: WireMessage {
    public static var apiKey: ApiKey { .saslHandshake }

    public var errorCode: Int16 = 0
    /// Those that the broker offers.
    public var mechanisms: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&mechanisms, "mechanisms")
    }
}
