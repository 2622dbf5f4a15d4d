public import Coordination
public import Records
import Synchronization

/// A log in memory: the twin of the embedded broker for tests, with the same visible behaviour and no disk.
///
/// What a transaction appends becomes visible, with its offsets assigned, when it commits. Thread rule: any thread.
public final class InMemoryLog: LogEngine {
    private struct State {
        var topics: [String: [[Record]]] = [:]
        var positions: [String: [TopicPartition: OffsetAndMetadata]] = [:]
        var failures: [EngineError] = []
    }

    private let state = Mutex(State())

    public init() {}

    public func createTopic(_ name: String, partitions: Int32) {
        state.withLock { $0.topics[name] = Array(repeating: [], count: Int(partitions)) }
    }

    /// Makes the next commits throw, first to last.
    public func failCommits(with errors: [EngineError]) { state.withLock { $0.failures = errors } }

    /// Appends outside of a transaction.
    public func append(_ record: Record, to partition: TopicPartition) throws(EngineError) {
        try state.withLock { state throws(EngineError) in try Self.append([record], to: partition, &state) }
    }

    /// All committed records of a partition.
    public func records(in partition: TopicPartition) throws(EngineError) -> [Record] {
        try state.withLock { state throws(EngineError) in try Self.records(of: partition, state) }
    }

    public func partitionCount(of topic: String) throws(EngineError) -> Int32 {
        try state.withLock { state throws(EngineError) in
            guard let partitions = state.topics[topic] else { throw EngineError(.unknownTopic, "no topic \(topic)") }
            return Int32(partitions.count)
        }
    }

    public func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { 0 }

    public func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64 {
        Int64(try records(in: partition).count)
    }

    public func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog {
        let left = try records(in: partition).dropFirst(Int(offset))
        return Backlog(records: left.count, bytes: left.reduce(0) { $0 + 70 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) })
    }

    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        let all = try self.records(in: partition)
        records.removeAll()
        guard offset >= 0, offset <= all.count else {
            throw EngineError(.offsetOutOfRange, "\(partition): offset \(offset) is outside of 0 to \(all.count)")
        }
        records.nextOffset = offset
        for record in all[Int(offset)...] {
            if !records.isEmpty, records.byteCount >= maximumBytes { break }
            records.append(record)
            records.nextOffset = record.offset + 1
        }
    }

    public func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] {
        state.withLock { state in (state.positions[group] ?? [:]).filter { partitions.contains($0.key) } }
    }

    public func commitPositions(_ positions: [OffsetCommit]) throws(EngineError) {
        state.withLock { state in
            for commit in positions { state.positions[commit.group, default: [:]][commit.partition] = commit.position }
        }
    }

    /// Keeps everything: a test's log is short.
    public func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError) {}

    public func beginTransaction(id: String) throws(EngineError) -> any LogTransaction { InMemoryTransaction(log: self) }

    fileprivate func commit(_ records: [(TopicPartition, [Record])], _ positions: [OffsetCommit]) throws(EngineError) {
        try state.withLock { state throws(EngineError) in
            if !state.failures.isEmpty { throw state.failures.removeFirst() }
            for (partition, records) in records { try Self.append(records, to: partition, &state) }
        }
        try commitPositions(positions)
    }

    private static func records(of partition: TopicPartition, _ state: State) throws(EngineError) -> [Record] {
        guard let partitions = state.topics[partition.topic], partitions.indices.contains(Int(partition.partition)) else {
            throw EngineError(.unknownPartition, "no partition \(partition)")
        }
        return partitions[Int(partition.partition)]
    }

    private static func append(_ records: [Record], to partition: TopicPartition, _ state: inout State) throws(EngineError) {
        var all = try Self.records(of: partition, state)
        for record in records {
            var record = record
            record.offset = Int64(all.count)
            all.append(record)
        }
        state.topics[partition.topic]?[Int(partition.partition)] = all
    }
}

private final class InMemoryTransaction: LogTransaction {
    private let log: InMemoryLog
    private let pending = Mutex<[(TopicPartition, [Record])]>([])
    private let ends = Mutex<[TopicPartition: Int64]>([:])

    init(log: InMemoryLog) { self.log = log }

    func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws(EngineError) {
        let records: [Record]
        do {
            records = try RecordBatchReader().records(in: try builder.finish())
        } catch {
            throw EngineError(.invalidRequest, "\(partition): \(error)")
        }
        _ = try log.stableOffset(of: partition)
        pending.withLock { $0.append((partition, records)) }
    }

    func commit(_ positions: [OffsetCommit]) throws(EngineError) {
        let records = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        try log.commit(records, positions)
        for partition in Set(records.map(\.0)) {
            let end = try log.stableOffset(of: partition)
            ends.withLock { $0[partition] = end }
        }
    }

    func abort() throws(EngineError) { pending.withLock { $0 = [] } }

    func endOffset(of partition: TopicPartition) -> Int64? { ends.withLock { $0[partition] } }
}
