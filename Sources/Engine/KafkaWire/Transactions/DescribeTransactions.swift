// DescribeTransactionsRequest and DescribeTransactionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Asks for the state of transactional ids.
public struct DescribeTransactionsRequest: WireRequest {
    public typealias Response = DescribeTransactionsResponse
    public static var apiKey: ApiKey { .describeTransactions }

    public var transactionalIds: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&transactionalIds, "transactionalIds")
    }
}

/// The transactions in full.
public struct DescribeTransactionsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeTransactions }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var transactionStates: [Transaction] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&transactionStates, "transactionStates")
    }
}

extension DescribeTransactionsResponse {
    /// One transactional id.
    public struct Transaction: WireStruct {
        public var errorCode: Int16 = 0
        /// The name under which a producer's transactions survive its restarts.
        public var transactionalId = ""
        /// Such as "Ongoing" or "CompleteCommit".
        public var transactionState = ""
        /// A transaction that is open for longer is aborted.
        public var transactionTimeoutMilliseconds: Int32 = 0
        /// In milliseconds since 1970; -1: no open transaction.
        public var transactionStartTimeMilliseconds: Int64 = 0
        /// -1: none.
        public var producerId: Int64 = 0
        /// Grows with every start of the producer; -1: none.
        public var producerEpoch: Int16 = 0
        public var topics: [Topic] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.string(&transactionalId, "transactionalId")
            try coder.string(&transactionState, "transactionState")
            try coder.int32(&transactionTimeoutMilliseconds, "transactionTimeoutMilliseconds")
            try coder.int64(&transactionStartTimeMilliseconds, "transactionStartTimeMilliseconds")
            try coder.int64(&producerId, "producerId")
            try coder.int16(&producerEpoch, "producerEpoch")
            try coder.array(&topics, "topics")
        }
    }

    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitions, "partitions")
        }
    }
}
