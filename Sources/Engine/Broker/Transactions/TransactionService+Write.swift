import Coordination
import LogStorage
import Synchronization

extension TransactionService {
    /// Notes, under the lock, that the id's state changed and has to be written.
    static func change(_ id: String, _ state: inout State) { state.slots[id, default: Slot()].version += 1 }

    /// Calls `completion` when the id's state of now is durable in `__transaction_state`. Changes that come while one is written are
    /// written together.
    func persist(_ id: String, _ completion: @escaping FlushScheduler.Completion) {
        let (isDone, starts) = state.withLock { state -> (Bool, Bool) in
            guard var slot = state.slots[id], slot.durableVersion < slot.version else { return (true, false) }
            slot.waiters.append((slot.version, completion))
            let starts = !slot.isWriting
            slot.isWriting = true
            state.slots[id] = slot
            return (false, starts)
        }
        if isDone { return completion(.success(())) }
        if starts { settleAndWrite(id) }
    }

    /// First what the record in the log could still bring back, then the record that takes its place.
    private func settleAndWrite(_ id: String) {
        let unsettled = state.withLock { state -> [UnsettledPlace] in
            defer { state.slots[id]?.unsettled = [] }
            return state.slots[id]?.unsettled ?? []
        }
        whenSettled(unsettled) { [self] result in
            switch result {
            case .success: write(id)
            case .failure(let error):
                state.withLock { $0.slots[id]?.unsettled += unsettled }
                finishWriting(id, upTo: nil, .failure(error))
            }
        }
    }

    /// Partitions that were deleted or closed meanwhile have nothing to wait for: closing makes durable.
    func whenSettled(_ places: [UnsettledPlace], _ completion: @escaping FlushScheduler.Completion) {
        let current = places.filter { isCurrent($0) }
        scheduler.whenDurable(current.map { ($0.log, $0.offset) }) { [self] result in
            if case .failure = result {
                let rest = current.filter { isCurrent($0) }
                if rest.count < current.count { return whenSettled(rest, completion) }
            }
            completion(result)
        }
    }

    private func isCurrent(_ place: UnsettledPlace) -> Bool { (try? topics.partition(place.partition)) === place.log }

    private func write(_ id: String) {
        let (version, record) = state.withLock { state in (state.slots[id]?.version ?? 0, state.coordinator[id]?.record) }
        do {
            let end: Int64
            if var record {
                if record.status == .prepareCommit, !record.offsets.isEmpty {
                    // Held since the outcome was prepared: offsets in that log do not move before the positions are written.
                    record.offsetsPosition = positions.log.log.endOffset
                }
                end = try log.append([(record.encodeKey(), record.encodeValue())])
            } else {
                let gone = TransactionRecord(transactionalID: id, producerID: -1, producerEpoch: -1, status: .dead)
                end = try log.append([(gone.encodeKey(), nil)])
            }
            scheduler.whenDurable(log: log.log, upTo: end) { [self] result in finishWriting(id, upTo: version, result) }
        } catch {
            finishWriting(id, upTo: nil, .failure(error))
        }
    }

    private func finishWriting(_ id: String, upTo version: Int?, _ result: Result<Void, any Error>) {
        let (answered, isAgain) = state.withLock { state -> ([FlushScheduler.Completion], Bool) in
            guard var slot = state.slots[id] else { return ([], false) }
            var answered: [FlushScheduler.Completion] = []
            if let version, case .success = result {
                slot.durableVersion = max(slot.durableVersion, version)
                answered = slot.waiters.filter { $0.version <= version }.map(\.completion)
                slot.waiters.removeAll { $0.version <= version }
            } else {
                // The log takes nothing any more: nobody is left waiting.
                answered = slot.waiters.map(\.completion)
                slot.waiters = []
            }
            slot.isWriting = !slot.waiters.isEmpty
            state.slots[id] = slot
            return (answered, slot.isWriting)
        }
        for completion in answered { completion(result) }
        if isAgain { settleAndWrite(id) }
    }
}
