// ListTransactionsRequest and ListTransactionsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections in all of them.

/// Asks which transactional ids there are.
public struct ListTransactionsRequest: WireRequest {
    public typealias Response = ListTransactionsResponse
    public static var apiKey: ApiKey { .listTransactions }

    /// Only those in these states; empty: all.
    public var stateFilters: [String] = []
    /// Only those of these producers; empty: all.
    public var producerIdFilters: [Int64] = []
    /// Only those open for longer; negative: all.
    public var durationFilterMilliseconds: Int64 = -1
    /// A regular expression; null: all.
    public var transactionalIdPattern: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&stateFilters, "stateFilters")
        try coder.array(&producerIdFilters, "producerIdFilters")
        try coder.int64(&durationFilterMilliseconds, "durationFilterMilliseconds", from: 1)
        try coder.nullableString(&transactionalIdPattern, "transactionalIdPattern", from: 2)
    }
}

/// The transactions in short.
public struct ListTransactionsResponse: WireMessage {
    public static var apiKey: ApiKey { .listTransactions }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// States of the request that there are none of.
    public var unknownStateFilters: [String] = []
    public var transactionStates: [Transaction] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.array(&unknownStateFilters, "unknownStateFilters")
        try coder.array(&transactionStates, "transactionStates")
    }
}

extension ListTransactionsResponse {
    /// One transactional id.
    public struct Transaction: WireStruct {
        /// The name under which a producer's transactions survive its restarts.
        public var transactionalId = ""
        /// -1: none.
        public var producerId: Int64 = 0
        /// Such as "Ongoing" or "CompleteCommit".
        public var transactionState = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&transactionalId, "transactionalId")
            try coder.int64(&producerId, "producerId")
            try coder.string(&transactionState, "transactionState")
        }
    }
}
