import Coordination
import LogStorage
import Synchronization
public import SystemIO

/// The embedded engine: topics, their partitions on disk, group positions and transactions, in one data folder.
///
/// One process at a time owns a data folder (a lock in it says who); others may read its files (``SharedLogReader``).
/// Acknowledged means durable: see the table in the log's design. Thread rule: every method from any thread.
///
///     <data>/lock                      the owner
///     <data>/log/catalogue             topics (TopicCatalogue)
///     <data>/log/<topic id>/<number>/  one partition (PartitionLog)
public final class Broker: Sendable {
    public let folder: String
    let fileSystem: any FileSystem
    let clock: any TimeSource
    let entropy: any EntropySource
    private let lock: any FileLock
    let state: Mutex<BrokerState>

    /// Opens a data folder, makes it where there is none, and recovers it: every partition's tail is checked, transactions
    /// with a durable commit are rolled forward, others are aborted.
    public init(
        folder: String, fileSystem: any FileSystem = PosixFileSystem(), clock: any TimeSource = SystemTimeSource(),
        entropy: any EntropySource = SystemEntropySource()
    ) throws {
        self.folder = folder
        self.fileSystem = fileSystem
        self.clock = clock
        self.entropy = entropy
        try fileSystem.makeFolder(folder + "/log")
        lock = try fileSystem.lock(folder + "/lock")
        let path = Self.cataloguePath(folder)
        let catalogue =
            try fileSystem.fileExists(path)
            ? TopicCatalogue(text: String(decoding: try fileSystem.readFile(path, limit: 64 << 20), as: UTF8.self), path: path)
            : TopicCatalogue()
        state = Mutex(BrokerState(catalogue: catalogue))
        try state.withLock { state in
            for entry in state.catalogue.sorted { try openPartitions(of: entry, &state) }
            for declaration in InternalTopics.declarations where state.catalogue[declaration.name] == nil {
                try create(declaration, &state)
            }
            try recover(&state)
        }
    }

    /// Makes everything durable and gives the folder back.
    public func close() throws {
        try state.withLock { state in
            for partition in state.partitions.values { try partition.close() }
            state.partitions = [:]
        }
        lock.unlock()
    }

    static func cataloguePath(_ folder: String) -> String { folder + "/log/catalogue" }

    static func partitionFolder(_ folder: String, _ identifier: String, _ number: Int32) -> String {
        "\(folder)/log/\(identifier)/\(number)"
    }

    /// Reads a folder's topics without owning it.
    public static func topics(
        inFolder folder: String, fileSystem: any FileSystem = PosixFileSystem()
    ) throws -> [(declaration: TopicDeclaration, identifier: String)] {
        let path = cataloguePath(folder)
        guard try fileSystem.fileExists(path) else {
            throw BrokerError(.unknownTopic, "\(folder) is no data folder: it has no log/catalogue")
        }
        let text = String(decoding: try fileSystem.readFile(path, limit: 64 << 20), as: UTF8.self)
        return try TopicCatalogue(text: text, path: path).sorted.map { ($0.declaration, $0.identifier) }
    }
}

/// What the broker's lock guards.
struct BrokerState {
    var catalogue: TopicCatalogue
    var partitions: [TopicPartition: PartitionLog] = [:]
    var positions: [String: [TopicPartition: OffsetAndMetadata]] = [:]
    var transactions: [String: TransactionRecord] = [:]
    var offsetsLog: InternalLog?
    var transactionsLog: InternalLog?
    var nextProducerID: Int64 = 1
    /// Partitions that hold markers which are not known to be durable: the next commit makes them so.
    var unsyncedMarkers: Set<TopicPartition> = []
}
