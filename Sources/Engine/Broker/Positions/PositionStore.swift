public import Coordination
import LogStorage
import Synchronization
import SystemIO

/// A group's position, and when it was committed.
public struct CommittedPosition: Hashable, Sendable {
    public var position: OffsetAndMetadata
    /// Since 1970.
    public var committedMilliseconds: Int64

    public init(position: OffsetAndMetadata, committedMilliseconds: Int64) {
        self.position = position
        self.committedMilliseconds = committedMilliseconds
    }
}

/// Where consumer groups stand: the table of `__consumer_offsets`.
///
/// A commit can be read as soon as it is in the log, and is answered when it is durable: a machine that is lost in between takes
/// unanswered commits back. Reading waits for nothing. Thread rule: any thread.
public final class PositionStore: Sendable {
    /// A key and a value of `__consumer_offsets`; nil removes the key.
    public typealias Record = (key: [UInt8], value: [UInt8]?)
    public typealias Completion = FlushScheduler.Completion

    /// Longest metadata of a position, in bytes of UTF-8.
    public let maximumMetadataBytes: Int
    let log: InternalLog
    private let scheduler: FlushScheduler
    private let clock: any TimeSource
    private let table: Mutex<[String: [TopicPartition: CommittedPosition]]>

    init(
        log: InternalLog, scheduler: FlushScheduler, clock: any TimeSource, maximumMetadataBytes: Int,
        table: [String: [TopicPartition: CommittedPosition]]
    ) {
        self.log = log
        self.scheduler = scheduler
        self.clock = clock
        self.maximumMetadataBytes = maximumMetadataBytes
        self.table = Mutex(table)
    }

    // MARK: - Reading

    public func position(of group: String, in partition: TopicPartition) -> CommittedPosition? {
        table.withLock { $0[group]?[partition] }
    }

    /// Every position of a group.
    public func positions(of group: String) -> [TopicPartition: CommittedPosition] { table.withLock { $0[group] ?? [:] } }

    /// The groups that have positions, in order.
    public var groups: [String] { table.withLock { $0.keys.sorted() } }

    var all: [String: [TopicPartition: CommittedPosition]] { table.withLock { $0 } }

    // MARK: - Committing

    /// Whether the metadata is short enough; OFFSET_METADATA_TOO_LARGE otherwise.
    public func accepts(metadata: String) -> Bool { metadata.utf8.count <= maximumMetadataBytes }

    /// What grows without being restated here is restated by ``TransactionService/tick(now:)``.
    ///
    /// Commits positions, and writes other records of the group beside them, all or none; `completion` is called when they are durable.
    public func commit(_ commits: [OffsetCommit], with records: [Record] = [], _ completion: @escaping Completion) {
        write(completion) { try self.append(commits, records) }
    }

    /// As ``commit(_:with:_:)``, and returns when they are durable.
    public func commit(_ commits: [OffsetCommit]) throws {
        try append(commits, [])
        try log.flush()
        try log.restateIfGrown()
    }

    /// Writes records of groups that are no positions (members, assignments), and forgets all positions of `groups` in the same append.
    public func append(_ records: [Record], forgetting groups: [String] = [], _ completion: @escaping Completion) {
        write(completion) { try self.remove(records) { table in groups.flatMap { group in (table[group] ?? [:]).keys.map { (group, $0) } } } }
    }

    /// Forgets some positions of a group.
    public func forget(_ partitions: [TopicPartition], of group: String, _ completion: @escaping Completion) {
        write(completion) {
            try self.remove([]) { table in partitions.filter { table[group]?[$0] != nil }.map { (group, $0) } }
        }
    }

    /// Forgets a group's positions; returns when that is durable.
    public func forget(group: String) throws {
        try remove([]) { table in (table[group] ?? [:]).keys.map { (group, $0) } }
        try log.flush()
    }

    /// Forgets every group's positions in a topic; durable with the next flush.
    func forget(topic: String) throws {
        try remove([]) { table in
            table.flatMap { group, positions in positions.keys.filter { $0.topic == topic }.map { (group, $0) } }
        }
    }

    /// Appends and takes in positions without waiting for the disk; answers the offset after them.
    @discardableResult
    func append(_ commits: [OffsetCommit], _ records: [Record]) throws -> Int64 {
        let now = clock.wallMilliseconds()
        let entries = commits.map { commit -> InternalLog.Entry in
            (
                OffsetRecord.encodeKey(group: commit.group, partition: commit.partition),
                OffsetRecord.encodeValue(commit.position, timestampMilliseconds: now)
            )
        }
        return try log.append(entries + records) { _ in
            table.withLock { table in
                for commit in commits {
                    table[commit.group, default: [:]][commit.partition] = CommittedPosition(
                        position: commit.position, committedMilliseconds: now)
                }
            }
        }
    }

    @discardableResult
    private func remove(
        _ records: [Record], _ choose: ([String: [TopicPartition: CommittedPosition]]) -> [(group: String, partition: TopicPartition)]
    ) throws -> Int64 {
        let chosen = table.withLock { choose($0) }
        let tombstones = chosen.sorted { ($0.group, $0.partition) < ($1.group, $1.partition) }.map { item -> InternalLog.Entry in
            (OffsetRecord.encodeKey(group: item.group, partition: item.partition), nil)
        }
        return try log.append(records + tombstones) { _ in
            table.withLock { table in
                for (group, partition) in chosen {
                    table[group]?[partition] = nil
                    if table[group]?.isEmpty == true { table[group] = nil }
                }
            }
        }
    }

    private func write(_ completion: @escaping Completion, _ body: () throws -> Int64) {
        do {
            let end = try body()
            scheduler.whenDurable(log: log.log, upTo: end, completion)
        } catch {
            completion(.failure(error))
        }
    }
}
