// DescribeClusterRequest and DescribeClusterResponse (source: Kafka's message definitions of these names), versions 0 to 2;
// compact lengths and tag sections in all of them.

/// Asks for the cluster's id and brokers.
public struct DescribeClusterRequest: WireRequest {
    public typealias Response = DescribeClusterResponse
    public static var apiKey: ApiKey { .describeCluster }

    /// Whether to say what the client may do with the cluster.
    public var includeClusterAuthorizedOperations = false
    /// 1 brokers, 2 controllers.
    public var endpointType: Int8 = 1
    /// Whether to name brokers that serve no clients yet.
    public var includeFencedBrokers = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.bool(&includeClusterAuthorizedOperations, "includeClusterAuthorizedOperations")
        try coder.int8(&endpointType, "endpointType", from: 1)
        try coder.bool(&includeFencedBrokers, "includeFencedBrokers", from: 2)
    }
}

/// The cluster.
public struct DescribeClusterResponse: WireMessage {
    public static var apiKey: ApiKey { .describeCluster }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    /// 1 brokers, 2 controllers.
    public var endpointType: Int8 = 1
    /// Which cluster the sender takes this for, or is.
    public var clusterId = ""
    /// The broker that acts as controller; -1: not known.
    public var controllerId: Int32 = -1
    public var brokers: [Broker] = []
    /// One bit for each operation allowed; the lowest number: not asked for.
    public var clusterAuthorizedOperations: Int32 = .min

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.int16(&errorCode, "errorCode")
        try coder.nullableString(&errorMessage, "errorMessage")
        try coder.int8(&endpointType, "endpointType", from: 1)
        try coder.string(&clusterId, "clusterId")
        try coder.int32(&controllerId, "controllerId")
        try coder.array(&brokers, "brokers")
        try coder.int32(&clusterAuthorizedOperations, "clusterAuthorizedOperations")
    }
}

extension DescribeClusterResponse {
    /// One broker.
    public struct Broker: WireStruct {
        public var brokerId: Int32 = 0
        public var host = ""
        public var port: Int32 = 0
        /// Where the broker runs; null: not said.
        public var rack: String?
        /// Whether the broker serves no clients yet.
        public var isFenced = false

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&brokerId, "brokerId")
            try coder.string(&host, "host")
            try coder.int32(&port, "port")
            try coder.nullableString(&rack, "rack")
            try coder.bool(&isFenced, "isFenced", from: 2)
        }
    }
}
