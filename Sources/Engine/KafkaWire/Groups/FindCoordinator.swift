// FindCoordinatorRequest and FindCoordinatorResponse (source: Kafka's message definitions of these names), versions 0 to 6;
// compact lengths and tag sections from 3.
// One key until 3, any number from 4.

/// Asks which broker coordinates a group or a transactional id.
public struct FindCoordinatorRequest: WireRequest {
    public typealias Response = FindCoordinatorResponse
    public static var apiKey: ApiKey { .findCoordinator }

    /// The group or transactional id.
    public var key = ""
    /// 0: a group, 1: a transactional id, 2: a share group.
    public var keyType: Int8 = 0
    /// Groups or transactional ids, from version 4.
    public var coordinatorKeys: [String] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&key, "key", until: 3)
        try coder.int8(&keyType, "keyType", from: 1)
        try coder.array(&coordinatorKeys, "coordinatorKeys", from: 4)
    }
}

/// The coordinators.
public struct FindCoordinatorResponse: WireMessage {
    public static var apiKey: ApiKey { .findCoordinator }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var errorCode: Int16 = 0
    public var errorMessage: String?
    public var nodeId: Int32 = 0
    public var host = ""
    public var port: Int32 = 0
    /// One for each key, from version 4.
    public var coordinators: [Coordinator] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 1)
        try coder.int16(&errorCode, "errorCode", until: 3)
        try coder.nullableString(&errorMessage, "errorMessage", from: 1, until: 3)
        try coder.int32(&nodeId, "nodeId", until: 3)
        try coder.string(&host, "host", until: 3)
        try coder.int32(&port, "port", until: 3)
        try coder.array(&coordinators, "coordinators", from: 4)
    }
}

extension FindCoordinatorResponse {
    /// The coordinator of one key.
    public struct Coordinator: WireStruct {
        /// The group or transactional id.
        public var key = ""
        public var nodeId: Int32 = 0
        public var host = ""
        public var port: Int32 = 0
        public var errorCode: Int16 = 0
        public var errorMessage: String?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&key, "key")
            try coder.int32(&nodeId, "nodeId")
            try coder.string(&host, "host")
            try coder.int32(&port, "port")
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
        }
    }
}
