// What consumers tell each other through JoinGroup and SyncGroup of protocol type "consumer": i16 version, then the
// fields (source: Kafka's ConsumerProtocolSubscription and ConsumerProtocolAssignment, versions 0 to 3; plain lengths).
// Newer versions only append: what stands behind the known fields is ignored, as every Kafka client does.

/// A message that a consumer embeds in the group protocol, where the broker has to look into it: to name the topics
/// that a group subscribes to before offsets are deleted.
public protocol EmbeddedMessage: WireStruct {
    /// The versions whose every field is known.
    static var versions: ClosedRange<Int16> { get }
}

extension EmbeddedMessage {
    /// Reads the version and the fields; a higher version reads as the highest known one.
    public static func decode(
        _ bytes: RawSpan, elementLimit: Int = 1_000_000
    ) throws(WireError) -> (version: Int16, message: Self) {
        try bytes.withUnsafeBytes { bytes throws(WireError) in
            var head = WireCoder(reading: bytes, from: 0, version: 0, isFlexible: false, elementLimit: 0)
            var version: Int16 = 0
            do throws(WireError) {
                try head.int16(&version, "version")
                guard version >= versions.lowerBound else {
                    let reason = WireError.Reason.unsupportedVersion(version, lowest: versions.lowerBound, highest: versions.upperBound)
                    throw head.error(reason, "version", at: 0)
                }
                var coder = WireCoder(
                    reading: bytes, from: head.position, version: min(version, versions.upperBound), isFlexible: false,
                    elementLimit: elementLimit)
                var message = Self()
                try coder.structure(&message)
                return (version, message)
            } catch {
                throw error.within("\(Self.self)")
            }
        }
    }

    /// The version and the fields.
    public func encode(version: Int16) throws(WireError) -> [UInt8] {
        var coder = WireCoder(writing: version, isFlexible: false)
        guard Self.versions.contains(version) else {
            let reason = WireError.Reason.unsupportedVersion(version, lowest: Self.versions.lowerBound, highest: Self.versions.upperBound)
            throw coder.error(reason, "version").within("\(Self.self)")
        }
        coder.append(version)
        var copy = self
        try coder.structure(&copy)
        return coder.output
    }
}

/// What a consumer subscribes to, in JoinGroup's metadata.
public struct ConsumerSubscription: EmbeddedMessage {
    public static var versions: ClosedRange<Int16> { 0...3 }

    public var topics: [String] = []
    /// For the assignor: Leat does not look into it.
    public var userData: [UInt8]?
    /// What the consumer owned before the rebalance.
    public var ownedPartitions: [TopicPartitions] = []
    /// The generation in which it owned them; -1: none.
    public var generationId: Int32 = -1
    /// Where the consumer runs, for assignments near the data.
    public var rackId: String?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&topics, "topics")
        try coder.nullableBytes(&userData, "userData")
        try coder.array(&ownedPartitions, "ownedPartitions", from: 1)
        try coder.int32(&generationId, "generationId", from: 2)
        try coder.nullableString(&rackId, "rackId", from: 3)
    }
}

/// What the group's leader gives to one consumer, in SyncGroup's assignment.
public struct ConsumerAssignment: EmbeddedMessage {
    public static var versions: ClosedRange<Int16> { 0...3 }

    public var assignedPartitions: [ConsumerSubscription.TopicPartitions] = []
    /// For the assignor: Leat does not look into it.
    public var userData: [UInt8]?

    public init() {}

    public mutating func code(_ coder: inout WireCoder) throws(WireError) {
        try coder.array(&assignedPartitions, "assignedPartitions")
        try coder.nullableBytes(&userData, "userData")
    }
}

extension ConsumerSubscription {
    /// Some partitions of one topic.
    public struct TopicPartitions: WireStruct {
        public var topic = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func code(_ coder: inout WireCoder) throws(WireError) {
            try coder.string(&topic, "topic")
            try coder.array(&partitions, "partitions")
        }
    }
}
