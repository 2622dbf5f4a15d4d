extension TransactionCoordinator {
    /// Open transactions past their time-out, in order of their ids.
    public func timedOut(now: Int64) -> [String] {
        entries.values.filter { entry in
            entry.record.status == .ongoing && !entry.isEmbedded
                && now - entry.record.startMilliseconds >= Int64(entry.record.timeoutMilliseconds)
        }.map(\.record.transactionalID).sorted()
    }

    /// Ids that did nothing for `transactional.id.expiration.ms`, in order: to be removed with a tombstone.
    public func expired(now: Int64) -> [String] {
        entries.values.filter { entry in
            switch entry.record.status {
            case .empty, .completeCommit, .completeAbort, .dead: now - entry.record.updateMilliseconds >= expirationMilliseconds
            case .ongoing, .prepareCommit, .prepareAbort, .prepareEpochFence: false
            }
        }.map(\.record.transactionalID).sorted()
    }

    /// DescribeTransactions: throws TRANSACTIONAL_ID_NOT_FOUND.
    public func describe(_ id: String) throws(TransactionError) -> TransactionRecord {
        guard !id.isEmpty else { throw TransactionError(.invalidRequest, "a transactional id is needed") }
        guard let entry = entries[id] else { throw TransactionError(.transactionalIDNotFound, "there is no transactional id \(id)") }
        return entry.record
    }

    /// ListTransactions. Empty filters let everything pass; `minimumMilliseconds` under 0 too, otherwise only transactions that are older.
    public func list(
        states: [String] = [], producers: [Int64] = [], minimumMilliseconds: Int64 = -1, now: Int64
    ) -> (unknownStates: [String], transactions: [TransactionRecord]) {
        let known = Dictionary(uniqueKeysWithValues: TransactionStatus.allCases.map { ($0.name, $0) })
        let wanted = Set(states.compactMap { known[$0] })
        let unknown = states.filter { known[$0] == nil }
        let ids = Set(producers)
        let found = entries.values.map(\.record).filter { record in
            if !states.isEmpty, !wanted.contains(record.status) { return false }
            if !ids.isEmpty, !ids.contains(record.producerID) { return false }
            if minimumMilliseconds >= 0, record.startMilliseconds < 0 || now - record.startMilliseconds <= minimumMilliseconds { return false }
            return true
        }
        return (unknown, found.sorted { $0.transactionalID < $1.transactionalID })
    }
}
