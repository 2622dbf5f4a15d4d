extension TransactionCoordinator {
    /// What InitProducerId leads to.
    public enum Initialization: Hashable, Sendable {
        /// To be answered; after the record is durable where `isNew`.
        case initialized(ProducerIdentity, isNew: Bool)
        /// The open transaction was prepared to be aborted: end it, then ask again without the expected producer.
        case abortFirst
    }

    /// Gives a transactional id its producer, under a new epoch that fences those before.
    ///
    /// `expected`: the producer that the client believes to be, if it goes on after an error (KIP-360). `fresh`: a producer id that nobody
    /// has, needed where ``needsProducerID(_:)`` says so.
    public mutating func initialize(
        _ id: String, timeoutMilliseconds: Int32, expected: ProducerIdentity?, fresh: Int64?, now: Int64
    ) throws(TransactionError) -> Initialization {
        guard !id.isEmpty else { throw TransactionError(.invalidRequest, "a transactional id is needed") }
        guard timeoutMilliseconds > 0, timeoutMilliseconds <= maximumTimeoutMilliseconds else {
            throw TransactionError(
                .invalidTransactionTimeout, "transactional id \(id): a time-out of 1 to \(maximumTimeoutMilliseconds) ms is allowed, not \(timeoutMilliseconds)")
        }
        guard var entry = entries[id] else {
            guard let fresh else { throw Self.concurrent(id) }
            let record = TransactionRecord(transactionalID: id, producerID: fresh, producerEpoch: 0, status: .empty)
            return initialized(Entry(record: record), timeoutMilliseconds, now)
        }
        let fenced = TransactionError(.producerFenced, "transactional id \(id) was taken over by another producer")
        if let expected {
            let wasExhausted = expected.id == entry.record.previousProducerID && expected.epoch >= ProducerIdentity.lastEpoch
            guard expected.id == entry.record.producerID || wasExhausted else { throw fenced }
        }
        switch entry.record.status {
        case .prepareCommit, .prepareAbort, .prepareEpochFence: throw Self.concurrent(id)
        case .ongoing:
            guard !entry.isEmbedded else { throw Self.concurrent(id) }
            if let expected, expected.epoch != entry.record.producerEpoch { throw fenced }
            fence(id, now: now)
            return .abortFirst
        case .empty, .completeCommit, .completeAbort, .dead: break
        }
        if let expected, expected.epoch == entry.lastEpoch, expected.epoch != entry.record.producerEpoch {
            // The answer to an earlier request was lost.
            return .initialized(entry.identity, isNew: false)
        }
        if let expected, expected.epoch != entry.record.producerEpoch { throw fenced }
        entry.lastEpoch = expected == nil ? -1 : entry.record.producerEpoch
        entry.record.previousProducerID = entry.record.producerID
        if entry.isExhausted {
            guard let fresh else { throw Self.concurrent(id) }
            entry.record.producerID = fresh
            entry.record.producerEpoch = 0
        } else {
            entry.record.producerEpoch += 1
        }
        return initialized(entry, timeoutMilliseconds, now)
    }

    private mutating func initialized(_ entry: Entry, _ timeout: Int32, _ now: Int64) -> Initialization {
        var entry = entry
        entry.record.timeoutMilliseconds = timeout
        entry.record.status = .empty
        entry.record.partitions = []
        entry.record.offsets = []
        entry.record.offsetsPosition = -1
        entry.record.nextProducerID = -1
        entry.record.clientVersion = 0
        entry.record.startMilliseconds = -1
        entry.record.updateMilliseconds = now
        set(entry)
        return .initialized(entry.identity, isNew: true)
    }

    /// Prepares an open transaction to be aborted under the next epoch, so that its producer can do nothing more.
    public mutating func fence(_ id: String, now: Int64) {
        guard var entry = entries[id], entry.record.status == .ongoing else { return }
        entry.lastEpoch = -1
        if entry.record.producerEpoch < Int16.max { entry.record.producerEpoch += 1 }
        entry.record.status = .prepareAbort
        entry.record.clientVersion = 0
        entry.record.offsets = []
        entry.record.updateMilliseconds = now
        set(entry)
    }

    /// Begins a transaction of a caller in this process, under a new epoch. Nil: end what was prepared, or wait for what is being ended, and
    /// ask again.
    ///
    /// An open one of such a caller is given back in `abandoned`: its data is to be aborted under its own epoch.
    public mutating func beginEmbedded(
        _ id: String, fresh: Int64?, now: Int64, abandoned: inout TransactionRecord?
    ) -> (record: TransactionRecord?, isPrepared: Bool) {
        var entry = entries[id]
        if let open = entry {
            switch open.record.status {
            case .prepareCommit, .prepareAbort, .prepareEpochFence: return (nil, false)
            case .ongoing where !open.isEmbedded:
                fence(id, now: now)
                return (nil, true)
            case .ongoing: abandoned = open.record
            default: break
            }
        }
        if entry?.isExhausted ?? true {
            guard let fresh else { return (nil, false) }
            var record = TransactionRecord(transactionalID: id, producerID: fresh, producerEpoch: 0, status: .ongoing)
            record.previousProducerID = entry?.record.producerID ?? -1
            entry = Entry(record: record)
        } else {
            entry?.record.producerEpoch += 1
        }
        guard var begun = entry else { return (nil, false) }
        begun.lastEpoch = -1
        begun.isEmbedded = true
        begun.record.status = .ongoing
        begun.record.partitions = []
        begun.record.offsets = []
        begun.record.clientVersion = 0
        begun.record.nextProducerID = -1
        begun.record.startMilliseconds = now
        set(begun)
        return (begun.record, false)
    }
}
