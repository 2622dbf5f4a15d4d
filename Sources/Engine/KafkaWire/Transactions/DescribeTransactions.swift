// DescribeTransactionsRequest and DescribeTransactionsResponse (source: Kafka's message definitions of these names), version 0;
// with compact lengths and tag sections.

/// Request.
public struct DescribeTransactionsRequest: WireRequest {
    public typealias Response = DescribeTransactionsResponse
    public static var apiKey: ApiKey { .describeTransactions }

    public var transactionalIds: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&transactionalIds, "transactionalIds")
    }
}

/// Response.
public struct DescribeTransactionsResponse: WireMessage {
    public static var apiKey: ApiKey { .describeTransactions }

    public var throttleTimeMilliseconds: Int32 = 0
    public var transactionStates: [Transaction] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&transactionStates, "transactionStates")
    }
}

extension DescribeTransactionsResponse {
    public struct Transaction: WireStruct {
        public var errorCode: Int16 = 0
        public var transactionalId = ""
        public var transactionState = ""
        public var transactionTimeoutMilliseconds: Int32 = 0
        public var transactionStartTimeMilliseconds: Int64 = 0
        public var producerId: Int64 = 0
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
