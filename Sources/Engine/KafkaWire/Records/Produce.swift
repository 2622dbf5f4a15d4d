// ProduceRequest and ProduceResponse (source: Kafka's message definitions of these names), versions 3 to 13;
// compact lengths and tag sections from 9.
// Topics have names until 12 and ids from 13. The first bytes of the records are not looked at here.

/// Appends record batches to partitions.
public struct ProduceRequest: WireRequest {
    public typealias Response = ProduceResponse
    public static var apiKey: ApiKey { .produce }

    /// The producer's transactional id; null outside of transactions.
    public var transactionalId: String?
    /// Who must have the records before the broker answers: 0 nobody (there is no answer), 1 the leader, -1 all in-sync replicas.
    public var acks: Int16 = 0
    /// How long the broker may wait before it gives up.
    public var timeoutMilliseconds: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableString(&transactionalId, "transactionalId")
        try coder.int16(&acks, "acks")
        try coder.int32(&timeoutMilliseconds, "timeoutMilliseconds")
        try coder.array(&topics, "topics")
    }
}

extension ProduceRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 12)
            try coder.uuid(&topicId, "topicId", from: 13)
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is asked of one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        /// Whole record batches.
        public var records: WireRecords = .null

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.records(&records, "records")
        }
    }
}

/// Where the batches were appended, or why not. There is none for `acks` 0.
public struct ProduceResponse: WireMessage {
    public static var apiKey: ApiKey { .produce }

    public var topics: [Topic] = []
    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    /// Where the leaders named in `currentLeader` are reached.
    public var nodeEndpoints: [NodeEndpoint] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
    }

    public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
        if try coder.tag(0, isSet: !nodeEndpoints.isEmpty, from: 10) { try coder.array(&nodeEndpoints, "nodeEndpoints") }
    }
}

extension ProduceResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 12)
            try coder.uuid(&topicId, "topicId", from: 13)
            try coder.array(&partitions, "partitions")
        }
    }

    /// Where a leader that the response names is reached.
    public struct NodeEndpoint: WireStruct {
        public var nodeId: Int32 = 0
        public var host = ""
        public var port: Int32 = 0
        /// Where the broker runs; null: not said.
        public var rack: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&nodeId, "nodeId")
            try coder.string(&host, "host")
            try coder.int32(&port, "port")
            try coder.nullableString(&rack, "rack")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var errorCode: Int16 = 0
        /// The offset that the first record got.
        public var baseOffset: Int64 = 0
        /// The time that the broker gave the records, in milliseconds since 1970; -1 where they keep their own.
        public var logAppendTimeMilliseconds: Int64 = -1
        /// The first offset that the partition still has; -1: not known.
        public var logStartOffset: Int64 = -1
        /// The records for which the whole batch was refused.
        public var recordErrors: [RecordError] = []
        public var errorMessage: String?
        /// The leader to turn to after an error; -1 in both fields: not said.
        public var currentLeader = Leader()

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
            try coder.int64(&baseOffset, "baseOffset")
            try coder.int64(&logAppendTimeMilliseconds, "logAppendTimeMilliseconds")
            try coder.int64(&logStartOffset, "logStartOffset", from: 5)
            try coder.array(&recordErrors, "recordErrors", from: 8)
            try coder.nullableString(&errorMessage, "errorMessage", from: 8)
        }

        public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
            if try coder.tag(0, isSet: currentLeader != Leader(), from: 10) { try coder.structure(&currentLeader, "currentLeader") }
        }
    }

    /// Why one record was refused.
    public struct RecordError: WireStruct {
        /// The record's place in its batch, from 0.
        public var batchIndex: Int32 = 0
        /// For people; null when there is nothing to say.
        public var batchIndexErrorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&batchIndex, "batchIndex")
            try coder.nullableString(&batchIndexErrorMessage, "batchIndexErrorMessage")
        }
    }

    /// Who leads the partition now.
    public struct Leader: WireStruct {
        /// The leading broker; -1: none.
        public var leaderId: Int32 = -1
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&leaderId, "leaderId")
            try coder.int32(&leaderEpoch, "leaderEpoch")
        }
    }
}
