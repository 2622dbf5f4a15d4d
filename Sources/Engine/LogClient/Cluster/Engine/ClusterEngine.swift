internal import CRdkafka
public import Coordination
public import Records
import Synchronization

/// The log of a Kafka cluster (or of `leat serve`): ``LogEngine`` over librdkafka.
///
///     let engine = try ClusterEngine(configuration, compression: { _ in .zstd })
///     let member = try engine.join(group: "leat-extract", topic: "web.pages")
///
/// **Exactly once.** Outputs, changelogs and positions of a stage are one Kafka transaction (KIP-98); positions are sent as the member of the
/// group (KIP-447), so that a process that was replaced without knowing it is refused. A transaction whose outcome is unknown is settled by the
/// next one of its id, which fences it; positions are then read back, and only stable ones are read (KIP-447's `require stable`).
///
/// Connections are made when first needed. Memory: what librdkafka reads ahead (``ClusterReader``) and its queue of 256 MiB to send.
public final class ClusterEngine: LogEngine {
    private let configuration: ClusterConfiguration
    private let compression: @Sendable (String) -> CompressionCodec
    private let reader: ClusterReader
    /// Answers questions; sees uncommitted ends.
    private let lookup: Mutex<ClusterHandle>
    private let known: Mutex<[String: Int32]> = Mutex([:])
    private let producers: Mutex<[String: TransactionalProducer]> = Mutex([:])
    private let groups: Mutex<[String: ClusterGroup]> = Mutex([:])

    /// `compression`: how records of a topic are compressed.
    public init(_ configuration: ClusterConfiguration, compression: @escaping @Sendable (String) -> CompressionCodec) throws(EngineError) {
        self.configuration = configuration
        self.compression = compression
        do {
            reader = try ClusterReader(configuration)
            lookup = Mutex(try ClusterHandle(.consumer, configuration, [("group.id", "leat-lookup"), ("isolation.level", "read_uncommitted")]))
        } catch {
            throw EngineError(translating: error)
        }
    }

    public var brokers: String { configuration.brokers }

    public func partitionCount(of topic: String) throws(EngineError) -> Int32 {
        if let count = known.withLock({ $0[topic] }) { return count }
        let topics: [(String, Int32)]
        do throws(ClusterError) {
            topics = try lookup.withLock { handle throws(ClusterError) in
                try handle.metadata("look up topic \(topic)").topics.filter { $0.error == RD_KAFKA_RESP_ERR_NO_ERROR }
                    .map { ($0.name, Int32(clamping: $0.partitions.count)) }
            }
        } catch {
            throw EngineError(translating: error)
        }
        return try known.withLock { known throws(EngineError) in
            for (name, count) in topics where count > 0 { known[name] = count }
            guard let count = known[topic] else {
                throw EngineError(.unknownTopic, "there is no topic \(topic) on \(brokers); `leat topics list --brokers \(brokers)` shows those that are")
            }
            return count
        }
    }

    public func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { try reader.offsets(of: partition).start }
    public func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { try reader.offsets(of: partition).end }

    public func endOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        do throws(ClusterError) {
            return try lookup.withLock { handle throws(ClusterError) in try handle.offsets(of: partition).end }
        } catch {
            throw EngineError(translating: error)
        }
    }

    public func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog { reader.backlog(of: partition, from: offset) }

    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        try reader.fetch(partition, from: offset, maximumBytes: maximumBytes, waitingAtMost: duration, into: &records)
    }

    public func release(_ partition: TopicPartition) { reader.release(partition) }

    public func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] { try self.group(group).positions(in: partitions) }

    public func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) {
        for (group, commits) in Dictionary(grouping: positions, by: \.group) { try self.group(group).commit(commits) }
    }

    /// A cluster applies its own retention: give the topics between stages enough of it for the longest pause that a stage may make.
    public func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}

    public func beginTransaction(id: String) throws(EngineError) -> any LogTransaction {
        let producer = try producers.withLock { producers throws(EngineError) in
            if let producer = producers[id] { return producer }
            let made = TransactionalProducer(id: id, configuration, compression) { [weak self] group in self?.groups.withLock { $0[group] } }
            producers[id] = made
            return made
        }
        return try producer.begin()
    }

    public func join(group: String, topic: String) throws(EngineError) -> any GroupMember {
        _ = try partitionCount(of: topic)
        let joined = try ClusterGroup(group, configuration, joining: topic)
        groups.withLock { $0[group] = joined }
        return ClusterMember(joined, topic: topic)
    }

    private func group(_ name: String) throws(EngineError) -> ClusterGroup {
        try groups.withLock { groups throws(EngineError) in
            if let group = groups[name] { return group }
            let made = try ClusterGroup(name, configuration, joining: nil)
            groups[name] = made
            return made
        }
    }
}

extension EngineError {
    init(translating error: ClusterError) {
        let kind: Kind =
            switch error.kind {
            case .unreachable, .other: .inputOutput
            case .refused: .refused
            case .notFound: .unknownTopic
            case .configuration, .alreadyExists, .invalidRequest, .tooLarge: .invalidRequest
            }
        self.init(kind, error.description)
    }
}

extension ClusterHandle {
    /// First and end offset as this handle's isolation level sees them.
    func offsets(of partition: TopicPartition) throws(ClusterError) -> (start: Int64, end: Int64) {
        var (start, end): (Int64, Int64) = (0, 0)
        let code = rd_kafka_query_watermark_offsets(pointer, partition.topic, partition.partition, &start, &end, timeoutMilliseconds)
        try check(code, "look up the offsets of \(partition)")
        return (start, end)
    }
}
