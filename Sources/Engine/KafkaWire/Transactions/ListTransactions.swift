// ListTransactionsRequest and ListTransactionsResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections in all of them.

/// Request.
public struct ListTransactionsRequest: WireRequest {
    public typealias Response = ListTransactionsResponse
    public static var apiKey: ApiKey { .listTransactions }

    public var stateFilters: [String] = []
    public var producerIdFilters: [Int64] = []
    public var durationFilterMilliseconds: Int64 = -1
    public var transactionalIdPattern: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&stateFilters, "stateFilters")
        try coder.array(&producerIdFilters, "producerIdFilters")
        try coder.int64(&durationFilterMilliseconds, "durationFilterMilliseconds", from: 1)
        try coder.nullableString(&transactionalIdPattern, "transactionalIdPattern", from: 2)
    }
}

/// Response.
public struct ListTransactionsResponse: WireMessage {
    public static var apiKey: ApiKey { .listTransactions }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
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
    public struct Transaction: WireStruct {
        public var transactionalId = ""
        public var producerId: Int64 = 0
        public var transactionState = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&transactionalId, "transactionalId")
            try coder.int64(&producerId, "producerId")
            try coder.string(&transactionState, "transactionState")
        }
    }
}
