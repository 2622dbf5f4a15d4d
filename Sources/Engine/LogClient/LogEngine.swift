public import Coordination
public import Records

/// A log as the stream runtime sees it: the embedded broker today, a Kafka cluster behind the same calls.
///
/// Thread rule: every call may be made from any thread. Reads see committed records only.
public protocol LogEngine: Sendable {
    /// Throws ``EngineError/Kind/unknownTopic`` where there is no such topic.
    func partitionCount(of topic: String) throws(EngineError) -> Int32

    /// The first offset that can still be read.
    func startOffset(of partition: TopicPartition) throws(EngineError) -> Int64

    /// One past the last offset that a reader of committed records sees (the last stable offset).
    func stableOffset(of partition: TopicPartition) throws(EngineError) -> Int64

    /// Bytes in the log at and after an offset: a consumer's lag in bytes. Cheap; exact to a segment's index interval.
    func byteCount(of partition: TopicPartition, from offset: Int64) throws(EngineError) -> Int

    /// Reads whole batches of committed records at and after an offset into `records`, which is emptied first. Reads at least
    /// one batch where there is one, however large, and none past the stable offset.
    ///
    /// A batch that fails its checksum throws ``EngineError/Kind/corruptBatch``; ``RecordSet/nextOffset`` then stays before it.
    func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, into records: inout RecordSet
    ) throws(EngineError)

    /// Where a group stands, nil where it never committed.
    func committedPosition(
        of group: String, in partition: TopicPartition
    ) throws(EngineError) -> OffsetAndMetadata?

    /// Commits positions outside of a transaction: for resets, not for stages.
    func commitPositions(_ positions: [OffsetCommit]) throws(EngineError)

    /// Removes what the topics' retention no longer covers. Nothing at or after the offset given for a partition goes.
    func applyRetention(keeping: [TopicPartition: Int64]) throws(EngineError)

    /// Begins a transaction of this transactional id. One at a time for each id: an older one still open is aborted (fenced).
    func beginTransaction(id: String) throws(EngineError) -> any LogTransaction
}

/// Records and positions that become visible together, or never.
///
/// Thread rule: `append` from any thread, also to one partition at once; `commit` and `abort` when no append is under way.
public protocol LogTransaction: Sendable {
    /// Ends the builder's batch under this transaction's producer and appends it; the builder is empty afterwards.
    /// Returns the offset of the batch's last record.
    @discardableResult
    func append(_ builder: RecordBatchBuilder, to partition: TopicPartition) throws(EngineError) -> Int64

    /// Makes everything appended and these positions durable and visible, as one. Returns when it is durable.
    func commit(_ positions: [OffsetCommit]) throws(EngineError)

    /// Takes everything back: no committed reader will see it.
    func abort() throws(EngineError)
}
