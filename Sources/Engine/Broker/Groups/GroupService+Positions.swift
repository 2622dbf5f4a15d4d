public import Coordination

/// A position as OffsetFetch gives it.
public struct FetchedPosition: Hashable, Sendable {
    public var error: KafkaErrorCode = .none
    /// Offset -1 where there is none.
    public var position: OffsetAndMetadata

    public init(error: KafkaErrorCode = .none, position: OffsetAndMetadata) {
        self.error = error
        self.position = position
    }
}

extension GroupService {
    /// OffsetCommit: an error for each position, in the order of the request, when those that were taken are durable. The check
    /// of the member and the change of the table are one: no rebalance comes between.
    public func commitOffsets(
        _ identity: CommitIdentity, _ positions: [(partition: TopicPartition, position: OffsetAndMetadata)],
        completion: @escaping @Sendable ([KafkaErrorCode]) -> Void
    ) {
        let limit = settings.maximumOffsetMetadataBytes
        let codes = positions.map { $0.position.metadata.utf8.count > limit ? KafkaErrorCode.offsetMetadataTooLarge : .none }
        let commits = zip(positions, codes).filter { $0.1 == .none }.map { item, _ in
            OffsetCommit(group: identity.group, partition: item.partition, position: item.position)
        }
        let answer = GroupDelivery.Answer { isDurable in
            completion(isDurable ? codes : codes.map { $0 == .none ? .coordinatorNotAvailable : $0 })
        }
        let delivery = GroupDelivery([answer], waitsForLog: true)
        var refusal: KafkaErrorCode?
        run { state, now in
            refusal = state.isClosed ? .coordinatorNotAvailable : state.coordinator.checkCommit(identity, now: now)
            guard refusal == nil else { return [] }
            guard !commits.isEmpty else {
                delivery.settle(.success(()))
                return []
            }
            table.commitGroupPositions(commits) { delivery.settle($0) }
            return []
        }
        if let refusal { return completion(positions.map { _ in refusal }) }
        delivery.release()
    }

    /// TxnOffsetCommit: runs `body`, which notes the transaction's positions, where the member may commit. No rebalance comes
    /// between. `body` must not call the service.
    public func checkTransactionalCommit<Value>(
        _ identity: CommitIdentity, _ body: () -> Value
    ) -> (error: KafkaErrorCode, value: Value?) {
        var refusal: KafkaErrorCode?
        var value: Value?
        run { state, now in
            refusal = state.coordinator.checkCommit(identity, isTransactional: true, now: now)
            if refusal == nil { value = body() }
            return []
        }
        return (refusal ?? .none, value)
    }

    /// OffsetFetch: the positions asked for, or all where `partitions` is nil. With `requireStable` a position that an
    /// undecided transaction will change is answered UNSTABLE_OFFSET_COMMIT.
    public func fetchOffsets(
        _ identity: CommitIdentity, _ partitions: [TopicPartition]?, requireStable: Bool
    ) -> (error: KafkaErrorCode, positions: [TopicPartition: FetchedPosition]) {
        if let error = read({ $0.checkFetch(identity) }) { return (error, [:]) }
        let table = table.groupPositions(of: identity.group)
        var fetched: [TopicPartition: FetchedPosition] = [:]
        let none = OffsetAndMetadata(offset: -1)
        for partition in partitions ?? Array(table.keys) {
            guard let found = table[partition] else {
                fetched[partition] = FetchedPosition(position: none)
                continue
            }
            if requireStable && found.isPending {
                fetched[partition] = FetchedPosition(error: .unstableOffsetCommit, position: none)
            } else if partitions != nil || found.position.offset >= 0 {
                fetched[partition] = FetchedPosition(position: found.position)
            }
        }
        return (.none, fetched)
    }

    /// OffsetDelete: the error of the whole, or one for each partition in the order of the request.
    public func deleteOffsets(
        group: String, _ partitions: [TopicPartition],
        completion: @escaping @Sendable (_ error: KafkaErrorCode, _ partitions: [KafkaErrorCode]) -> Void
    ) {
        var refusal = KafkaErrorCode.none
        var delivery: GroupDelivery?
        run { state, _ in
            let (error, topics) = state.coordinator.checkOffsetDelete(group: group, topics: partitions.map(\.topic))
            refusal = error
            guard error == .none else { return [] }
            let chosen = zip(partitions, topics).filter { $0.1 == .none }.map(\.0)
            let answer = GroupDelivery.Answer { isDurable in
                completion(isDurable ? .none : .coordinatorNotAvailable, isDurable ? topics : [])
            }
            let waiting = GroupDelivery([answer], waitsForLog: !chosen.isEmpty)
            delivery = waiting
            if !chosen.isEmpty {
                table.forgetGroupPositions(chosen, of: group) { waiting.settle($0) }
            }
            return []
        }
        if let delivery { delivery.release() } else { completion(refusal, []) }
    }
}
