// AddPartitionsToTxnRequest and AddPartitionsToTxnResponse (source: Kafka's message definitions of these names), versions 0 to 5;
// compact lengths and tag sections from 3.
// One transaction in the message itself until 3, any number in `transactions` from 4 (which brokers use among themselves).

/// Makes partitions part of a transaction before it writes to them.
public struct AddPartitionsToTxnRequest: WireRequest {
    public typealias Response = AddPartitionsToTxnResponse
    public static var apiKey: ApiKey { .addPartitionsToTxn }

    public var transactions: [Transaction] = []
    /// The name under which a producer's transactions survive its restarts.
    public var transactionalId = ""
    /// -1: none.
    public var producerId: Int64 = 0
    /// Grows with every start of the producer; -1: none.
    public var producerEpoch: Int16 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&transactions, "transactions", from: 4)
        try coder.string(&transactionalId, "transactionalId", until: 3)
        try coder.int64(&producerId, "producerId", until: 3)
        try coder.int16(&producerEpoch, "producerEpoch", until: 3)
        try coder.array(&topics, "topics", until: 3)
    }
}

extension AddPartitionsToTxnRequest {
    /// One transactional id.
    public struct Transaction: WireStruct {
        /// The name under which a producer's transactions survive its restarts.
        public var transactionalId = ""
        /// -1: none.
        public var producerId: Int64 = 0
        /// Grows with every start of the producer; -1: none.
        public var producerEpoch: Int16 = 0
        /// Whether to check alone that the partitions are part of the transaction.
        public var verifyOnly = false
        public var topics: [Topic] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&transactionalId, "transactionalId")
            try coder.int64(&producerId, "producerId")
            try coder.int16(&producerEpoch, "producerEpoch")
            try coder.bool(&verifyOnly, "verifyOnly")
            try coder.array(&topics, "topics")
        }
    }

    /// What is asked of one topic.
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

/// The fate of every partition.
public struct AddPartitionsToTxnResponse: WireMessage {
    public static var apiKey: ApiKey { .addPartitionsToTxn }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var transactions: [Transaction] = []
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode", from: 4)
        try coder.array(&transactions, "transactions", from: 4)
        try coder.array(&topics, "topics", until: 3)
    }
}

extension AddPartitionsToTxnResponse {
    /// One transactional id.
    public struct Transaction: WireStruct {
        /// The name under which a producer's transactions survive its restarts.
        public var transactionalId = ""
        public var topics: [Topic] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&transactionalId, "transactionalId")
            try coder.array(&topics, "topics")
        }
    }

    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
