// PushTelemetryRequest and PushTelemetryResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Sends the client's metrics (KIP-714).
public struct PushTelemetryRequest: WireRequest {
    public typealias Response = PushTelemetryResponse
    public static var apiKey: ApiKey { .pushTelemetry }

    /// Zero: the client has none yet.
    public var clientInstanceId: WireUUID = .zero
    public var subscriptionId: Int32 = 0
    /// Whether the client is about to stop.
    public var isTerminating = false
    /// By number as in record batches.
    public var compressionType: Int8 = 0
    /// OpenTelemetry's protocol buffers, compressed.
    public var metrics: [UInt8] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.uuid(&clientInstanceId, "clientInstanceId")
        try coder.int32(&subscriptionId, "subscriptionId")
        try coder.bool(&isTerminating, "isTerminating")
        try coder.int8(&compressionType, "compressionType")
        try coder.bytes(&metrics, "metrics")
    }
}

/// Whether the metrics were taken.
public struct PushTelemetryResponse: WireMessage {
    public static var apiKey: ApiKey { .pushTelemetry }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
    }
}
