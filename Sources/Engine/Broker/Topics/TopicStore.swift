import Coordination
import LogStorage
import Synchronization
import SystemIO

/// The topics of a data folder and their partitions' logs.
///
/// Lookups take a lock for a moment that is never held over I/O. Changes are one at a time, under a lock of their own, and are
/// durable in the catalogue before they can be looked up. Thread rule: any thread.
final class TopicStore: Sendable {
    let folder: String
    let fileSystem: any FileSystem
    let clock: any TimeSource
    let entropy: any EntropySource
    /// Values for topics that have none of their own, by topic key. Changed under `catalogue`.
    let defaults: Mutex<[String: String]>
    let growth = GrowthObserver()
    /// Where old segments go, if anywhere.
    let remote: RemoteStorage?
    /// What is still to be removed there.
    let deletions: RemoteDeletions
    /// Of all partitions: thousands of them keep few files open.
    let descriptors: FileDescriptorCache
    let table = Mutex(TopicTable())
    /// Held over changes and their I/O. Taken before `table`.
    let catalogue: Mutex<TopicCatalogue>

    /// Opens every partition, several at a time, and removes what an interrupted deletion left.
    init(
        folder: String, fileSystem: any FileSystem, clock: any TimeSource, entropy: any EntropySource, defaults: [String: String],
        remote: RemoteStorage? = nil, threads: Int
    ) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        self.clock = clock
        self.entropy = entropy
        self.defaults = Mutex(defaults)
        self.remote = remote
        descriptors = FileDescriptorCache(fileSystem: fileSystem)
        let path = Self.cataloguePath(folder)
        let read =
            try fileSystem.fileExists(path)
            ? TopicCatalogue(text: String(decoding: try fileSystem.readFile(path, limit: 64 << 20), as: UTF8.self), path: path)
            : TopicCatalogue()
        catalogue = Mutex(read)
        let present = Set(read.sorted.map(\.identifier))
        deletions = try RemoteDeletions(folder: folder, fileSystem: fileSystem, present: present)
        try removeLeftovers(keeping: present)
        let topics = try open(read.sorted, threads: threads)
        table.withLock { table in
            for topic in topics { table.insert(topic) }
        }
        for declaration in InternalTopics.declarations { try declare(declaration) }
    }

    static func cataloguePath(_ folder: String) -> String { folder + "/log/catalogue" }

    static func partitionFolder(_ folder: String, _ identifier: String, _ number: Int32) -> String {
        "\(folder)/log/\(identifier)/\(number)"
    }

    // MARK: - Looking up

    var topics: [Topic] { table.withLock { $0.sorted } }
    func topic(_ name: String) -> Topic? { table.withLock { $0.byName[name] } }

    func topic(_ identifier: UniqueIdentifier) -> Topic? {
        table.withLock { table in table.names[identifier].flatMap { table.byName[$0] } }
    }

    func partition(_ partition: TopicPartition) throws(BrokerError) -> PartitionLog {
        guard let topic = topic(partition.topic) else { throw Self.unknownTopic(partition.topic) }
        guard topic.partitions.indices.contains(Int(partition.partition)) else {
            throw BrokerError(
                .unknownPartition, "topic \(partition.topic) has \(topic.partitions.count) partitions, no number \(partition.partition)")
        }
        return topic.partitions[Int(partition.partition)]
    }

    /// Every partition with its log, in order.
    var partitions: [(partition: TopicPartition, log: PartitionLog)] {
        topics.flatMap { topic in
            topic.partitions.enumerated().map { (TopicPartition(topic.name, Int32($0.offset)), $0.element) }
        }
    }

    static func unknownTopic(_ name: String) -> BrokerError {
        BrokerError(.unknownTopic, "there is no topic \(name); `leat topics list` shows those that are")
    }

    // MARK: - Opening

    /// The identifier as a value; those of older catalogues are any 16 bytes.
    private static func identifier(_ text: String, _ path: String) throws(BrokerError) -> UniqueIdentifier {
        guard let identifier = UniqueIdentifier(text) else {
            throw BrokerError(.damaged, "\(path): \"\(text)\" is no topic identifier")
        }
        return identifier
    }

    func open(_ entries: [TopicCatalogue.Entry], threads: Int) throws -> [Topic] {
        struct Place {
            var entry: Int
            var number: Int32
            var configuration: LogConfiguration
        }
        var places: [Place] = []
        for (index, entry) in entries.enumerated() {
            let configuration = try configuration(of: entry.declaration)
            places += (0..<entry.declaration.partitions).map { Place(entry: index, number: $0, configuration: configuration) }
        }
        let logs = try Parallel.map(count: places.count, threads: threads) { [self, places] index in
            let place = places[index]
            return try openPartition(entries[place.entry], place.number, place.configuration)
        }
        var next = 0
        return try entries.map { entry in
            defer { next += Int(entry.declaration.partitions) }
            return try topic(entry, Array(logs[next..<next + Int(entry.declaration.partitions)]))
        }
    }

    func openPartition(_ entry: TopicCatalogue.Entry, _ number: Int32, _ configuration: LogConfiguration) throws -> PartitionLog {
        let partition = TopicPartition(entry.declaration.name, number)
        let log = try PartitionLog(
            folder: Self.partitionFolder(folder, entry.identifier, number), fileSystem: fileSystem, clock: clock, configuration: configuration,
            descriptors: descriptors, onGrowth: { [growth] in growth.grew(partition) })
        try attachRemote(entry, number, log, configuration)
        return log
    }

    func topic(_ entry: TopicCatalogue.Entry, _ logs: [PartitionLog]) throws(BrokerError) -> Topic {
        Topic(
            declaration: entry.declaration, identifier: try Self.identifier(entry.identifier, Self.cataloguePath(folder)),
            createdMilliseconds: entry.createdMilliseconds, partitions: logs)
    }

    func write(_ catalogue: TopicCatalogue) throws {
        try fileSystem.replaceFile(Self.cataloguePath(folder), with: Array(catalogue.text.utf8))
    }

    /// The log's part of a topic's settings, with the broker's defaults below them.
    func configuration(of declaration: TopicDeclaration) throws -> LogConfiguration {
        try configuration(of: declaration, defaults: defaults.withLock { $0 })
    }

    func configuration(of declaration: TopicDeclaration, defaults: [String: String]) throws -> LogConfiguration {
        // The broker's own topics keep their durability and their times, whatever holds for others.
        var settings = (InternalTopics.isOwn(declaration.name) ? [:] : defaults).merging(declaration.settings) { $1 }
        if let size = settings["segment.bytes"].flatMap(Int64.init) { settings["segment.bytes"] = String(max(size, 1024)) }
        return try LogConfiguration(settings: settings.filter { Self.logKeys.contains($0.key) })
    }

    /// The keys that the log itself takes, by asking it.
    private static let logKeys: Set<String> = Set(
        TopicSettings.definitions.filter { definition in
            definition.effect == .log && definition.defaultValue.map { (try? LogConfiguration(settings: [definition.name: $0])) != nil } ?? false
        }.map(\.name))

    func close() throws {
        var failure: (any Error)?
        for (_, log) in partitions {
            do { try log.close() } catch { failure = failure ?? error }
        }
        table.withLock { $0 = TopicTable() }
        if let failure { throw failure }
    }
}
