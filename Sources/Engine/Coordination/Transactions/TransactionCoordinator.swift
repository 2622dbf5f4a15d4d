// The rules of KIP-98 (transactions), KIP-360 (recovering producers) and KIP-890 part 2 (an epoch for each transaction), as in Kafka's
// TransactionCoordinator and TransactionMetadata.

/// The transactions of all transactional ids: a state machine without I/O.
///
/// Every call checks its caller against the present state, changes it, and says whether the record of the id is to be written. The shell
/// writes it and answers when it is durable; it ends what is prepared by writing markers and positions and calling ``complete(_:now:)``.
/// Times are milliseconds since 1970. A value: the shell guards it.
public struct TransactionCoordinator: Sendable {
    /// What is known of one transactional id.
    public struct Entry: Hashable, Sendable {
        public var record: TransactionRecord
        /// The epoch that a retried InitProducerId may still name, -1 for none.
        var lastEpoch: Int16 = -1
        /// The open transaction belongs to a caller in this process: nothing of it is written before its commit, and it has no time-out.
        public var isEmbedded = false

        public var identity: ProducerIdentity { ProducerIdentity(id: record.producerID, epoch: record.producerEpoch) }
        var isExhausted: Bool { record.producerEpoch >= ProducerIdentity.lastEpoch }
    }

    /// `transaction.max.timeout.ms`
    public var maximumTimeoutMilliseconds: Int32 = 900_000
    /// `transactional.id.expiration.ms`
    public var expirationMilliseconds: Int64 = 7 * 24 * 3_600_000
    /// Where a group's positions are, as a partition of a transaction.
    public static let offsetsPartition = TopicPartition("__consumer_offsets", 0)

    public private(set) var entries: [String: Entry] = [:]
    /// Of undecided transactions: how many will move a group's position.
    private var pending: [String: [TopicPartition: Int]] = [:]

    public init() {}

    public subscript(id: String) -> Entry? { entries[id] }

    /// Puts an entry in its place, as it was read from the log or as it was before a step that failed.
    public mutating func restore(_ entry: Entry) { set(entry) }
    public mutating func restore(_ record: TransactionRecord) { set(Entry(record: record)) }
    public mutating func remove(_ id: String) {
        count(entries[id], by: -1)
        entries[id] = nil
    }

    mutating func set(_ entry: Entry) {
        count(entries[entry.record.transactionalID], by: -1)
        entries[entry.record.transactionalID] = entry
        count(entry, by: 1)
    }

    private mutating func count(_ entry: Entry?, by step: Int) {
        guard let entry, !entry.record.offsets.isEmpty else { return }
        for commit in entry.record.offsets {
            let next = (pending[commit.group]?[commit.partition] ?? 0) + step
            pending[commit.group, default: [:]][commit.partition] = next == 0 ? nil : next
            if pending[commit.group]?.isEmpty == true { pending[commit.group] = nil }
        }
    }

    /// Whether an undecided transaction would move this position: a fetch of stable positions waits for it.
    /// The partitions whose positions undecided transactions would move.
    public func pendingPartitions(of group: String) -> Set<TopicPartition> { Set(pending[group, default: [:]].keys) }
    public func hasPendingOffsets(of group: String, in partition: TopicPartition) -> Bool { pending[group]?[partition] != nil }

    /// Whether the next InitProducerId or end of this id may need a new producer id.
    public func needsProducerID(_ id: String) -> Bool { entries[id]?.isExhausted ?? true }

    /// The entry of a producer that says it is this id's.
    func entry(_ id: String, of producer: ProducerIdentity) throws(TransactionError) -> Entry {
        guard !id.isEmpty else { throw TransactionError(.invalidRequest, "a transactional id is needed") }
        guard let entry = entries[id], entry.record.producerID == producer.id else {
            throw TransactionError(.invalidProducerIDMapping, "transactional id \(id) is not of producer \(producer.id)")
        }
        guard entry.record.producerEpoch == producer.epoch, !entry.isEmbedded else {
            throw TransactionError(
                .producerFenced, "transactional id \(id): epoch \(producer.epoch) of producer \(producer.id) was fenced by \(entry.record.producerEpoch)")
        }
        return entry
    }

    static func concurrent(_ id: String) -> TransactionError {
        TransactionError(.concurrentTransactions, "transactional id \(id): its last transaction is being ended; try again")
    }
}
