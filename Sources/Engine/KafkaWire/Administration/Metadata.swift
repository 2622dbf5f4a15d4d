// MetadataRequest and MetadataResponse (source: Kafka's message definitions of these names), versions 0 to 13;
// compact lengths and tag sections from 9.
// In version 0 an empty list of topics asks for all, from 1 null does.

/// Asks which brokers and topics there are.
public struct MetadataRequest: WireRequest {
    public typealias Response = MetadataResponse
    public static var apiKey: ApiKey { .metadata }

    /// Null: all topics (version 0: empty).
    public var topics: [Topic]? = []
    /// Whether topics that are missing may be created by this.
    public var allowAutoTopicCreation = true
    /// Whether to say what the client may do with the cluster.
    public var includeClusterAuthorizedOperations = false
    /// Whether to say what the client may do with each topic.
    public var includeTopicAuthorizedOperations = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.nullableArray(&topics, "topics", nullableFrom: 1)
        try coder.bool(&allowAutoTopicCreation, "allowAutoTopicCreation", from: 4)
        try coder.bool(&includeClusterAuthorizedOperations, "includeClusterAuthorizedOperations", from: 8, until: 10)
        try coder.bool(&includeTopicAuthorizedOperations, "includeTopicAuthorizedOperations", from: 8)
    }
}

extension MetadataRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        /// Null where the id tells; that cannot be written below version 10.
        public var name: String? = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.nullableString(&name, "name", nullableFrom: 10)
        }
    }
}

/// The brokers of the cluster and the topics that were asked for.
public struct MetadataResponse: WireMessage {
    public static var apiKey: ApiKey { .metadata }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var brokers: [Broker] = []
    /// Which cluster the sender takes this for, or is.
    public var clusterId: String?
    /// The broker that acts as controller; -1: not known.
    public var controllerId: Int32 = -1
    public var topics: [Topic] = []
    /// One bit for each operation allowed; the lowest number: not asked for.
    public var clusterAuthorizedOperations: Int32 = .min
    public var errorCode: Int16 = 0

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 3)
        try coder.array(&brokers, "brokers")
        try coder.nullableString(&clusterId, "clusterId", from: 2)
        try coder.int32(&controllerId, "controllerId", from: 1)
        try coder.array(&topics, "topics")
        try coder.int32(&clusterAuthorizedOperations, "clusterAuthorizedOperations", from: 8, until: 10)
        try coder.int16(&errorCode, "errorCode", from: 13)
    }
}

extension MetadataResponse {
    /// One broker.
    public struct Broker: WireStruct {
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
            try coder.nullableString(&rack, "rack", from: 1)
        }
    }

    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var errorCode: Int16 = 0
        /// Null for an id that is unknown; that cannot be written below version 12.
        public var name: String? = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        /// Whether the broker keeps its own state in the topic.
        public var isInternal = false
        public var partitions: [Partition] = []
        /// One bit for each operation allowed; the lowest number: not asked for.
        public var topicAuthorizedOperations: Int32 = .min

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&name, "name", nullableFrom: 12)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.bool(&isInternal, "isInternal", from: 1)
            try coder.array(&partitions, "partitions")
            try coder.int32(&topicAuthorizedOperations, "topicAuthorizedOperations", from: 8)
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        /// The leading broker; -1: none.
        public var leaderId: Int32 = 0
        /// The leader's epoch; -1: not known.
        public var leaderEpoch: Int32 = -1
        /// The brokers that have the partition.
        public var replicaNodes: [Int32] = []
        /// Those of them that are up to date.
        public var inSyncReplicaNodes: [Int32] = []
        /// Those of them that cannot serve it.
        public var offlineReplicas: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int32(&leaderId, "leaderId")
            try coder.int32(&leaderEpoch, "leaderEpoch", from: 7)
            try coder.array(&replicaNodes, "replicaNodes")
            try coder.array(&inSyncReplicaNodes, "inSyncReplicaNodes")
            try coder.array(&offlineReplicas, "offlineReplicas", from: 5)
        }
    }
}
