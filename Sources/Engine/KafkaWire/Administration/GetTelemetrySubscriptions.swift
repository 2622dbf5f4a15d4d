// GetTelemetrySubscriptionsRequest and GetTelemetrySubscriptionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Asks which of its metrics the client should send (KIP-714).
public struct GetTelemetrySubscriptionsRequest: WireRequest {
    public typealias Response = GetTelemetrySubscriptionsResponse
    public static var apiKey: ApiKey { .getTelemetrySubscriptions }

    /// Zero: the client has none yet.
    public var clientInstanceId: WireUUID = .zero

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.uuid(&clientInstanceId, "clientInstanceId")
    }
}

/// The metrics that are wanted.
public struct GetTelemetrySubscriptionsResponse: WireMessage {
    public static var apiKey: ApiKey { .getTelemetrySubscriptions }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// Zero: the client has none yet.
    public var clientInstanceId: WireUUID = .zero
    public var subscriptionId: Int32 = 0
    /// By number as in record batches, the best first.
    public var acceptedCompressionTypes: [Int8] = []
    /// How often to send.
    public var pushIntervalMilliseconds: Int32 = 0
    /// The most bytes of one sending.
    public var telemetryMaxBytes: Int32 = 0
    /// Whether counters are sent as differences.
    public var isDeltaTemporality = false
    /// Beginnings of names; empty: none, one empty text: all.
    public var requestedMetrics: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.uuid(&clientInstanceId, "clientInstanceId")
        try coder.int32(&subscriptionId, "subscriptionId")
        try coder.array(&acceptedCompressionTypes, "acceptedCompressionTypes")
        try coder.int32(&pushIntervalMilliseconds, "pushIntervalMilliseconds")
        try coder.int32(&telemetryMaxBytes, "telemetryMaxBytes")
        try coder.bool(&isDeltaTemporality, "isDeltaTemporality")
        try coder.array(&requestedMetrics, "requestedMetrics")
    }
}
