// PushTelemetryRequest and PushTelemetryResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct PushTelemetryRequest: WireRequest {
    public typealias Response = PushTelemetryResponse
    public static var apiKey: ApiKey { .pushTelemetry }

    public var clientInstanceId: WireUUID = .zero
    public var subscriptionId: Int32 = 0
    public var isTerminating = false
    public var compressionType: Int8 = 0
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

/// Response.
public struct PushTelemetryResponse: WireMessage {
    public static var apiKey: ApiKey { .pushTelemetry }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
    }
}
