// Numbers and names: Kafka protocol guide, "Error Codes".

/// An error code of Kafka's protocol, as responses carry it.
///
/// Codes this build does not name are kept as they are, so that a newer peer's answer passes through unchanged.
public struct KafkaErrorCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int16

    public init(rawValue: Int16) { self.rawValue = rawValue }

    private init(_ rawValue: Int16) { self.rawValue = rawValue }

    public static let unknownServerError = Self(-1)
    public static let none = Self(0)
    public static let offsetOutOfRange = Self(1)
    public static let corruptMessage = Self(2)
    public static let unknownTopicOrPartition = Self(3)
    public static let invalidFetchSize = Self(4)
    public static let leaderNotAvailable = Self(5)
    public static let notLeaderOrFollower = Self(6)
    public static let requestTimedOut = Self(7)
    public static let brokerNotAvailable = Self(8)
    public static let replicaNotAvailable = Self(9)
    public static let messageTooLarge = Self(10)
    public static let staleControllerEpoch = Self(11)
    public static let offsetMetadataTooLarge = Self(12)
    public static let networkException = Self(13)
    public static let coordinatorLoadInProgress = Self(14)
    public static let coordinatorNotAvailable = Self(15)
    public static let notCoordinator = Self(16)
    public static let invalidTopicException = Self(17)
    public static let recordListTooLarge = Self(18)
    public static let notEnoughReplicas = Self(19)
    public static let notEnoughReplicasAfterAppend = Self(20)
    public static let invalidRequiredAcks = Self(21)
    public static let illegalGeneration = Self(22)
    public static let inconsistentGroupProtocol = Self(23)
    public static let invalidGroupID = Self(24)
    public static let unknownMemberID = Self(25)
    public static let invalidSessionTimeout = Self(26)
    public static let rebalanceInProgress = Self(27)
    public static let invalidCommitOffsetSize = Self(28)
    public static let topicAuthorizationFailed = Self(29)
    public static let groupAuthorizationFailed = Self(30)
    public static let clusterAuthorizationFailed = Self(31)
    public static let invalidTimestamp = Self(32)
    public static let unsupportedSaslMechanism = Self(33)
    public static let illegalSaslState = Self(34)
    public static let unsupportedVersion = Self(35)
    public static let topicAlreadyExists = Self(36)
    public static let invalidPartitions = Self(37)
    public static let invalidReplicationFactor = Self(38)
    public static let invalidReplicaAssignment = Self(39)
    public static let invalidConfig = Self(40)
    public static let notController = Self(41)
    public static let invalidRequest = Self(42)
    public static let unsupportedForMessageFormat = Self(43)
    public static let policyViolation = Self(44)
    public static let outOfOrderSequenceNumber = Self(45)
    public static let duplicateSequenceNumber = Self(46)
    public static let invalidProducerEpoch = Self(47)
    public static let invalidTxnState = Self(48)
    public static let invalidProducerIDMapping = Self(49)
    public static let invalidTransactionTimeout = Self(50)
    public static let concurrentTransactions = Self(51)
    public static let transactionCoordinatorFenced = Self(52)
    public static let transactionalIDAuthorizationFailed = Self(53)
    public static let securityDisabled = Self(54)
    public static let operationNotAttempted = Self(55)
    public static let kafkaStorageError = Self(56)
    public static let logDirNotFound = Self(57)
    public static let saslAuthenticationFailed = Self(58)
    public static let unknownProducerID = Self(59)
    public static let reassignmentInProgress = Self(60)
    public static let delegationTokenAuthDisabled = Self(61)
    public static let delegationTokenNotFound = Self(62)
    public static let delegationTokenOwnerMismatch = Self(63)
    public static let delegationTokenRequestNotAllowed = Self(64)
    public static let delegationTokenAuthorizationFailed = Self(65)
    public static let delegationTokenExpired = Self(66)
    public static let invalidPrincipalType = Self(67)
    public static let nonEmptyGroup = Self(68)
    public static let groupIDNotFound = Self(69)
    public static let fetchSessionIDNotFound = Self(70)
    public static let invalidFetchSessionEpoch = Self(71)
    public static let listenerNotFound = Self(72)
    public static let topicDeletionDisabled = Self(73)
    public static let fencedLeaderEpoch = Self(74)
    public static let unknownLeaderEpoch = Self(75)
    public static let unsupportedCompressionType = Self(76)
    public static let staleBrokerEpoch = Self(77)
    public static let offsetNotAvailable = Self(78)
    public static let memberIDRequired = Self(79)
    public static let preferredLeaderNotAvailable = Self(80)
    public static let groupMaxSizeReached = Self(81)
    public static let fencedInstanceID = Self(82)
    public static let eligibleLeadersNotAvailable = Self(83)
    public static let electionNotNeeded = Self(84)
    public static let noReassignmentInProgress = Self(85)
    public static let groupSubscribedToTopic = Self(86)
    public static let invalidRecord = Self(87)
    public static let unstableOffsetCommit = Self(88)
    public static let throttlingQuotaExceeded = Self(89)
    public static let producerFenced = Self(90)
    public static let resourceNotFound = Self(91)
    public static let duplicateResource = Self(92)
    public static let unacceptableCredential = Self(93)
    public static let inconsistentVoterSet = Self(94)
    public static let invalidUpdateVersion = Self(95)
    public static let featureUpdateFailed = Self(96)
    public static let principalDeserializationFailure = Self(97)
    public static let snapshotNotFound = Self(98)
    public static let unknownTopicID = Self(100)
    public static let duplicateBrokerRegistration = Self(101)
    public static let brokerIDNotRegistered = Self(102)
    public static let inconsistentTopicID = Self(103)
    public static let inconsistentClusterID = Self(104)
    public static let transactionalIDNotFound = Self(105)
    public static let fetchSessionTopicIDError = Self(106)
    public static let ineligibleReplica = Self(107)
    public static let newLeaderElected = Self(108)
    public static let offsetMovedToTieredStorage = Self(109)
    public static let fencedMemberEpoch = Self(110)
    public static let unreleasedInstanceID = Self(111)
    public static let unsupportedAssignor = Self(112)
    public static let staleMemberEpoch = Self(113)
    public static let mismatchedEndpointType = Self(114)
    public static let unsupportedEndpointType = Self(115)
    public static let unknownControllerID = Self(116)
    public static let unknownSubscriptionID = Self(117)
    public static let telemetryTooLarge = Self(118)
    public static let invalidRegistration = Self(119)
    public static let transactionAbortable = Self(120)
    public static let invalidRecordState = Self(121)
    public static let shareSessionNotFound = Self(122)
    public static let invalidShareSessionEpoch = Self(123)
    public static let fencedStateEpoch = Self(124)
    public static let invalidVoterKey = Self(125)
    public static let duplicateVoter = Self(126)
    public static let voterNotFound = Self(127)
    public static let invalidRegularExpression = Self(128)
    public static let rebootstrapRequired = Self(129)
    public static let streamsInvalidTopology = Self(130)
    public static let streamsInvalidTopologyEpoch = Self(131)
    public static let streamsTopologyFenced = Self(132)
    public static let shareSessionLimitReached = Self(133)
}

extension KafkaErrorCode: CustomStringConvertible {
    /// The protocol's own name, or the number where it has none here.
    public var description: String {
        let index = Int(rawValue) + 1
        guard Self.names.indices.contains(index), !Self.names[index].isEmpty else { return "error \(rawValue)" }
        return Self.names[index]
    }

    /// By code + 1; 99 was never given away.
    private static let names: [String] = [
        "UNKNOWN_SERVER_ERROR", "NONE", "OFFSET_OUT_OF_RANGE", "CORRUPT_MESSAGE", "UNKNOWN_TOPIC_OR_PARTITION",
        "INVALID_FETCH_SIZE", "LEADER_NOT_AVAILABLE", "NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT",
        "BROKER_NOT_AVAILABLE", "REPLICA_NOT_AVAILABLE", "MESSAGE_TOO_LARGE", "STALE_CONTROLLER_EPOCH",
        "OFFSET_METADATA_TOO_LARGE", "NETWORK_EXCEPTION", "COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE",
        "NOT_COORDINATOR", "INVALID_TOPIC_EXCEPTION", "RECORD_LIST_TOO_LARGE", "NOT_ENOUGH_REPLICAS",
        "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "INVALID_REQUIRED_ACKS", "ILLEGAL_GENERATION",
        "INCONSISTENT_GROUP_PROTOCOL", "INVALID_GROUP_ID", "UNKNOWN_MEMBER_ID", "INVALID_SESSION_TIMEOUT",
        "REBALANCE_IN_PROGRESS", "INVALID_COMMIT_OFFSET_SIZE", "TOPIC_AUTHORIZATION_FAILED",
        "GROUP_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "INVALID_TIMESTAMP",
        "UNSUPPORTED_SASL_MECHANISM", "ILLEGAL_SASL_STATE", "UNSUPPORTED_VERSION", "TOPIC_ALREADY_EXISTS",
        "INVALID_PARTITIONS", "INVALID_REPLICATION_FACTOR", "INVALID_REPLICA_ASSIGNMENT", "INVALID_CONFIG",
        "NOT_CONTROLLER", "INVALID_REQUEST", "UNSUPPORTED_FOR_MESSAGE_FORMAT", "POLICY_VIOLATION",
        "OUT_OF_ORDER_SEQUENCE_NUMBER", "DUPLICATE_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH", "INVALID_TXN_STATE",
        "INVALID_PRODUCER_ID_MAPPING", "INVALID_TRANSACTION_TIMEOUT", "CONCURRENT_TRANSACTIONS",
        "TRANSACTION_COORDINATOR_FENCED", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "SECURITY_DISABLED",
        "OPERATION_NOT_ATTEMPTED", "KAFKA_STORAGE_ERROR", "LOG_DIR_NOT_FOUND", "SASL_AUTHENTICATION_FAILED",
        "UNKNOWN_PRODUCER_ID", "REASSIGNMENT_IN_PROGRESS", "DELEGATION_TOKEN_AUTH_DISABLED",
        "DELEGATION_TOKEN_NOT_FOUND", "DELEGATION_TOKEN_OWNER_MISMATCH", "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED",
        "DELEGATION_TOKEN_AUTHORIZATION_FAILED", "DELEGATION_TOKEN_EXPIRED", "INVALID_PRINCIPAL_TYPE",
        "NON_EMPTY_GROUP", "GROUP_ID_NOT_FOUND", "FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH",
        "LISTENER_NOT_FOUND", "TOPIC_DELETION_DISABLED", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH",
        "UNSUPPORTED_COMPRESSION_TYPE", "STALE_BROKER_EPOCH", "OFFSET_NOT_AVAILABLE", "MEMBER_ID_REQUIRED",
        "PREFERRED_LEADER_NOT_AVAILABLE", "GROUP_MAX_SIZE_REACHED", "FENCED_INSTANCE_ID",
        "ELIGIBLE_LEADERS_NOT_AVAILABLE", "ELECTION_NOT_NEEDED", "NO_REASSIGNMENT_IN_PROGRESS",
        "GROUP_SUBSCRIBED_TO_TOPIC", "INVALID_RECORD", "UNSTABLE_OFFSET_COMMIT", "THROTTLING_QUOTA_EXCEEDED",
        "PRODUCER_FENCED", "RESOURCE_NOT_FOUND", "DUPLICATE_RESOURCE", "UNACCEPTABLE_CREDENTIAL",
        "INCONSISTENT_VOTER_SET", "INVALID_UPDATE_VERSION", "FEATURE_UPDATE_FAILED",
        "PRINCIPAL_DESERIALIZATION_FAILURE", "SNAPSHOT_NOT_FOUND", "", "UNKNOWN_TOPIC_ID",
        "DUPLICATE_BROKER_REGISTRATION", "BROKER_ID_NOT_REGISTERED", "INCONSISTENT_TOPIC_ID",
        "INCONSISTENT_CLUSTER_ID", "TRANSACTIONAL_ID_NOT_FOUND", "FETCH_SESSION_TOPIC_ID_ERROR", "INELIGIBLE_REPLICA",
        "NEW_LEADER_ELECTED", "OFFSET_MOVED_TO_TIERED_STORAGE", "FENCED_MEMBER_EPOCH", "UNRELEASED_INSTANCE_ID",
        "UNSUPPORTED_ASSIGNOR", "STALE_MEMBER_EPOCH", "MISMATCHED_ENDPOINT_TYPE", "UNSUPPORTED_ENDPOINT_TYPE",
        "UNKNOWN_CONTROLLER_ID", "UNKNOWN_SUBSCRIPTION_ID", "TELEMETRY_TOO_LARGE", "INVALID_REGISTRATION",
        "TRANSACTION_ABORTABLE", "INVALID_RECORD_STATE", "SHARE_SESSION_NOT_FOUND", "INVALID_SHARE_SESSION_EPOCH",
        "FENCED_STATE_EPOCH", "INVALID_VOTER_KEY", "DUPLICATE_VOTER", "VOTER_NOT_FOUND", "INVALID_REGULAR_EXPRESSION",
        "REBOOTSTRAP_REQUIRED", "STREAMS_INVALID_TOPOLOGY", "STREAMS_INVALID_TOPOLOGY_EPOCH",
        "STREAMS_TOPOLOGY_FENCED", "SHARE_SESSION_LIMIT_REACHED",
    ]
}
