// InitProducerIdRequest and InitProducerIdResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 2.

/// Request.
public struct InitProducerIdRequest: WireRequest {
    public typealias Response = InitProducerIdResponse
    public static var apiKey: ApiKey { .initProducerId }

    public var transactionalId: String?
    public var transactionTimeoutMilliseconds: Int32 = 0
    public var producerId: Int64 = -1
    public var producerEpoch: Int16 = -1

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableString(&transactionalId, "transactionalId")
        try coder.int32(&transactionTimeoutMilliseconds, "transactionTimeoutMilliseconds")
        try coder.int64(&producerId, "producerId", from: 3)
        try coder.int16(&producerEpoch, "producerEpoch", from: 3)
    }
}

/// Response.
public struct InitProducerIdResponse: WireMessage {
    public static var apiKey: ApiKey { .initProducerId }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var producerId: Int64 = -1
    public var producerEpoch: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.int64(&producerId, "producerId")
        try coder.int16(&producerEpoch, "producerEpoch")
    }
}
