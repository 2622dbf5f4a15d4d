// FetchRequest and FetchResponse (source: Kafka's message definitions of these names), versions 4 to 18;
// compact lengths and tag sections from 12.

/// Request.
public struct FetchRequest: WireRequest {
    public typealias Response = FetchResponse
    public static var apiKey: ApiKey { .fetch }

    public var clusterId: String?
    public var replicaId: Int32 = -1
    public var replicaState = ReplicaState()
    public var maxWaitMilliseconds: Int32 = 0
    public var minBytes: Int32 = 0
    public var maxBytes: Int32 = .max
    public var isolationLevel: Int8 = 0
    public var sessionId: Int32 = 0
    public var sessionEpoch: Int32 = -1
    public var topics: [Topic] = []
    public var forgottenTopics: [ForgottenTopic] = []
    public var rackId = ""

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&replicaId, "replicaId", until: 14)
        try coder.int32(&maxWaitMilliseconds, "maxWaitMilliseconds")
        try coder.int32(&minBytes, "minBytes")
        try coder.int32(&maxBytes, "maxBytes")
        try coder.int8(&isolationLevel, "isolationLevel")
        try coder.int32(&sessionId, "sessionId", from: 7)
        try coder.int32(&sessionEpoch, "sessionEpoch", from: 7)
        try coder.array(&topics, "topics")
        try coder.array(&forgottenTopics, "forgottenTopics", from: 7)
        try coder.string(&rackId, "rackId", from: 11)
    }

    public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
        if try coder.tag(0, isSet: clusterId != nil) { try coder.nullableString(&clusterId, "clusterId") }
        if try coder.tag(1, isSet: replicaState != ReplicaState(), from: 15) { try coder.structure(&replicaState, "replicaState") }
    }
}

extension FetchRequest {
    public struct ReplicaState: WireStruct {
        public var replicaId: Int32 = -1
        public var replicaEpoch: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&replicaId, "replicaId")
            try coder.int64(&replicaEpoch, "replicaEpoch")
        }
    }

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

    public struct ForgottenTopic: WireStruct {
        public var name = ""
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 12)
            try coder.uuid(&topicId, "topicId", from: 13)
            try coder.array(&partitions, "partitions")
        }
    }

    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        public var currentLeaderEpoch: Int32 = -1
        public var fetchOffset: Int64 = 0
        public var lastFetchedEpoch: Int32 = -1
        public var logStartOffset: Int64 = -1
        public var partitionMaxBytes: Int32 = 0
        public var replicaDirectoryId: WireUUID = .zero
        public var highWatermark: Int64 = .max

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&currentLeaderEpoch, "currentLeaderEpoch", from: 9)
            try coder.int64(&fetchOffset, "fetchOffset")
            try coder.int32(&lastFetchedEpoch, "lastFetchedEpoch", from: 12)
            try coder.int64(&logStartOffset, "logStartOffset", from: 5)
            try coder.int32(&partitionMaxBytes, "partitionMaxBytes")
        }

        public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
            if try coder.tag(0, isSet: replicaDirectoryId != .zero, from: 17) { try coder.uuid(&replicaDirectoryId, "replicaDirectoryId") }
            if try coder.tag(1, isSet: highWatermark != .max, from: 18) { try coder.int64(&highWatermark, "highWatermark") }
        }
    }
}

/// Response.
public struct FetchResponse: WireMessage {
    public static var apiKey: ApiKey { .fetch }

    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var sessionId: Int32 = 0
    public var topics: [Topic] = []
    public var nodeEndpoints: [NodeEndpoint] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode", from: 7)
        try coder.int32(&sessionId, "sessionId", from: 7)
        try coder.array(&topics, "topics")
    }

    public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
        if try coder.tag(0, isSet: !nodeEndpoints.isEmpty, from: 16) { try coder.array(&nodeEndpoints, "nodeEndpoints") }
    }
}

extension FetchResponse {
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
        public var highWatermark: Int64 = 0
        public var lastStableOffset: Int64 = -1
        public var logStartOffset: Int64 = -1
        public var divergingEpoch = EpochEnd()
        public var currentLeader = Leader()
        public var snapshotId = Snapshot()
        public var abortedTransactions: [AbortedTransaction]?
        public var preferredReadReplica: Int32 = -1
        public var records: WireRecords = .null

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int16(&errorCode, "errorCode")
            try coder.int64(&highWatermark, "highWatermark")
            try coder.int64(&lastStableOffset, "lastStableOffset")
            try coder.int64(&logStartOffset, "logStartOffset", from: 5)
            try coder.nullableArray(&abortedTransactions, "abortedTransactions")
            try coder.int32(&preferredReadReplica, "preferredReadReplica", from: 11)
            try coder.records(&records, "records")
        }

        public mutating func codeTags(_ coder: inout WireCoder) throws(WireError) {
            if try coder.tag(0, isSet: divergingEpoch != EpochEnd()) { try coder.structure(&divergingEpoch, "divergingEpoch") }
            if try coder.tag(1, isSet: currentLeader != Leader()) { try coder.structure(&currentLeader, "currentLeader") }
            if try coder.tag(2, isSet: snapshotId != Snapshot()) { try coder.structure(&snapshotId, "snapshotId") }
        }
    }

    public struct EpochEnd: WireStruct {
        public var epoch: Int32 = -1
        public var endOffset: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&epoch, "epoch")
            try coder.int64(&endOffset, "endOffset")
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

    public struct Snapshot: WireStruct {
        public var endOffset: Int64 = -1
        public var epoch: Int32 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int64(&endOffset, "endOffset")
            try coder.int32(&epoch, "epoch")
        }
    }

    public struct AbortedTransaction: WireStruct {
        public var producerId: Int64 = 0
        public var firstOffset: Int64 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int64(&producerId, "producerId")
            try coder.int64(&firstOffset, "firstOffset")
        }
    }
}
