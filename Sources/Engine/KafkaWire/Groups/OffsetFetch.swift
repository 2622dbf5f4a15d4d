// OffsetFetchRequest and OffsetFetchResponse (source: Kafka's message definitions of these names), versions 1 to 10;
// compact lengths and tag sections from 6.
// One group in the message itself until 7, any number in `groups` from 8; topic ids from 10.

/// Asks for the stored positions of consumer groups.
public struct OffsetFetchRequest: WireRequest {
    public typealias Response = OffsetFetchResponse
    public static var apiKey: ApiKey { .offsetFetch }

    public var groupId = ""
    /// Null: all that are stored; that cannot be written below version 2.
    public var topics: [Topic]? = []
    public var groups: [Group] = []
    /// Whether to refuse while open transactions may still change the positions.
    public var requireStable = false

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.string(&groupId, "groupId", until: 7)
        try coder.nullableArray(&topics, "topics", until: 7, nullableFrom: 2)
        try coder.array(&groups, "groups", from: 8)
        try coder.bool(&requireStable, "requireStable", from: 7)
    }
}

extension OffsetFetchRequest {
    /// What is asked of one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitionIndexes: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitionIndexes, "partitionIndexes")
        }
    }

    /// What is asked of one group.
    public struct Group: WireStruct {
        public var groupId = ""
        /// The name that the coordinator gave the member; empty: none yet.
        public var memberId: String?
        /// The epoch of a member of a group after KIP-848; -1: none.
        public var memberEpoch: Int32 = -1
        public var topics: [GroupTopic]?

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&groupId, "groupId")
            try coder.nullableString(&memberId, "memberId", from: 9)
            try coder.int32(&memberEpoch, "memberEpoch", from: 9)
            try coder.nullableArray(&topics, "topics")
        }
    }

    /// What is asked of one topic, from version 8.
    public struct GroupTopic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitionIndexes: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitionIndexes, "partitionIndexes")
        }
    }
}

/// The stored positions.
public struct OffsetFetchResponse: WireMessage {
    public static var apiKey: ApiKey { .offsetFetch }

    /// How long the client should stay silent because it went over a quota.
    public var throttleTimeMilliseconds: Int32 = 0
    public var topics: [Topic] = []
    public var errorCode: Int16 = 0
    public var groups: [Group] = []

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.int32(&throttleTimeMilliseconds, "throttleTimeMilliseconds", from: 3)
        try coder.array(&topics, "topics", until: 7)
        try coder.int16(&errorCode, "errorCode", from: 2, until: 7)
        try coder.array(&groups, "groups", from: 8)
    }
}

extension OffsetFetchResponse {
    /// What is answered for one topic.
    public struct Topic: WireStruct {
        public var name = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name")
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is answered for one group.
    public struct Group: WireStruct {
        public var groupId = ""
        public var topics: [GroupTopic] = []
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&groupId, "groupId")
            try coder.array(&topics, "topics")
            try coder.int16(&errorCode, "errorCode")
        }
    }

    /// What is answered for one partition.
    public struct Partition: WireStruct {
        public var partitionIndex: Int32 = 0
        /// The next offset that the group will read; -1: none.
        public var committedOffset: Int64 = 0
        /// The epoch of the last record that was read; -1: not known.
        public var committedLeaderEpoch: Int32 = -1
        /// The client's own words.
        public var metadata: String?
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&committedOffset, "committedOffset")
            try coder.int32(&committedLeaderEpoch, "committedLeaderEpoch", from: 5)
            try coder.nullableString(&metadata, "metadata")
            try coder.int16(&errorCode, "errorCode")
        }
    }

    /// What is answered for one topic, from version 8.
    public struct GroupTopic: WireStruct {
        public var name = ""
        /// Zero where the version or the sender names no id.
        public var topicId: WireUUID = .zero
        public var partitions: [GroupPartition] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&name, "name", until: 9)
            try coder.uuid(&topicId, "topicId", from: 10)
            try coder.array(&partitions, "partitions")
        }
    }

    /// What is answered for one partition, from version 8.
    public struct GroupPartition: WireStruct {
        public var partitionIndex: Int32 = 0
        /// The next offset that the group will read; -1: none.
        public var committedOffset: Int64 = 0
        /// The epoch of the last record that was read; -1: not known.
        public var committedLeaderEpoch: Int32 = -1
        /// The client's own words.
        public var metadata: String?
        public var errorCode: Int16 = 0

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.int32(&partitionIndex, "partitionIndex")
            try coder.int64(&committedOffset, "committedOffset")
            try coder.int32(&committedLeaderEpoch, "committedLeaderEpoch")
            try coder.nullableString(&metadata, "metadata")
            try coder.int16(&errorCode, "errorCode")
        }
    }
}
