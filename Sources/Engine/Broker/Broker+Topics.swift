import Synchronization
public import Coordination
public import LogStorage
import SystemIO

extension Broker {
    /// The topics, by name.
    public var topics: [TopicDeclaration] { state.withLock { $0.catalogue.sorted.map(\.declaration) } }

    public func topic(_ name: String) -> TopicDeclaration? { state.withLock { $0.catalogue[name]?.declaration } }

    /// Makes a topic. Throws ``BrokerError/Kind/topicExists`` where it is there.
    public func createTopic(_ declaration: TopicDeclaration) throws {
        try state.withLock { state in
            guard state.catalogue[declaration.name] == nil else {
                throw BrokerError(.topicExists, "topic \(declaration.name) exists already")
            }
            try create(declaration, &state)
        }
    }

    /// Makes a topic where there is none, and gives one that is there the declared settings. Its number of partitions stays: an
    /// error says so where the declaration differs, because order and placement of records depend on it.
    public func declareTopic(_ declaration: TopicDeclaration) throws {
        try state.withLock { state in
            guard let present = state.catalogue[declaration.name] else { return try create(declaration, &state) }
            guard present.declaration.partitions == declaration.partitions else {
                throw BrokerError(
                    .invalidRequest,
                    """
                    topic \(declaration.name) has \(present.declaration.partitions) partitions and is declared with \
                    \(declaration.partitions): a topic keeps its number; use another data folder or another name
                    """)
            }
            guard present.declaration.settings != declaration.settings else { return }
            _ = try Self.configuration(of: declaration)
            var changed = present
            changed.declaration = declaration
            state.catalogue.insert(changed)
            try writeCatalogue(state)
            for number in 0..<declaration.partitions {
                try state.partitions.removeValue(forKey: TopicPartition(declaration.name, number))?.close()
            }
            try openPartitions(of: changed, &state)
        }
    }

    /// A partition's log.
    public func partition(_ partition: TopicPartition) throws(BrokerError) -> PartitionLog {
        try state.withLock { state throws(BrokerError) in try Self.partition(partition, state) }
    }

    static func partition(_ partition: TopicPartition, _ state: BrokerState) throws(BrokerError) -> PartitionLog {
        if let log = state.partitions[partition] { return log }
        guard let entry = state.catalogue[partition.topic] else {
            throw BrokerError(.unknownTopic, "there is no topic \(partition.topic); `leat topics list` shows those that are")
        }
        throw BrokerError(
            .unknownPartition, "topic \(partition.topic) has \(entry.declaration.partitions) partitions, no number \(partition.partition)")
    }

    func create(_ declaration: TopicDeclaration, _ state: inout BrokerState) throws {
        try declaration.validate()
        _ = try Self.configuration(of: declaration)
        let entry = TopicCatalogue.Entry(
            identifier: try entropy.bytes(count: 16).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined(), declaration: declaration, createdMilliseconds: clock.wallMilliseconds())
        state.catalogue.insert(entry)
        // Folders first: a topic that is in the catalogue has its partitions, or they begin empty.
        try openPartitions(of: entry, &state)
        try writeCatalogue(state)
    }

    func openPartitions(of entry: TopicCatalogue.Entry, _ state: inout BrokerState) throws {
        let configuration = try Self.configuration(of: entry.declaration)
        for number in 0..<entry.declaration.partitions {
            state.partitions[TopicPartition(entry.declaration.name, number)] = try PartitionLog(
                folder: Self.partitionFolder(folder, entry.identifier, number), fileSystem: fileSystem, clock: clock,
                configuration: configuration)
        }
    }

    private func writeCatalogue(_ state: BrokerState) throws {
        try fileSystem.replaceFile(Self.cataloguePath(folder), with: Array(state.catalogue.text.utf8))
    }

    /// Kafka's keys for the log. `compression.type` is for those who produce: the log keeps batches as they come.
    static func configuration(of declaration: TopicDeclaration) throws -> LogConfiguration {
        var settings = declaration.settings
        if let codec = settings.removeValue(forKey: "compression.type"),
            !["producer", "none", "uncompressed", "gzip", "snappy", "lz4", "zstd"].contains(codec)
        {
            throw BrokerError(
                .invalidRequest,
                "topic \(declaration.name): compression.type=\(codec); producer, none, gzip, snappy, lz4 and zstd are known")
        }
        return try LogConfiguration(settings: settings)
    }

    /// Removes what retention no longer covers. No record at or after the offset given in `keeping` for its partition goes.
    @discardableResult
    public func applyRetention(keeping: [TopicPartition: Int64]) throws -> Int {
        let partitions = state.withLock { $0.partitions }
        let now = clock.wallMilliseconds()
        var removed = 0
        for (partition, log) in partitions where !InternalTopics.isInternal(partition.topic) {
            removed += try log.applyRetention(now: now, keeping: keeping[partition] ?? .max)
        }
        return removed
    }
}
