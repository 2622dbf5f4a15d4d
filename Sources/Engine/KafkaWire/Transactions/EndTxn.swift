// EndTxnRequest and EndTxnResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 3.

/// Commits or aborts a transaction.
public struct EndTxnRequest: WireRequest {
    public typealias Response = EndTxnResponse
    public static var apiKey: ApiKey { .endTxn }

    /// The name under which a producer's transactions survive its restarts.
    public var transactionalId = ""
    /// -1: none.
    public var producerId: Int64 = 0
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = 0
    /// Whether to commit; otherwise the transaction is aborted.
    public var committed = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&transactionalId, "transactionalId")
        try coder.int64(&producerId, "producerId")
        try coder.int16(&producerEpoch, "producerEpoch")
        try coder.bool(&committed, "committed")
    }
}

/// Whether that was done.
public struct EndTxnResponse: WireMessage {
    public static var apiKey: ApiKey { .endTxn }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// -1: none.
    public var producerId: Int64 = -1
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = -1

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.int64(&producerId, "producerId", from: 5)
        try coder.int16(&producerEpoch, "producerEpoch", from: 5)
    }
}
