// GetTelemetrySubscriptionsRequest and GetTelemetrySubscriptionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct GetTelemetrySubscriptionsRequest: WireRequest {
    public typealias Response = GetTelemetrySubscriptionsResponse
    public static var apiKey: ApiKey { .getTelemetrySubscriptions }

    public var clientInstanceId: WireUUID = .zero

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.uuid(&clientInstanceId, "clientInstanceId")
    }
}

/// Response.
public struct GetTelemetrySubscriptionsResponse: WireMessage {
    public static var apiKey: ApiKey { .getTelemetrySubscriptions }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var clientInstanceId: WireUUID = .zero
    public var subscriptionId: Int32 = 0
    public var acceptedCompressionTypes: [Int8] = []
    public var pushIntervalMilliseconds: Int32 = 0
    public var telemetryMaxBytes: Int32 = 0
    public var isDeltaTemporality = false
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
