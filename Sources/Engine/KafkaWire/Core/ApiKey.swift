/// The APIs of Kafka's protocol that Leat speaks, by their numbers on the wire.
public enum ApiKey: Int16, CaseIterable, Hashable, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case describeGroups = 15
    case listGroups = 16
    case saslHandshake = 17
    case apiVersions = 18
    case createTopics = 19
    case deleteTopics = 20
    case deleteRecords = 21
    case initProducerId = 22
    case offsetForLeaderEpoch = 23
    case addPartitionsToTxn = 24
    case addOffsetsToTxn = 25
    case endTxn = 26
    case txnOffsetCommit = 28
    case describeAcls = 29
    case createAcls = 30
    case deleteAcls = 31
    case describeConfigs = 32
    case alterConfigs = 33
    case describeLogDirs = 35
    case saslAuthenticate = 36
    case createPartitions = 37
    case deleteGroups = 42
    case incrementalAlterConfigs = 44
    case offsetDelete = 47
    case describeClientQuotas = 48
    case alterClientQuotas = 49
    case describeUserScramCredentials = 50
    case alterUserScramCredentials = 51
    case describeCluster = 60
    case describeProducers = 61
    case describeTransactions = 65
    case listTransactions = 66
    case consumerGroupHeartbeat = 68
    case consumerGroupDescribe = 69
    case getTelemetrySubscriptions = 71
    case pushTelemetry = 72
    case listConfigResources = 74
    case describeTopicPartitions = 75
}

extension ApiKey {
    /// The versions that can be read and written.
    public var versions: ClosedRange<Int16> { ApiTable.row(self).versions }

    /// The lowest version that an ApiVersions answer names: that of `versions`, except for Produce.
    public var lowestAdvertisedVersion: Int16 { ApiTable.row(self).lowestAdvertised }

    /// Whether `version` uses compact lengths and tag sections (KIP-482).
    public func isFlexible(_ version: Int16) -> Bool { version >= ApiTable.row(self).firstFlexible }

    /// The version of the request header that goes with `version` of the API: 1, or 2 in flexible versions.
    public func requestHeaderVersion(_ version: Int16) -> Int16 { isFlexible(version) ? 2 : 1 }

    /// The version of the response header: 0, or 1 in flexible versions. ApiVersions keeps 0, for clients that do not yet
    /// know which versions the broker speaks (KIP-511).
    public func responseHeaderVersion(_ version: Int16) -> Int16 { self != .apiVersions && isFlexible(version) ? 1 : 0 }

    /// Kafka's name of the API, such as `AddPartitionsToTxn`.
    public var name: String {
        let text = "\(self)"
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
