// AddOffsetsToTxnRequest and AddOffsetsToTxnResponse (source: Kafka's message definitions of these names), versions 0 to 4;
// compact lengths and tag sections from 3.

/// Makes a group's positions part of a transaction.
public struct AddOffsetsToTxnRequest: WireRequest {
    public typealias Response = AddOffsetsToTxnResponse
    public static var apiKey: ApiKey { .addOffsetsToTxn }

    /// The name under which a producer's transactions survive its restarts.
    public var transactionalId = ""
    /// -1: none.
    public var producerId: Int64 = 0
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = 0
    public var groupId = ""

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&transactionalId, "transactionalId")
        try coder.int64(&producerId, "producerId")
        try coder.int16(&producerEpoch, "producerEpoch")
        try coder.string(&groupId, "groupId")
    }
}

/// Whether that was done.
public struct AddOffsetsToTxnResponse: WireMessage {
    public static var apiKey: ApiKey { .addOffsetsToTxn }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
    }
}
