/// Partitions by topic: what consumer groups assign. Numbers of a topic without order and without repetition.
public typealias PartitionSets = [TopicID: Set<Int32>]

/// ConsumerGroupHeartbeat, versions 0 and 1 (KIP-848). Nil fields have not changed since the member's last request.
public struct ConsumerHeartbeatRequest: Hashable, Sendable {
    public var group: String
    /// From version 1 on the member makes it (a UUID); in version 0 it is empty in the first request.
    public var memberID: String
    /// 0 to join, -1 to leave, -2 for a static member that will be back.
    public var memberEpoch: Int32
    public var instanceID: String?
    public var rackID: String?
    /// -1 for unchanged.
    public var rebalanceTimeoutMilliseconds: Int32
    public var subscribedTopics: [String]?
    /// A pattern in RE2's syntax; empty for none any more.
    public var subscribedPattern: String?
    /// `uniform` or `range`; nil leaves it to the group.
    public var serverAssignor: String?
    /// What the member holds.
    public var owned: PartitionSets?
    public var clientID: String
    public var clientHost: String
    public var version: Int16

    public init(
        group: String, memberID: String = "", memberEpoch: Int32, instanceID: String? = nil, rackID: String? = nil,
        rebalanceTimeoutMilliseconds: Int32 = -1, subscribedTopics: [String]? = nil, subscribedPattern: String? = nil,
        serverAssignor: String? = nil, owned: PartitionSets? = nil, clientID: String = "", clientHost: String = "",
        version: Int16 = 1
    ) {
        self.group = group
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.instanceID = instanceID
        self.rackID = rackID
        self.rebalanceTimeoutMilliseconds = rebalanceTimeoutMilliseconds
        self.subscribedTopics = subscribedTopics
        self.subscribedPattern = subscribedPattern
        self.serverAssignor = serverAssignor
        self.owned = owned
        self.clientID = clientID
        self.clientHost = clientHost
        self.version = version
    }
}

/// The answer to ConsumerGroupHeartbeat.
public struct ConsumerHeartbeatResult: Hashable, Sendable {
    public var error: KafkaErrorCode = .none
    public var errorMessage: String?
    public var memberID: String?
    public var memberEpoch: Int32 = 0
    public var heartbeatIntervalMilliseconds: Int32 = 0
    /// Nil where it has not changed.
    public var assignment: PartitionSets?

    public static func failure(_ error: KafkaErrorCode, memberID: String) -> ConsumerHeartbeatResult {
        ConsumerHeartbeatResult(error: error, memberID: memberID)
    }
}
