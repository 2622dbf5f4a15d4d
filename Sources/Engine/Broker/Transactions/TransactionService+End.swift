import Coordination
import Dispatch
import LogStorage
import Synchronization

extension TransactionService {
    /// Ends a transaction whose outcome was prepared: data durable, then the record of the outcome, then markers and positions.
    func end(_ id: String, _ completion: @escaping Completion<ProducerIdentity>) {
        let go: @Sendable () -> Void = { [self] in prepareData(id, completion) }
        let isReady = state.withLock { state -> Bool in
            guard let slot = state.slots[id], slot.appending > 0 else { return true }
            state.slots[id]?.whenAppended = go
            return false
        }
        if isReady { go() }
    }

    /// What the record will promise is durable before the record is.
    private func prepareData(_ id: String, _ completion: @escaping Completion<ProducerIdentity>) {
        guard let record = state.withLock({ $0.coordinator[id]?.record }) else {
            return completion(.failure(TransactionError(.transactionalIDNotFound, "there is no transactional id \(id)")))
        }
        // From here until the positions are written, offsets in their log stay as they are.
        positions.log.hold()
        let release: @Sendable (Result<ProducerIdentity, TransactionError>) -> Void = { [self] result in
            positions.log.release()
            let ended = state.withLock { state in
                defer { state.slots[id]?.whenEnded = [] }
                return state.slots[id]?.whenEnded ?? []
            }
            completion(result)
            for waiter in ended { waiter() }
        }
        guard record.status == .prepareCommit else { return writeOutcome(id, release) }
        let data = record.partitions.compactMap { partition -> UnsettledPlace? in
            guard let log = try? topics.partition(partition) else { return nil }
            return UnsettledPlace(partition: partition, log: log, offset: log.endOffset)
        }
        whenSettled(data) { [self] result in
            if case .failure(let error) = result {
                abandon(id)
                return release(.failure(Self.storageError(error)))
            }
            writeOutcome(id, release)
        }
    }

    /// The data cannot be made durable: the transaction cannot be committed, and is open again for its abort.
    private func abandon(_ id: String) {
        state.withLock { state in
            guard var entry = state.coordinator[id], entry.record.status == .prepareCommit else { return }
            entry.record.producerEpoch = entry.record.dataEpoch
            entry.record.clientVersion = 0
            entry.record.nextProducerID = -1
            entry.record.status = .ongoing
            state.coordinator.restore(entry)
        }
    }

    private func writeOutcome(_ id: String, _ completion: @escaping Completion<ProducerIdentity>) {
        let isSilent = state.withLock { state in
            // The abort of a caller in this process needs no record: its epoch is never used again.
            state.coordinator[id].map { $0.isEmbedded && $0.record.status == .prepareAbort } ?? true
        }
        if isSilent { return completion(finish(id)) }
        persist(id) { [self] result in
            if case .failure(let error) = result { return completion(.failure(Self.storageError(error))) }
            completion(finish(id))
        }
    }

    private func finish(_ id: String) -> Result<ProducerIdentity, TransactionError> {
        guard let entry = state.withLock({ $0.coordinator[id] }) else {
            return .failure(TransactionError(.transactionalIDNotFound, "there is no transactional id \(id)"))
        }
        let record = entry.record
        let result = Result { try Self.applyOutcome(record, topics: topics, positions: positions) }
        // Consumers see the records already. That they also see the log's end is not worth a sync of its own to callers in this process,
        // whose next commit comes soon.
        if !entry.isEmbedded, case .success(let places) = result {
            for place in places { scheduler.noteAppend(to: place.log) }
        }
        return state.withLock { state in
            switch result {
            case .failure(let error):
                // The outcome is durable, and what it brings is not there: the next start brings it.
                return .failure(Self.storageError(error))
            case .success(let places):
                state.slots[id, default: Slot()].unsettled += places
                state.slots[id]?.version += 1
                guard let producer = state.coordinator.complete(id, now: now) else {
                    return .failure(TransactionError(.transactionalIDNotFound, "there is no transactional id \(id)"))
                }
                return .success(producer)
            }
        }
    }

    /// Markers into the partitions, positions into the table. Twice changes nothing: a marker goes only where the transaction is open.
    static func applyOutcome(
        _ record: TransactionRecord, topics: TopicStore, positions: PositionStore, writesPositions: (OffsetCommit) -> Bool = { _ in true }
    ) throws -> [UnsettledPlace] {
        var places: [UnsettledPlace] = []
        var failure: (any Error)?
        let isCommit = record.status == .prepareCommit
        for partition in record.partitions.sorted() {
            guard let log = try? topics.partition(partition) else { continue }
            // The epoch must match: the partition may hold data of the next transaction, which this marker would end.
            let isOpen = log.ongoingTransactions.contains {
                guard $0.producerId == record.producerID else { return false }
                return isCommit ? $0.producerEpoch == record.dataEpoch : $0.producerEpoch <= record.dataEpoch
            }
            guard isOpen else { continue }
            do {
                let marker = try log.appendEndTransactionMarker(
                    producerId: record.producerID, epoch: record.producerEpoch, commit: isCommit, outcomeIsDurable: true)
                places.append(UnsettledPlace(partition: partition, log: log, offset: marker.lastOffset + 1))
            } catch {
                // Deleted meanwhile, or it is told once the other partitions have theirs.
                if (try? topics.partition(partition)) === log { failure = failure ?? error }
            }
        }
        let commits = isCommit ? record.offsets.filter(writesPositions) : []
        if !commits.isEmpty {
            let end = try positions.append(commits, [])
            places.append(UnsettledPlace(partition: TransactionCoordinator.offsetsPartition, log: positions.log.log, offset: end))
        }
        if let failure { throw failure }
        return places
    }

    // MARK: - In the course of time

    /// Aborts transactions past their time-out, forgets ids long silent, and writes down what was completed. Called about once a second.
    public func tick(now: Int64) {
        let (aborted, expired, completed) = state.withLock { state -> ([String], [String], [String]) in
            let late = state.coordinator.timedOut(now: now)
            for id in late {
                state.coordinator.fence(id, now: now)
                Self.change(id, &state)
            }
            let expired = state.coordinator.expired(now: now).filter { state.slots[$0].map { !$0.isWriting } ?? true }
            for id in expired {
                state.coordinator.remove(id)
                Self.change(id, &state)
            }
            let completed = state.slots.filter { id, slot in
                guard !slot.unsettled.isEmpty, !slot.isWriting, let status = state.coordinator[id]?.record.status else { return false }
                return status == .completeCommit || status == .completeAbort
            }.map(\.key)
            return (late, expired, completed)
        }
        for id in aborted { end(id) { _ in } }
        for id in expired {
            persist(id) { [self] _ in
                state.withLock { state in
                    guard state.coordinator[id] == nil, state.slots[id]?.isWriting == false else { return }
                    state.slots[id] = nil
                }
            }
        }
        for id in completed.sorted() { persist(id) { _ in } }
        // Where it fails, the log says so to the next who writes.
        try? log.restateIfGrown()
        try? positions.log.restateIfGrown()
    }

    /// Writes down everything that was completed, and returns when it is durable.
    func settle() {
        let ids = state.withLock { state in
            state.slots.filter { id, slot in
                let status = state.coordinator[id]?.record.status
                return slot.durableVersion < slot.version && (status == .completeCommit || status == .completeAbort)
            }.map(\.key)
        }
        let done = DispatchGroup()
        for id in ids.sorted() {
            done.enter()
            persist(id) { _ in done.leave() }
        }
        done.wait()
    }
}
