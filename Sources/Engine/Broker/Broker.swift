import Coordination
import LogStorage
public import ObjectStore
import Synchronization
public import SystemIO

/// The engine's node: topics, their partitions on disk, group positions and transactions, in one data folder. The embedded API and the
/// server call the same object.
///
/// One process at a time owns a data folder (a lock in it says who); others may read its files (``SharedLogReader``).
/// Acknowledged means durable: see the table in the log's design. Thread rule: every method from any thread; looking up topics,
/// partitions and positions never waits for the disk.
///
///     <data>/lock                      the owner
///     <data>/cluster-id                22 characters, made once
///     <data>/log/catalogue             topics (TopicCatalogue)
///     <data>/log/settings              what of the broker's settings was changed (ChangedSettingsFile)
///     <data>/log/producer-ids          what producer ids are given out (ProducerIdentifiers)
///     <data>/log/remote-deletions      deleted topics with objects in the remote store (RemoteDeletions)
///     <data>/log/<topic id>/<number>/  one partition (PartitionLog)
public final class Broker: Sendable {
    public let folder: String
    /// Names the data folder to clients: stable, random.
    public let clusterIdentifier: String
    /// The only node there is.
    public static let nodeIdentifier: Int32 = 1
    /// Where groups stand.
    public let positions: PositionStore
    /// The transactions of the protocol, and of ``beginTransaction(id:)``.
    public let transactions: TransactionService
    /// Makes partitions durable for those who wait.
    public let flushScheduler: FlushScheduler
    let fileSystem: any FileSystem
    let clock: any TimeSource
    let topicStore: TopicStore
    let maintenance = Maintenance()
    private let lock: any FileLock
    let currentSettings: Mutex<BrokerSettings>
    /// Held over a change of the settings. Taken before `currentSettings` and the topics' locks.
    let settingsObserver = Mutex<(@Sendable (BrokerSettings) -> Void)?>(nil)

    /// Opens a data folder, makes it where there is none, and recovers it: every partition's tail is checked, transactions
    /// whose outcome is durable are brought to it, those of clients go on, those of a caller in a process that is gone are aborted.
    ///
    /// `remote`: where topics with `remote.storage.enable=true` keep their old segments; without it such a topic is refused, and a folder that has
    /// one does not open.
    public init(
        folder: String, settings: BrokerSettings = .standard, remote: (any ObjectStore)? = nil, fileSystem: any FileSystem = PosixFileSystem(),
        clock: any TimeSource = SystemTimeSource(), entropy: any EntropySource = SystemEntropySource()
    ) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        self.clock = clock
        try fileSystem.makeFolder(folder + "/log")
        lock = try fileSystem.lock(folder + "/lock")
        let settings = try ChangedSettingsFile(folder: folder, fileSystem: fileSystem).merged(into: settings)
        currentSettings = Mutex(settings)
        clusterIdentifier = try ClusterIdentifier.readOrMake(folder + "/cluster-id", fileSystem: fileSystem, entropy: entropy)
        let threads = settings.integer("log.recovery.threads")
        topicStore = try TopicStore(
            folder: folder, fileSystem: fileSystem, clock: clock, entropy: entropy, defaults: settings.topicDefaults,
            remote: remote.map(RemoteStorage.init), threads: threads > 0 ? Int(threads) : Parallel.cores)
        flushScheduler = FlushScheduler(threads: Int(settings.integer("log.flush.threads")))
        var recovery = try BrokerRecovery(topics: topicStore, clock: clock, settings: settings)
        positions = PositionStore(
            log: recovery.offsetsLog, scheduler: flushScheduler, clock: clock,
            maximumMetadataBytes: Int(settings.integer("offset.metadata.max.bytes")), table: recovery.positions)
        try recovery.rollForward(into: positions)
        transactions = TransactionService(
            log: recovery.transactionsLog, topics: topicStore, positions: positions, scheduler: flushScheduler,
            producers: try ProducerIdentifiers(folder: folder, fileSystem: fileSystem, atLeast: recovery.nextProducerID), clock: clock,
            coordinator: recovery.coordinator)
        maintenance.removeDeleted(topicStore)
    }

    /// Makes everything durable and gives the folder back.
    public func close() throws {
        maintenance.stop(topicStore.remote)
        transactions.settle()
        defer {
            flushScheduler.stop()
            lock.unlock()
        }
        try topicStore.close()
    }

    /// Reads a folder's topics without owning it.
    public static func topics(
        inFolder folder: String, fileSystem: any FileSystem = PosixFileSystem()
    ) throws -> [(declaration: TopicDeclaration, identifier: String)] {
        let path = TopicStore.cataloguePath(folder)
        guard try fileSystem.fileExists(path) else {
            throw BrokerError(.unknownTopic, "\(folder) is no data folder: it has no log/catalogue")
        }
        let text = String(decoding: try fileSystem.readFile(path, limit: 64 << 20), as: UTF8.self)
        return try TopicCatalogue(text: text, path: path).sorted.map { ($0.declaration, $0.identifier) }
    }

    static func partitionFolder(_ folder: String, _ identifier: String, _ number: Int32) -> String {
        TopicStore.partitionFolder(folder, identifier, number)
    }
}
