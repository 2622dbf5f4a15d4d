extension TransactionCoordinator {
    /// What an end of a transaction leads to.
    public enum Ending: Hashable, Sendable {
        /// It was ended before: the answer to that was lost. The producer to go on with.
        case ended(ProducerIdentity)
        /// The record says the outcome: write it, then markers and positions, then ``TransactionCoordinator/complete(_:now:)``.
        case prepared
    }

    /// Prepares the end of a transaction. `clientVersion`: the client's transaction version, 2 for EndTxn from version 5 on, whose epoch
    /// rises with every end. `fresh`: a producer id that nobody has, needed where the epochs are exhausted.
    public mutating func prepareEnd(
        _ id: String, of producer: ProducerIdentity, isCommit: Bool, clientVersion: Int16, fresh: Int64?, now: Int64
    ) throws(TransactionError) -> Ending {
        guard !id.isEmpty else { throw TransactionError(.invalidRequest, "a transactional id is needed") }
        guard var entry = entries[id] else { throw mapping(id, producer) }
        let record = entry.record
        let isV2 = record.clientVersion >= 2
        let isLateAfterOverflow =
            isV2 && record.previousProducerID == producer.id && producer.epoch == ProducerIdentity.lastEpoch && record.producerEpoch == 0
        guard record.producerID == producer.id || isLateAfterOverflow else { throw mapping(id, producer) }
        let isLate = isLateAfterOverflow || (isV2 && record.producerEpoch > 0 && record.producerEpoch - 1 == producer.epoch)
        let isCurrent = record.producerEpoch == producer.epoch && record.producerID == producer.id && !entry.isEmbedded
        let fenced = TransactionError(.producerFenced, "transactional id \(id): epoch \(producer.epoch) of producer \(producer.id) was fenced")
        switch record.status {
        case .ongoing:
            guard isCurrent else { throw fenced }
        case .empty, .dead, .prepareEpochFence:
            guard isCurrent else { throw fenced }
            // A client of version 2 cannot know whether its first batch arrived, so it may abort what never began.
            guard clientVersion >= 2, !isCommit else { throw invalid(record, isCommit) }
        case .prepareCommit, .prepareAbort:
            guard isV2 ? isLate : isCurrent else { throw fenced }
            guard isCommit == (record.status == .prepareCommit) else { throw invalid(record, isCommit) }
            throw Self.concurrent(id)
        case .completeCommit, .completeAbort:
            guard isCurrent || isLate else { throw fenced }
            let isSame = isCommit == (record.status == .completeCommit)
            if isLate || clientVersion < 2 {
                guard isSame else { throw invalid(record, isCommit) }
                return .ended(entry.identity)
            }
            guard !isCommit else { throw invalid(record, isCommit) }
        }
        if record.status != .ongoing {
            entry.record.partitions = []
            entry.record.offsets = []
            entry.record.startMilliseconds = now
        }
        entry.record.status = isCommit ? .prepareCommit : .prepareAbort
        if !isCommit { entry.record.offsets = [] }
        entry.record.clientVersion = clientVersion
        entry.record.updateMilliseconds = now
        entry.record.nextProducerID = -1
        if clientVersion >= 2 {
            if entry.isExhausted {
                guard let fresh else { throw Self.concurrent(id) }
                entry.record.nextProducerID = fresh
            }
            entry.lastEpoch = record.producerEpoch
            entry.record.producerEpoch += 1
        }
        set(entry)
        return .prepared
    }

    /// Prepares the commit of a caller in this process; false where it was fenced.
    public mutating func prepareEmbeddedCommit(_ record: TransactionRecord, now: Int64) -> Bool {
        guard var entry = entries[record.transactionalID], isOpen(record, entry) else { return false }
        entry.record.status = .prepareCommit
        entry.record.partitions = record.partitions
        entry.record.offsets = record.offsets
        entry.record.updateMilliseconds = now
        set(entry)
        return true
    }

    /// Ends the open transaction of a caller in this process without a record; false where it was fenced.
    public mutating func abortEmbedded(_ record: TransactionRecord, now: Int64) -> Bool {
        guard var entry = entries[record.transactionalID], isOpen(record, entry) else { return false }
        entry.record.status = .prepareAbort
        entry.record.partitions = record.partitions
        entry.record.updateMilliseconds = now
        set(entry)
        return true
    }

    private func isOpen(_ record: TransactionRecord, _ entry: Entry) -> Bool {
        entry.isEmbedded && entry.record.status == .ongoing && entry.record.producerEpoch == record.producerEpoch
            && entry.record.producerID == record.producerID
    }

    /// Notes that markers and positions of a prepared transaction are written. Answers the producer that the client goes on with.
    @discardableResult
    public mutating func complete(_ id: String, now: Int64) -> ProducerIdentity? {
        guard var entry = entries[id] else { return nil }
        switch entry.record.status {
        case .prepareCommit: entry.record.status = .completeCommit
        case .prepareAbort: entry.record.status = .completeAbort
        default: return entry.identity
        }
        entry.isEmbedded = false
        entry.record.partitions = []
        entry.record.offsets = []
        entry.record.offsetsPosition = -1
        entry.record.updateMilliseconds = max(now, entry.record.updateMilliseconds)
        if entry.record.nextProducerID >= 0 {
            entry.record.previousProducerID = entry.record.producerID
            entry.record.producerID = entry.record.nextProducerID
            entry.record.producerEpoch = 0
            entry.record.nextProducerID = -1
        }
        set(entry)
        return entry.identity
    }

    private func mapping(_ id: String, _ producer: ProducerIdentity) -> TransactionError {
        TransactionError(.invalidProducerIDMapping, "transactional id \(id) is not of producer \(producer.id)")
    }

    private func invalid(_ record: TransactionRecord, _ isCommit: Bool) -> TransactionError {
        TransactionError(
            .invalidTxnState, "transactional id \(record.transactionalID) is in state \(record.status.name) and cannot be \(isCommit ? "committed" : "aborted")")
    }
}
