// InitProducerIdRequest and InitProducerIdResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 2.
// Version 6 is not served: Kafka 4.3 marks it unstable.

/// Asks for a producer id, for idempotent and transactional producers.
public struct InitProducerIdRequest: WireRequest {
    public typealias Response = InitProducerIdResponse
    public static var apiKey: ApiKey { .initProducerId }

    /// The name under which a producer's transactions survive its restarts.
    public var transactionalId: String?
    /// A transaction that is open for longer is aborted.
    public var transactionTimeoutMilliseconds: Int32 = 0
    /// -1: none.
    public var producerId: Int64 = -1
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = -1

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableString(&transactionalId, "transactionalId")
        try coder.int32(&transactionTimeoutMilliseconds, "transactionTimeoutMilliseconds")
        try coder.int64(&producerId, "producerId", from: 3)
        try coder.int16(&producerEpoch, "producerEpoch", from: 3)
    }
}

/// The id and epoch that the producer has to use.
public struct InitProducerIdResponse: WireMessage {
    public static var apiKey: ApiKey { .initProducerId }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// -1: none.
    public var producerId: Int64 = -1
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.int64(&producerId, "producerId")
        try coder.int16(&producerEpoch, "producerEpoch")
    }
}
