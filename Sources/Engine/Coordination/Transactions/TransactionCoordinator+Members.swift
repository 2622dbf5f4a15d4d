extension TransactionCoordinator {
    /// Takes partitions into the transaction, which begins with the first. Answers whether the record is to be written.
    public mutating func add(
        _ partitions: [TopicPartition], to id: String, of producer: ProducerIdentity, now: Int64
    ) throws(TransactionError) -> Bool {
        var entry = try entry(id, of: producer)
        switch entry.record.status {
        case .prepareCommit, .prepareAbort, .prepareEpochFence, .dead: throw Self.concurrent(id)
        case .ongoing:
            let present = Set(entry.record.partitions)
            let added = Set(partitions).subtracting(present)
            guard !added.isEmpty else { return false }
            entry.record.partitions = present.union(added).sorted()
        case .empty, .completeCommit, .completeAbort:
            guard !partitions.isEmpty else { return false }
            entry.record.status = .ongoing
            entry.record.partitions = Set(partitions).sorted()
            entry.record.offsets = []
            entry.record.offsetsPosition = -1
            entry.record.clientVersion = 0
            entry.record.startMilliseconds = now
        }
        entry.record.updateMilliseconds = now
        set(entry)
        return true
    }

    /// Whether partitions are in the open transaction of this producer: a code for each, `none` or TRANSACTION_ABORTABLE.
    public func verify(
        _ partitions: [TopicPartition], in id: String, of producer: ProducerIdentity
    ) throws(TransactionError) -> [KafkaErrorCode] {
        let entry = try entry(id, of: producer)
        switch entry.record.status {
        case .prepareCommit, .prepareAbort, .prepareEpochFence, .dead: throw Self.concurrent(id)
        default: return partitions.map { isOpen($0, entry) ? .none : .transactionAbortable }
        }
    }

    private func isOpen(_ partition: TopicPartition, _ entry: Entry) -> Bool {
        entry.record.status == .ongoing && entry.record.partitions.contains(partition)
    }

    /// Whether a batch of this producer may be appended. `addsPartition`: the request takes its partitions into the transaction (Produce
    /// from version 12 on); otherwise they must be in it. `knowsAbortable`: the client knows TRANSACTION_ABORTABLE (Produce 11).
    /// Answers whether the record is to be written before the batch is acknowledged.
    public mutating func admit(
        _ partition: TopicPartition, of id: String, _ producer: ProducerIdentity, addsPartition: Bool, knowsAbortable: Bool, now: Int64
    ) throws(TransactionError) -> Bool {
        do throws(TransactionError) {
            if addsPartition { return try add([partition], to: id, of: producer, now: now) }
            guard try verify([partition], in: id, of: producer)[0] == .none else {
                throw TransactionError(
                    knowsAbortable ? .transactionAbortable : .invalidTxnState,
                    "\(partition) is not in the open transaction of transactional id \(id): AddPartitionsToTxn comes first")
            }
            return false
        } catch {
            // Producers know these from the log; a code that they retry stands for one that old ones do not know.
            switch error.code {
            case .producerFenced: throw TransactionError(.invalidProducerEpoch, error.description)
            case .concurrentTransactions where !addsPartition: throw TransactionError(.notEnoughReplicas, error.description)
            default: throw error
            }
        }
    }

    /// Takes positions into the transaction: they become true with its commit. `addsGroup`: the request takes the group into the
    /// transaction (TxnOffsetCommit from version 5 on); otherwise AddOffsetsToTxn did. Answers whether the record is to be written.
    public mutating func commit(
        _ offsets: [OffsetCommit], in id: String, of producer: ProducerIdentity, addsGroup: Bool, now: Int64
    ) throws(TransactionError) -> Bool {
        do throws(TransactionError) {
            let hasGroup = try verify([Self.offsetsPartition], in: id, of: producer)[0] == .none
            guard hasGroup || addsGroup else {
                throw TransactionError(.invalidTxnState, "transactional id \(id): AddOffsetsToTxn comes before TxnOffsetCommit")
            }
            if !hasGroup { _ = try add([Self.offsetsPartition], to: id, of: producer, now: now) }
        } catch {
            throw error.code == .producerFenced ? TransactionError(.invalidProducerEpoch, error.description) : error
        }
        guard var entry = entries[id], !offsets.isEmpty else { return true }
        var last: [OffsetKey: Int] = [:]
        for (index, commit) in entry.record.offsets.enumerated() { last[OffsetKey(commit)] = index }
        for commit in offsets {
            if let index = last[OffsetKey(commit)] {
                entry.record.offsets[index] = commit
            } else {
                last[OffsetKey(commit)] = entry.record.offsets.count
                entry.record.offsets.append(commit)
            }
        }
        entry.record.updateMilliseconds = now
        set(entry)
        return true
    }

    private struct OffsetKey: Hashable {
        var group: String
        var partition: TopicPartition
        init(_ commit: OffsetCommit) {
            group = commit.group
            partition = commit.partition
        }
    }

    /// Notes that the open transaction of a caller in this process has data in a partition.
    public mutating func enlist(_ partition: TopicPartition, in record: TransactionRecord) {
        guard var entry = entries[record.transactionalID], entry.isEmbedded, entry.record.producerEpoch == record.producerEpoch,
            entry.record.producerID == record.producerID, !entry.record.partitions.contains(partition)
        else { return }
        entry.record.partitions.append(partition)
        set(entry)
    }
}
