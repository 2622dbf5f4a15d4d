// ConsumerGroupDescribeRequest and ConsumerGroupDescribeResponse (source: Kafka's message definitions of these names), versions 0 to 1;
// compact lengths and tag sections in all of them.

/// Asks for the state and members of groups after KIP-848.
public struct ConsumerGroupDescribeRequest: WireRequest {
    public typealias Response = ConsumerGroupDescribeResponse
    public static var apiKey: ApiKey { .consumerGroupDescribe }

    public var groupIds: [String] = []
    /// Whether to say what the client may do with each group.
    public var includeAuthorizedOperations = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&groupIds, "groupIds")
        try coder.bool(&includeAuthorizedOperations, "includeAuthorizedOperations")
    }
}

/// The groups in full.
public struct ConsumerGroupDescribeResponse: WireMessage {
    public static var apiKey: ApiKey { .consumerGroupDescribe }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds")
        try coder.array(&groups, "groups")
    }
}

extension ConsumerGroupDescribeResponse {
    /// What is answered for one group.
    public struct Group: WireStruct {
        public var errorCode: Int16 = 0
        public var errorMessage: String?
        public var groupId = ""
        /// Such as "Stable", "Empty", "PreparingRebalance".
        public var groupState = ""
        /// Grows whenever the assignment has to be made anew.
        public var groupEpoch: Int32 = 0
        /// The group epoch that the assignment was made for.
        public var assignmentEpoch: Int32 = 0
        public var assignorName = ""
        public var members: [Member] = []
        /// One bit for each operation allowed; the lowest number: not asked for.
        public var authorizedOperations: Int32 = .min

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int16(&errorCode, "errorCode")
            try coder.nullableString(&errorMessage, "errorMessage")
            try coder.string(&groupId, "groupId")
            try coder.string(&groupState, "groupState")
            try coder.int32(&groupEpoch, "groupEpoch")
            try coder.int32(&assignmentEpoch, "assignmentEpoch")
            try coder.string(&assignorName, "assignorName")
            try coder.array(&members, "members")
            try coder.int32(&authorizedOperations, "authorizedOperations")
        }
    }

    /// One member of the group.
    public struct Member: WireStruct {
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId = ""
        /// The name that a static member gives itself (KIP-345); null: not static.
        public var instanceId: String?
        /// Where the client runs; empty or null: not said.
        public var rackId: String?
        /// The member's epoch.
        public var memberEpoch: Int32 = 0
        public var clientId = ""
        /// The address that the member came from.
        public var clientHost = ""
        /// Null: unchanged.
        public var subscribedTopicNames: [String] = []
        /// Null: unchanged or none.
        public var subscribedTopicRegex: String?
        public var assignment = Assignment()
        /// What the member will have once the others have let go.
        public var targetAssignment = Assignment()
        /// 0 classic, 1 of KIP-848; -1: not known.
        public var memberType: Int8 = -1

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&memberId, "memberId")
            try coder.nullableString(&instanceId, "instanceId")
            try coder.nullableString(&rackId, "rackId")
            try coder.int32(&memberEpoch, "memberEpoch")
            try coder.string(&clientId, "clientId")
            try coder.string(&clientHost, "clientHost")
            try coder.array(&subscribedTopicNames, "subscribedTopicNames")
            try coder.nullableString(&subscribedTopicRegex, "subscribedTopicRegex")
            try coder.structure(&assignment, "assignment")
            try coder.structure(&targetAssignment, "targetAssignment")
            try coder.int8(&memberType, "memberType", from: 1)
        }
    }

    /// Partitions of a member.
    public struct Assignment: WireStruct {
        public var topicPartitions: [TopicPartitions] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.array(&topicPartitions, "topicPartitions")
        }
    }

    /// Some partitions of one topic.
    public struct TopicPartitions: WireStruct {
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var topicName = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.uuid(&topicId, "topicId")
            try coder.string(&topicName, "topicName")
            try coder.array(&partitions, "partitions")
        }
    }
}
