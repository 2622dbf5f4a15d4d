public import Coordination
public import Records

/// A log as the stream runtime sees it: the embedded broker, or a Kafka cluster behind the same calls (``ClusterEngine``).
///
/// Thread rule: every call may be made from any thread; one partition is fetched by one thread at a time. Reads see committed records only.
public protocol LogEngine: Sendable {
    /// Throws ``EngineError/Kind/unknownTopic`` where there is no such topic.
    func partitionCount(of topic: String) throws(EngineError) -> Int32

    /// The first offset that can still be read.
    func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64

    /// One past the last offset that a reader of committed records sees (the last stable offset).
    func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64

    /// One past the last offset in the log, committed or not.
    func endOffset(of partition: TopicPartition) throws(EngineError) -> Int64

    /// What lies in the log at and after an offset: a consumer's lag. Cheap, and so at times a little old or estimated.
    func backlog(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Backlog

    /// Reads whole batches of committed records at and after an offset into `records`, which is emptied first. Reads at least
    /// one batch where there is one, however large, and none past the stable offset.
    ///
    /// `duration`: how long to wait where nothing has come yet; the embedded log knows what it has and never waits.
    ///
    /// A batch that fails its checksum throws ``EngineError/Kind/corruptBatch``; ``RecordSet/nextOffset`` then stays before it.
    func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError)

    /// The partition will not be fetched for a while: what was read ahead of it may go.
    func release(_ partition: TopicPartition)

    /// Where a group stands; partitions in which it never committed are left out. Waits for a transaction that is being committed.
    func committedPositions(
        of group: String, in partitions: [TopicPartition]
    ) throws(EngineError) -> [TopicPartition: OffsetAndMetadata]

    /// Commits positions outside of a transaction: for resets, not for stages.
    func commitPositions(_ positions: [OffsetCommit]) throws(EngineError)

    /// Removes what the topics' retention no longer covers. Nothing at or after the offset given for a partition goes.
    func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError)

    /// Begins a transaction of this transactional id. One at a time for each id: an older one still open is aborted (fenced).
    func beginTransaction(id: String) throws(EngineError) -> any LogTransaction

    /// Becomes a member of a group that divides the partitions of a topic among its members. Commits of the group's positions are made
    /// as this member from now on, and are refused when another one has taken over.
    func join(group: String, topic: String) throws(EngineError) -> any GroupMember
}

/// How much a reader has yet to read.
public struct Backlog: Hashable, Sendable {
    /// At most so many: control records and what compaction took are counted, too.
    public var records: Int
    public var bytes: Int

    public init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }
}

extension LogEngine {
    public func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, into records: inout RecordSet
    ) throws(EngineError) {
        try fetch(partition, from: offset, maximumBytes: maximumBytes, waitingAtMost: .zero, into: &records)
    }

    public func release(_ partition: TopicPartition) {}

    /// The embedded log has no open transaction of another owner.
    public func endOffset(of partition: TopicPartition) throws(EngineError) -> Int64 { try stableOffset(of: partition) }

    /// Where a group stands, nil where it never committed.
    public func committedPosition(of group: String, in partition: TopicPartition) throws(EngineError) -> OffsetAndMetadata? {
        try committedPositions(of: group, in: [partition])[partition]
    }

    /// The only member there can be: a data folder has one owner.
    public func join(group: String, topic: String) throws(EngineError) -> any GroupMember {
        SoleMember(partitions: try partitionCount(of: topic))
    }

    /// Visits every committed record from `offset` up to where the partition ends now, in order, until `body` returns false.
    ///
    /// Waits for a cluster to send them, and throws ``EngineError/Kind/inputOutput`` where nothing comes for half a minute.
    public func forEachRecord(
        in partition: TopicPartition, from offset: Int64, upTo end: Int64? = nil, _ body: (borrowing FetchedRecord) throws -> Bool
    ) throws {
        let end = try end ?? stableOffset(of: partition)
        defer { release(partition) }
        var records = RecordSet()
        var position = offset
        var isPatient = ContinuousClock.now + .seconds(30)
        while position < end {
            // librdkafka waits that long for a batch to fill, though its first records are there: a partition's last few would take all of it.
            try fetch(partition, from: position, maximumBytes: 1 << 20, waitingAtMost: .milliseconds(20), into: &records)
            for index in 0..<records.count {
                guard records.offset(at: index) < end else { return }
                guard try records.withRecord(at: index, body) else { return }
            }
            if records.nextOffset > position { isPatient = ContinuousClock.now + .seconds(30) }
            position = records.nextOffset
            guard ContinuousClock.now < isPatient else {
                throw EngineError(.inputOutput, "\(partition): nothing came from offset \(position) on for 30 s, though there is more up to \(end)")
            }
        }
    }
}

/// Records and positions that become visible together, or never.
///
/// Thread rule: `append` from any thread, also to one partition at once; `commit` and `abort` when no append is under way.
public protocol LogTransaction: Sendable {
    /// Takes the builder's records into the transaction, in order; the builder is empty afterwards.
    func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws(EngineError)

    /// Makes everything appended and these positions durable and visible, as one. Returns when it is durable.
    ///
    /// After an error the outcome may be unknown: begin another transaction of the same id, which settles it, and read the group's
    /// positions back.
    func commit(_ positions: [OffsetCommit]) throws(EngineError)

    /// Takes everything back: no committed reader will see it.
    func abort() throws(EngineError)

    /// One past the offset of the last record that this transaction has put into the partition, nil where it put none. Known after ``commit(_:)``.
    func endOffset(of partition: TopicPartition) -> Int64?
}
