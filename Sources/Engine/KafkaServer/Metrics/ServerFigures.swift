import Broker
public import Coordination
import LogStorage

/// How a server stands: what it was asked since it began, and what its broker holds now.
public struct ServerFigures: Sendable {
    public struct Request: Sendable {
        /// As Kafka's documentation names it: "Produce".
        public var name: String
        public var count: Int
        /// Answers, or parts of them, by error code.
        public var errors: [Int16: Int]
    }

    public struct Partition: Sendable {
        public var number: Int32
        public var startOffset: Int64
        public var endOffset: Int64
        /// Bytes on this disk.
        public var bytes: Int64
        /// True where a failed disk has taken it offline.
        public var isOffline: Bool
    }

    public struct Topic: Sendable {
        public var name: String
        public var partitions: [Partition]
    }

    public struct Group: Sendable {
        public var name: String
        /// "Stable", "Empty", …
        public var state: String
        public var members: Int
        public var positions: [Position]
    }

    public struct Position: Sendable {
        public var partition: TopicPartition
        public var offset: Int64
        /// Offsets up to where a reader of committed records ends.
        public var lag: Int64
    }

    public var bytesReceived = 0
    public var bytesSent = 0
    /// What came and was no request of the protocol, or not allowed before a login: its connection was ended.
    public var refusedRequests = 0
    public var requests: [Request] = []
    public var connections = 0
    public var topics: [Topic] = []
    public var groups: [Group] = []

    public var offlinePartitions: Int { topics.reduce(0) { $0 + $1.partitions.count(where: \.isOffline) } }
}

extension KafkaServer {
    /// Looks at every topic and group: as dear as there are partitions, some microseconds each. Any thread.
    public func figures() -> ServerFigures {
        var figures = ServerFigures()
        core.counts.fill(&figures)
        figures.connections = census.total
        figures.topics = core.broker.allTopics.map { topic in
            ServerFigures.Topic(
                name: topic.name,
                partitions: topic.partitions.enumerated().map { number, log in
                    .init(
                        number: Int32(number), startOffset: log.startOffset, endOffset: log.highWatermark, bytes: log.sizeInBytes,
                        isOffline: log.offlineReason != nil)
                })
        }.sorted { $0.name < $1.name }
        let positions = core.broker.groups
        figures.groups = core.groups.list().map { listed in
            let members = listed.type == "consumer"
                ? core.groups.describeConsumerGroup(listed.group).members.count : core.groups.describe(listed.group, version: 5).members.count
            let held = (positions[listed.group] ?? [:]).sorted { $0.key < $1.key }.map { partition, position in
                let end = (try? core.broker.partition(partition).lastStableOffset) ?? position.offset
                return ServerFigures.Position(partition: partition, offset: position.offset, lag: max(0, end - position.offset))
            }
            return ServerFigures.Group(name: listed.group, state: listed.state, members: members, positions: held)
        }.sorted { $0.name < $1.name }
        return figures
    }
}
