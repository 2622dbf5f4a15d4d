import Synchronization
import Coordination
import LogStorage
import SystemIO

extension Broker {
    /// Begins a transaction of this id under a new producer epoch; one that is still open is aborted first (fenced).
    public func beginTransaction(id: String) throws -> BrokerTransaction {
        try state.withLock { state in
            var record = state.transactions[id] ?? newTransaction(id, &state)
            if record.status == .ongoing { try end(record, commit: false, &state) }
            // The epoch rises with every transaction, so that a late marker can never meet the next one (KIP-890).
            if record.producerEpoch >= Int16.max - 1 {
                record.producerID = state.nextProducerID
                state.nextProducerID += 1
                record.producerEpoch = -1
            }
            record.producerEpoch += 1
            record.status = .ongoing
            record.partitions = []
            record.offsets = []
            record.startMilliseconds = clock.wallMilliseconds()
            state.transactions[id] = record
            return BrokerTransaction(broker: self, record: record)
        }
    }

    private func newTransaction(_ id: String, _ state: inout BrokerState) -> TransactionRecord {
        defer { state.nextProducerID += 1 }
        return TransactionRecord(transactionalID: id, producerID: state.nextProducerID, producerEpoch: -1, status: .empty)
    }

    /// The commit. When this returns, data and positions are durable and visible; a crash before the one durable record takes all
    /// of it back, a crash after it brings all of it forward.
    func commit(_ record: TransactionRecord) throws {
        try state.withLock { state in
            guard let current = state.transactions[record.transactionalID], current.status == .ongoing,
                current.producerEpoch == record.producerEpoch, current.producerID == record.producerID
            else {
                throw BrokerError(.fenced, "transaction \(record.transactionalID) epoch \(record.producerEpoch) was fenced by a newer one")
            }
            var record = record
            record.status = .prepareCommit
            record.updateMilliseconds = clock.wallMilliseconds()
            // 1: what the record will promise is durable before the record is; so are the last commit's markers and positions,
            // which the record that described them could roll forward until this one takes its place.
            let touched = state.unsyncedMarkers.union(record.partitions)
            try synchronize(touched.compactMap { state.partitions[$0] })
            try state.offsetsLog?.flush()
            state.unsyncedMarkers = []
            // 2: the commit.
            try state.transactionsLog?.append([(record.encodeKey(), record.encodeValue())])
            try state.transactionsLog?.flush()
            state.transactions[record.transactionalID] = record
            // 3: derived from it, and derived again by recovery where a crash comes in between.
            try end(record, commit: true, &state)
            let transactions = state.transactions
            try state.transactionsLog?.restateIfGrown { transactions.values.map { ($0.encodeKey(), $0.encodeValue()) } }
        }
    }

    func abort(_ record: TransactionRecord) throws {
        try state.withLock { state in
            guard let current = state.transactions[record.transactionalID], current.producerEpoch == record.producerEpoch,
                current.producerID == record.producerID, current.status == .ongoing
            else { return }
            try end(record, commit: false, &state)
        }
    }

    /// Notes that a transaction has data in a partition, so that a fencing successor can abort it.
    func enlist(_ partition: TopicPartition, in record: TransactionRecord) {
        state.withLock { state in
            guard state.transactions[record.transactionalID]?.producerEpoch == record.producerEpoch else { return }
            state.transactions[record.transactionalID]?.partitions.append(partition)
        }
    }

    /// Markers into the partitions, positions into the table. Twice changes nothing: a marker goes only where the transaction is open.
    private func end(_ record: TransactionRecord, commit: Bool, _ state: inout BrokerState) throws {
        for partition in record.partitions.sorted() {
            guard let log = state.partitions[partition] else { continue }
            // The epoch must match: the partition may hold data of a later transaction, which this marker would make visible.
            let isOpen = log.ongoingTransactions.contains {
                $0.producerId == record.producerID && $0.producerEpoch == record.producerEpoch
            }
            guard isOpen else { continue }
            _ = try log.appendEndTransactionMarker(producerId: record.producerID, epoch: record.producerEpoch, commit: commit, outcomeIsDurable: true)
            state.unsyncedMarkers.insert(partition)
        }
        if commit { try self.record(record.offsets, &state) }
        var ended = record
        ended.status = commit ? .completeCommit : .completeAbort
        ended.partitions = []
        ended.offsets = []
        state.transactions[record.transactionalID] = ended
    }

    /// Brings the folder to where the last durable commit left it.
    func recover(_ state: inout BrokerState) throws {
        let offsets = InternalLog(log: try Self.partition(TopicPartition(InternalTopics.offsets, 0), state), clock: clock)
        try offsets.replay { key, value in
            guard let (group, partition) = try OffsetRecord.decodeKey(key) else { return }
            state.positions[group, default: [:]][partition] = try value.map { try OffsetRecord.decodeValue($0) }
        }
        state.offsetsLog = offsets
        let transactions = InternalLog(log: try Self.partition(TopicPartition(InternalTopics.transactions, 0), state), clock: clock)
        try transactions.replay { key, value in
            guard let value else { return }
            let record = try TransactionRecord.decode(key: key, value: value)
            state.transactions[record.transactionalID] = record
            state.nextProducerID = max(state.nextProducerID, record.producerID + 1)
        }
        state.transactionsLog = transactions
        for record in state.transactions.values.sorted(by: { $0.transactionalID < $1.transactionalID })
        where record.status == .prepareCommit {
            try end(record, commit: true, &state)
        }
        try abortUnfinished(&state)
        try settleTransactions(&state)
    }

    /// Makes lasting what the last commits' records could still roll forward, and only then says that they are complete: from here on
    /// recovery takes nothing from them.
    func settleTransactions(_ state: inout BrokerState) throws {
        try synchronize(state.unsyncedMarkers.compactMap { state.partitions[$0] })
        try state.offsetsLog?.flush()
        state.unsyncedMarkers = []
        let ended = state.transactions.values.filter { $0.status != .ongoing }.sorted { $0.transactionalID < $1.transactionalID }
        try state.transactionsLog?.append(ended.map { ($0.encodeKey(), $0.encodeValue()) })
        try state.transactionsLog?.flush()
    }

    /// Every transaction that is open now belongs to a process that is gone, and has no durable commit.
    private func abortUnfinished(_ state: inout BrokerState) throws {
        for (partition, log) in state.partitions {
            for open in log.ongoingTransactions {
                _ = try log.appendEndTransactionMarker(producerId: open.producerId, epoch: open.producerEpoch, commit: false, outcomeIsDurable: true)
                state.unsyncedMarkers.insert(partition)
            }
            // Epochs that were used without a durable record must not be used again: their sequence numbers are remembered.
            for producer in log.activeProducers {
                state.nextProducerID = max(state.nextProducerID, producer.producerId + 1)
                for (id, record) in state.transactions where record.producerID == producer.producerId {
                    state.transactions[id]?.producerEpoch = max(record.producerEpoch, producer.producerEpoch)
                }
            }
        }
    }
}
