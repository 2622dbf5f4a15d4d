// MetadataRequest and MetadataResponse (source: Kafka's message definitions of these names), versions 0 to 13;
// compact lengths and tag sections from 9.

/// Request.
public struct MetadataRequest: WireRequest {
    public typealias Response = MetadataResponse
    public static var apiKey: ApiKey { .metadata }

    public var topics: [Topic]? = []
    public var allowAutoTopicCreation = true
    public var includeClusterAuthorizedOperations = false
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
    public struct Topic: WireStruct {
        public var topicId: WireUUID = .zero
        public var name: String? = ""

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.nullableString(&name, "name", nullableFrom: 10)
        }
    }
}

/// Response.
public struct MetadataResponse: WireMessage {
    public static var apiKey: ApiKey { .metadata }

    public var throttleTimeMilliseconds: Int32 = 0
    public var brokers: [Broker] = []
    public var clusterId: String?
    public var controllerId: Int32 = -1
    public var topics: [Topic] = []
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
    public struct Broker: WireStruct {
        public var nodeId: Int32 = 0
        public var host = ""
        public var port: Int32 = 0
        public var rack: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&nodeId, "nodeId")
            try coder.string(&host, "host")
            try coder.int32(&port, "port")
            try coder.nullableString(&rack, "rack", from: 1)
        }
    }

    public struct Topic: WireStruct {
        public var errorCode: Int16 = 0
        public var name: String? = ""
        public var topicId: WireUUID = .zero
        public var isInternal = false
        public var partitions: [Partition] = []
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

    public struct Partition: WireStruct {
        public var errorCode: Int16 = 0
        public var partitionIndex: Int32 = 0
        public var leaderId: Int32 = 0
        public var leaderEpoch: Int32 = -1
        public var replicaNodes: [Int32] = []
        public var inSyncReplicaNodes: [Int32] = []
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
