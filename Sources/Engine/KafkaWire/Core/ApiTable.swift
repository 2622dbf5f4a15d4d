// The versions of Apache Kafka 4.3's broker (source: "validVersions" and "flexibleVersions" of its message definitions;
// a version that is marked unstable there is left out).

/// Which versions of each API are spoken: the one table that headers, bodies and the ApiVersions answer are made from.
public enum ApiTable {
    public struct Row: Sendable {
        public let key: ApiKey
        /// The versions that can be read and written.
        public let versions: ClosedRange<Int16>
        /// The first version with compact lengths and tag sections; `Int16.max` where there is none.
        public let firstFlexible: Int16
        /// The lowest version that is advertised.
        public let lowestAdvertised: Int16
    }

    private static let never = Int16.max

    /// In ascending order of the keys.
    public static let rows: [Row] = [
        row(.produce, 3...13, flexible: 9, advertisedFrom: 0),
        row(.fetch, 4...18, flexible: 12),
        row(.listOffsets, 1...11, flexible: 6),
        row(.metadata, 0...13, flexible: 9),
        row(.offsetCommit, 2...10, flexible: 8),
        row(.offsetFetch, 1...10, flexible: 6),
        row(.findCoordinator, 0...6, flexible: 3),
        row(.joinGroup, 0...9, flexible: 6),
        row(.heartbeat, 0...4, flexible: 4),
        row(.leaveGroup, 0...5, flexible: 4),
        row(.syncGroup, 0...5, flexible: 4),
        row(.describeGroups, 0...6, flexible: 5),
        row(.listGroups, 0...5, flexible: 3),
        row(.saslHandshake, 0...1, flexible: never),
        row(.apiVersions, 0...4, flexible: 3),
        row(.createTopics, 2...7, flexible: 5),
        row(.deleteTopics, 1...6, flexible: 4),
        row(.deleteRecords, 0...2, flexible: 2),
        row(.initProducerId, 0...5, flexible: 2),
        row(.offsetForLeaderEpoch, 2...4, flexible: 4),
        row(.addPartitionsToTxn, 0...5, flexible: 3),
        row(.addOffsetsToTxn, 0...4, flexible: 3),
        row(.endTxn, 0...5, flexible: 3),
        row(.txnOffsetCommit, 0...5, flexible: 3),
        row(.describeAcls, 1...3, flexible: 2),
        row(.createAcls, 1...3, flexible: 2),
        row(.deleteAcls, 1...3, flexible: 2),
        row(.describeConfigs, 1...4, flexible: 4),
        row(.alterConfigs, 0...2, flexible: 2),
        row(.describeLogDirs, 1...5, flexible: 2),
        row(.saslAuthenticate, 0...2, flexible: 2),
        row(.createPartitions, 0...3, flexible: 2),
        row(.deleteGroups, 0...2, flexible: 2),
        row(.incrementalAlterConfigs, 0...1, flexible: 1),
        row(.offsetDelete, 0...0, flexible: never),
        row(.describeClientQuotas, 0...1, flexible: 1),
        row(.alterClientQuotas, 0...1, flexible: 1),
        row(.describeUserScramCredentials, 0...0, flexible: 0),
        row(.alterUserScramCredentials, 0...0, flexible: 0),
        row(.describeCluster, 0...2, flexible: 0),
        row(.describeProducers, 0...0, flexible: 0),
        row(.describeTransactions, 0...0, flexible: 0),
        row(.listTransactions, 0...2, flexible: 0),
        row(.consumerGroupHeartbeat, 0...1, flexible: 0),
        row(.consumerGroupDescribe, 0...1, flexible: 0),
        row(.getTelemetrySubscriptions, 0...0, flexible: 0),
        row(.pushTelemetry, 0...0, flexible: 0),
        row(.listConfigResources, 0...1, flexible: 0),
        row(.describeTopicPartitions, 0...0, flexible: 0),
    ]

    /// The row of `key`.
    static func row(_ key: ApiKey) -> Row { byKey[Int(key.rawValue)] }

    // Indexed by the key's number; the gaps repeat the first row and are never asked for, as every case has a row (tested).
    private static let byKey: [Row] = {
        var table = Array(repeating: rows[0], count: Int(rows.map(\.key.rawValue).max() ?? 0) + 1)
        for row in rows { table[Int(row.key.rawValue)] = row }
        return table
    }()

    private static func row(
        _ key: ApiKey, _ versions: ClosedRange<Int16>, flexible: Int16, advertisedFrom lowest: Int16? = nil
    ) -> Row {
        Row(key: key, versions: versions, firstFlexible: flexible, lowestAdvertised: lowest ?? versions.lowerBound)
    }
}
