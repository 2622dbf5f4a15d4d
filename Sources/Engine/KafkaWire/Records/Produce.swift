// ProduceRequest and ProduceResponse (source: Kafka's message definitions of these names), versions 3 to 13;
// compact lengths and tag sections from 9.

/// Request.
public struct ProduceRequest: WireRequest {
    public typealias Response = ProduceResponse
    public static var apiKey: ApiKey { .produce }

    public var transactionalId: String?
    public var acks: Int16 = 0
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
    public struct Topic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 12)
            try coder.uuid(&topicId, "topicId", from: 13)
            try coder.array(&partitions, "partitions")
        }
    }

    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var records: WireRecords = .null

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.records(&records, "records")
        }
    }
}

/// Response.
public struct ProduceResponse: WireMessage {
    public static var apiKey: ApiKey { .produce }

    public var topics: [Topic] = []
    public var throttleTimeMilliseconds: Int32 = 0
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
    public struct Topic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 12)
            try coder.uuid(&topicId, "topicId", from: 13)
            try coder.array(&partitions, "partitions")
        }
    }

    public struct NodeEndpoint: WireStruct {
        public var nodeId: Int32 = 0
        public var host = ""
        public var port: Int32 = 0
        public var rack: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&nodeId, "nodeId")
            try coder.string(&host, "host")
            try coder.int32(&port, "port")
            try coder.nullableString(&rack, "rack")
        }
    }

    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var errorCode: Int16 = 0
        public var baseOffset: Int64 = 0
        public var logAppendTimeMilliseconds: Int64 = -1
        public var logStartOffset: Int64 = -1
        public var recordErrors: [RecordError] = []
        public var errorMessage: String?
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

    public struct RecordError: WireStruct {
        public var batchIndex: Int32 = 0
        public var batchIndexErrorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&batchIndex, "batchIndex")
            try coder.nullableString(&batchIndexErrorMessage, "batchIndexErrorMessage")
        }
    }

    public struct Leader: WireStruct {
        public var leaderId: Int32 = -1
        public var leaderEpoch: Int32 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&leaderId, "leaderId")
            try coder.int32(&leaderEpoch, "leaderEpoch")
        }
    }
}
