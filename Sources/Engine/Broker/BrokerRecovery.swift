import Coordination
import LogStorage
import Records
import SystemIO

/// Brings a data folder to where its last durable outcomes left it, before anyone else sees it.
struct BrokerRecovery {
    let offsetsLog: InternalLog
    let transactionsLog: InternalLog
    private(set) var positions: [String: [TopicPartition: CommittedPosition]] = [:]
    private(set) var coordinator = TransactionCoordinator()
    private(set) var nextProducerID: Int64 = 1
    private let topics: TopicStore
    private let now: Int64
    /// Where in its log each position was written last, or removed.
    private var places: [OffsetKey: Int64] = [:]
    /// Ids whose record in the log is not what it should say.
    private var changed: Set<String> = []
    private var unsettled: [TransactionService.UnsettledPlace] = []

    private struct OffsetKey: Hashable {
        var group: String
        var partition: TopicPartition
    }

    init(topics: TopicStore, clock: any TimeSource, settings: BrokerSettings) throws {
        self.topics = topics
        now = clock.wallMilliseconds()
        offsetsLog = InternalLog(log: try topics.partition(TopicPartition(InternalTopics.offsets, 0)), clock: clock)
        transactionsLog = InternalLog(log: try topics.partition(TopicPartition(InternalTopics.transactions, 0)), clock: clock)
        coordinator.maximumTimeoutMilliseconds = Int32(clamping: settings.integer("transaction.max.timeout.ms"))
        coordinator.expirationMilliseconds = settings.integer("transactional.id.expiration.ms")
        try readPositions()
        try readTransactions()
    }

    private mutating func readPositions() throws {
        var positions: [String: [TopicPartition: CommittedPosition]] = [:]
        var places: [OffsetKey: Int64] = [:]
        try offsetsLog.replay { offset, key, value in
            guard let (group, partition) = try OffsetRecord.decodeKey(key) else { return }
            places[OffsetKey(group: group, partition: partition)] = offset
            guard let value else {
                positions[group]?[partition] = nil
                return
            }
            positions[group, default: [:]][partition] = CommittedPosition(
                position: try OffsetRecord.decodeValue(value), committedMilliseconds: OffsetRecord.commitMilliseconds(value))
        }
        self.positions = positions.filter { !$0.value.isEmpty }
        self.places = places
    }

    private mutating func readTransactions() throws {
        var coordinator = coordinator
        var next = nextProducerID
        try transactionsLog.replay { _, key, value in
            guard let value else { return coordinator.remove(try TransactionRecord.decodeKey(key)) }
            let record = try TransactionRecord.decode(key: key, value: value)
            coordinator.restore(record)
            next = max(next, record.producerID + 1, record.nextProducerID + 1)
        }
        self.coordinator = coordinator
        nextProducerID = next
    }

    /// Ends what was prepared, adopts or aborts what is open, and makes all of it lasting before a record says so.
    mutating func rollForward(into store: PositionStore) throws {
        // In the order of their positions in the log, so that the later commit of two to one position stays.
        let prepared = coordinator.entries.values.map(\.record)
            .filter { $0.status == .prepareCommit || $0.status == .prepareAbort }
            .sorted { ($0.offsetsPosition, $0.updateMilliseconds, $0.transactionalID) < ($1.offsetsPosition, $1.updateMilliseconds, $1.transactionalID) }
        for record in prepared {
            let id = record.transactionalID
            unsettled += try TransactionService.applyOutcome(record, topics: topics, positions: store) { isMissing($0, record) }
            coordinator.complete(id, now: now)
            changed.insert(id)
        }
        try matchOpenTransactions()
        guard !changed.isEmpty || !unsettled.isEmpty else { return }
        _ = try Parallel.map(count: unsettled.count, threads: Parallel.cores) { [unsettled] in try unsettled[$0].log.flush() }
        try offsetsLog.flush()
        let records = changed.sorted().compactMap { coordinator[$0]?.record }
        try transactionsLog.append(records.map { ($0.encodeKey(), $0.encodeValue()) })
        try transactionsLog.flush()
    }

    /// Whether a commit's position is not in its log yet: what was written there after the outcome was decided is it, or is newer.
    private func isMissing(_ commit: OffsetCommit, _ record: TransactionRecord) -> Bool {
        // A record of an older build does not say: its positions were always written down before others of the same group.
        guard record.offsetsPosition >= 0 else { return true }
        // The log was restated since, which it is not before the positions are in it.
        guard record.offsetsPosition >= offsetsLog.log.startOffset else { return false }
        let place = places[OffsetKey(group: commit.group, partition: commit.partition)] ?? -1
        return place < record.offsetsPosition
    }

    /// Data of a client's open transaction stays open, also in a partition whose record was lost with the machine before the client was
    /// answered: it will send its batch again, and that must count. What else is open belongs to a process that is gone.
    private mutating func matchOpenTransactions() throws {
        var ids: [Int64: String] = [:]
        for (id, entry) in coordinator.entries { ids[entry.record.producerID] = id }
        for (partition, log) in topics.partitions {
            for producer in log.activeProducers {
                nextProducerID = max(nextProducerID, producer.producerId + 1)
                let id = ids[producer.producerId]
                if producer.transactionFirstOffset != nil {
                    let isAdopted = try id.map { try adopt(partition, $0, producer) } ?? false
                    if !isAdopted { try abort(producer, in: partition, log) }
                }
                if let id { raiseEpoch(of: id, to: producer.producerEpoch) }
            }
        }
    }

    private mutating func adopt(_ partition: TopicPartition, _ id: String, _ producer: ActiveProducer) throws -> Bool {
        guard let record = coordinator[id]?.record, record.producerEpoch == producer.producerEpoch else { return false }
        if record.status == .ongoing, record.partitions.contains(partition) { return true }
        do throws(TransactionError) {
            let identity = ProducerIdentity(id: producer.producerId, epoch: producer.producerEpoch)
            if try coordinator.add([partition], to: id, of: identity, now: now) { changed.insert(id) }
            return true
        } catch { return false }
    }

    private mutating func abort(_ producer: ActiveProducer, in partition: TopicPartition, _ log: PartitionLog) throws {
        let marker = try log.appendEndTransactionMarker(
            producerId: producer.producerId, epoch: producer.producerEpoch, commit: false, outcomeIsDurable: true)
        unsettled.append(.init(partition: partition, log: log, offset: marker.lastOffset + 1))
    }

    /// Epochs that were used without a durable record are not used again: partitions remember their sequence numbers.
    private mutating func raiseEpoch(of id: String, to epoch: Int16) {
        guard var entry = coordinator[id], entry.record.producerEpoch < epoch else { return }
        entry.record.producerEpoch = epoch
        coordinator.restore(entry)
        changed.insert(id)
    }
}
