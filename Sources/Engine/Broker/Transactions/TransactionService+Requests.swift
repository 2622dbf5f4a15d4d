public import Coordination
import LogStorage
import Synchronization

extension TransactionService {
    /// InitProducerId. Without a transactional id the producer is an idempotent one. An open transaction of the id is aborted first.
    public func initProducerID(
        _ id: String?, timeoutMilliseconds: Int32, expected: ProducerIdentity? = nil,
        _ completion: @escaping Completion<ProducerIdentity>
    ) {
        do throws(TransactionError) {
            guard let id else { return completion(.success(ProducerIdentity(id: try newProducerID(), epoch: 0))) }
            let fresh = try freshProducerID(for: id)
            let now = now
            let step = try state.withLock { state throws(TransactionError) in
                let step = try state.coordinator.initialize(
                    id, timeoutMilliseconds: timeoutMilliseconds, expected: expected, fresh: fresh, now: now)
                Self.change(id, &state)
                return step
            }
            switch step {
            case .initialized(let producer, _):
                persist(id) { result in completion(result.map { producer }.mapError(Self.storageError)) }
            case .abortFirst:
                end(id) { [self] result in
                    switch result {
                    case .success: initProducerID(id, timeoutMilliseconds: timeoutMilliseconds, completion)
                    case .failure(let error): completion(.failure(error))
                    }
                }
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// AddPartitionsToTxn. Unknown topics are the caller's to refuse.
    public func addPartitions(
        _ partitions: [TopicPartition], to id: String, of producer: ProducerIdentity, _ completion: @escaping Completion<Void>
    ) {
        let now = now
        change(id, completion) { coordinator throws(TransactionError) in try coordinator.add(partitions, to: id, of: producer, now: now) }
    }

    /// AddPartitionsToTxn with `verifyOnly`: a code for each partition.
    public func verifyPartitions(
        _ partitions: [TopicPartition], in id: String, of producer: ProducerIdentity
    ) throws(TransactionError) -> [KafkaErrorCode] {
        try state.withLock { state throws(TransactionError) in try state.coordinator.verify(partitions, in: id, of: producer) }
    }

    /// AddOffsetsToTxn: the transaction will move positions of a group.
    public func addOffsets(of group: String, to id: String, of producer: ProducerIdentity, _ completion: @escaping Completion<Void>) {
        addPartitions([TransactionCoordinator.offsetsPartition], to: id, of: producer, completion)
    }

    /// TxnOffsetCommit. `addsGroup`: from version 5 of the request on no AddOffsetsToTxn comes before. Whether the member may commit is
    /// the group's to say, before.
    public func commitOffsets(
        _ offsets: [OffsetCommit], in id: String, of producer: ProducerIdentity, addsGroup: Bool, _ completion: @escaping Completion<Void>
    ) {
        if let long = offsets.first(where: { !positions.accepts(metadata: $0.position.metadata) }) {
            return completion(
                .failure(TransactionError(.offsetMetadataTooLarge, "the metadata of \(long.partition) is longer than \(positions.maximumMetadataBytes) bytes")))
        }
        let now = now
        change(id, completion) { coordinator throws(TransactionError) in
            try coordinator.commit(offsets, in: id, of: producer, addsGroup: addsGroup, now: now)
        }
    }

    private func change(
        _ id: String, _ completion: @escaping Completion<Void>,
        _ body: (inout TransactionCoordinator) throws(TransactionError) -> Bool
    ) {
        do throws(TransactionError) {
            try state.withLock { state throws(TransactionError) in
                if try body(&state.coordinator) { Self.change(id, &state) }
            }
        } catch {
            return completion(.failure(error))
        }
        // Also where nothing is new: what was asked for before may not be durable yet.
        persist(id) { result in completion(result.mapError(Self.storageError)) }
    }

    /// EndTxn. The producer that the client goes on with: from client version 2 on (EndTxn 5) under a new epoch. Answered when the outcome is
    /// durable and can be seen.
    public func endTransaction(
        _ id: String, of producer: ProducerIdentity, commit isCommit: Bool, clientVersion: Int16,
        _ completion: @escaping Completion<ProducerIdentity>
    ) {
        do throws(TransactionError) {
            let fresh = try freshProducerID(for: id)
            let now = now
            let step = try state.withLock { state throws(TransactionError) in
                let step = try state.coordinator.prepareEnd(
                    id, of: producer, isCommit: isCommit, clientVersion: clientVersion, fresh: fresh, now: now)
                if case .prepared = step { Self.change(id, &state) }
                return step
            }
            switch step {
            case .ended(let producer): persist(id) { result in completion(result.map { producer }.mapError(Self.storageError)) }
            case .prepared: end(id, completion)
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Lets a transactional batch through: refused unless its partition is in the producer's open transaction, or comes into it by this
    /// request. Every admission is followed by ``finishAppend(of:_:)``; the transaction's end waits for it.
    ///
    /// `addsPartition`: Produce from version 12 on. `knowsAbortable`: Produce from version 11 on.
    public func admitAppend(
        to partition: TopicPartition, of id: String, _ producer: ProducerIdentity, addsPartition: Bool, knowsAbortable: Bool = true
    ) throws(TransactionError) {
        let now = now
        try state.withLock { state throws(TransactionError) in
            let isNew = try state.coordinator.admit(
                partition, of: id, producer, addsPartition: addsPartition, knowsAbortable: knowsAbortable, now: now)
            if isNew { Self.change(id, &state) }
            state.slots[id, default: Slot()].appending += 1
        }
    }

    /// Ends an admission, whether or not the batch was appended. `completion` is called when the record that says that the partition is in
    /// the transaction is durable: not before may the batch be acknowledged.
    public func finishAppend(of id: String, _ completion: @escaping Completion<Void>) {
        let ready = state.withLock { state -> (@Sendable () -> Void)? in
            guard var slot = state.slots[id] else { return nil }
            slot.appending -= 1
            let ready = slot.appending == 0 ? slot.whenAppended : nil
            if slot.appending == 0 { slot.whenAppended = nil }
            state.slots[id] = slot
            return ready
        }
        persist(id) { result in completion(result.mapError(Self.storageError)) }
        ready?()
    }
}
