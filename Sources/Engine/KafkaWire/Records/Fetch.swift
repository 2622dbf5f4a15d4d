// FetchRequest and FetchResponse (source: Kafka's message definitions of these names), versions 4 to 18;
// compact lengths and tag sections from 12.
// Topics have names until 12 and ids from 13; sessions (KIP-227) from 7.

/// Asks for record batches from given offsets on, and waits until there are enough of them.
public struct FetchRequest: WireRequest {
    public typealias Response = FetchResponse
    public static var apiKey: ApiKey { .fetch }

    /// Which cluster the sender takes this for, or is.
    public var clusterId: String?
    /// The follower that asks; -1: a consumer.
    public var replicaId: Int32 = -1
    /// The follower that asks, from version 15.
    public var replicaState = ReplicaState()
    /// How long the broker may wait for `minBytes`.
    public var maxWaitMilliseconds: Int32 = 0
    /// The broker waits until it has as many bytes, or the time is over.
    public var minBytes: Int32 = 0
    /// The answer should not be larger; a first batch that is larger is sent all the same.
    public var maxBytes: Int32 = .max
    /// 0: read uncommitted, 1: read committed.
    public var isolationLevel: Int8 = 0
    /// The fetch session (KIP-227); 0: none yet.
    public var sessionId: Int32 = 0
    /// Counts the session's requests: 0 opens one, -1 asks without one or closes it.
    public var sessionEpoch: Int32 = -1
    public var topics: [Topic] = []
    /// What the session should no longer fetch.
    public var forgottenTopics: [ForgottenTopic] = []
    /// Where the client runs; empty or null: not said.
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
    /// Which follower asks; consumers leave it at its defaults.
    public struct ReplicaState: WireStruct {
        /// The follower that asks; -1: a consumer.
        public var replicaId: Int32 = -1
        /// The epoch of the follower that asks; -1: none.
        public var replicaEpoch: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&replicaId, "replicaId")
            try coder.int64(&replicaEpoch, "replicaEpoch")
        }
    }

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

    /// Partitions that leave the fetch session.
    public struct ForgottenTopic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [Int32] = []

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
        /// The newest leader epoch that the client knows; -1: none. The broker refuses older and unknown ones.
        public var currentLeaderEpoch: Int32 = -1
        /// The first offset wanted.
        public var fetchOffset: Int64 = 0
        /// The epoch of the last record that the fetcher has; -1: none.
        public var lastFetchedEpoch: Int32 = -1
        /// The first offset that the partition still has; -1: not known.
        public var logStartOffset: Int64 = -1
        /// The most bytes to send from this partition; a first batch that is larger is sent all the same.
        public var partitionMaxBytes: Int32 = 0
        /// The follower's log folder; zero: not said.
        public var replicaDirectoryId: WireUUID = .zero
        /// The follower's high watermark; the highest number: not said.
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

/// The batches found.
public struct FetchResponse: WireMessage {
    public static var apiKey: ApiKey { .fetch }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    /// The fetch session that the client may go on with; 0: none.
    public var sessionId: Int32 = 0
    public var topics: [Topic] = []
    /// Where the leaders named in `currentLeader` are reached.
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
        /// The end of what consumers may read.
        public var highWatermark: Int64 = 0
        /// The beginning of the oldest open transaction, or the high watermark; -1: not known.
        public var lastStableOffset: Int64 = -1
        /// The first offset that the partition still has; -1: not known.
        public var logStartOffset: Int64 = -1
        /// Where the fetcher's log and the broker's part; defaults: they do not.
        public var divergingEpoch = EpochEnd()
        /// The leader to turn to after an error; -1 in both fields: not said.
        public var currentLeader = Leader()
        /// Defaults: none.
        public var snapshotId = Snapshot()
        /// Null for readers of uncommitted records.
        public var abortedTransactions: [AbortedTransaction]?
        /// The broker that the consumer should read from; -1: this one.
        public var preferredReadReplica: Int32 = -1
        /// Whole record batches.
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

    /// The last epoch in which the fetcher and the broker agree, and its end.
    public struct EpochEnd: WireStruct {
        public var epoch: Int32 = -1
        /// -1: not known.
        public var endOffset: Int64 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&epoch, "epoch")
            try coder.int64(&endOffset, "endOffset")
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

    /// Where a snapshot of the partition ends; of use to controllers alone.
    public struct Snapshot: WireStruct {
        /// -1: not known.
        public var endOffset: Int64 = -1
        public var epoch: Int32 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int64(&endOffset, "endOffset")
            try coder.int32(&epoch, "epoch")
        }
    }

    /// A transaction whose records among those sent are not to be shown.
    public struct AbortedTransaction: WireStruct {
        /// -1: none.
        public var producerId: Int64 = 0
        /// The transaction's first offset in this partition.
        public var firstOffset: Int64 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int64(&producerId, "producerId")
            try coder.int64(&firstOffset, "firstOffset")
        }
    }
}
