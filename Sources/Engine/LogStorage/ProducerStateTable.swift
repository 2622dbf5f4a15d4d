import Records

/// What the log remembers of one idempotent producer.
struct ProducerState: Sendable, Equatable {
    /// An appended batch, to recognise it when it is sent again.
    struct Batch: Sendable, Equatable {
        var firstSequence: Int32
        var lastSequence: Int32
        var lastOffset: Int64
        var offsetDelta: Int32
        var firstOffset: Int64 { lastOffset - Int64(offsetDelta) }
    }

    /// Kafka's clients keep at most five requests in flight.
    static let rememberedBatches = 5

    var epoch: Int16
    var coordinatorEpoch: Int32 = -1
    /// Oldest first.
    var batches: [Batch] = []
    var timestamp: Int64 = -1
    /// Where the producer's open transaction begins.
    var transactionFirstOffset: Int64?

    var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }
}

/// A transaction that has its end marker.
struct EndedTransaction: Sendable, Equatable {
    var producerId: Int64
    var firstOffset: Int64
    /// Of the marker.
    var lastOffset: Int64
    var isCommit: Bool
}

/// The producers of a partition: sequence checks, fencing and open transactions, without any I/O.
/// The rules are Kafka's (ProducerAppendInfo.java, ProducerStateManager.java).
struct ProducerStateTable: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        case fresh
        case duplicate(ProducerState.Batch)
    }

    private(set) var producers: [Int64: ProducerState] = [:]
    /// First offset of each producer's open transaction.
    private(set) var openTransactions: [Int64: Int64] = [:]

    var firstOpenOffset: Int64? { openTransactions.values.min() }

    subscript(producerId: Int64) -> ProducerState? { producers[producerId] }

    /// Whether a batch may follow `state`, or is one that was appended before.
    static func check(_ header: RecordBatchHeader, after state: ProducerState?) throws(LogError) -> Verdict {
        guard let state else { return .fresh }
        guard header.producerEpoch >= state.epoch else {
            throw .fencedProducer(producerId: header.producerId, epoch: header.producerEpoch, currentEpoch: state.epoch)
        }
        if state.transactionFirstOffset != nil, !header.attributes.isTransactional, header.producerEpoch == state.epoch {
            throw .invalidTransactionState(
                producerId: header.producerId, reason: "a batch outside the transaction while one is open")
        }
        let isSameEpoch = header.producerEpoch == state.epoch
        if isSameEpoch,
            let earlier = state.batches.first(where: {
                $0.firstSequence == header.baseSequence && $0.lastSequence == header.lastSequence
            })
        {
            return .duplicate(earlier)
        }
        let last = isSameEpoch ? state.lastSequence : -1
        let expected = last == Int32.max ? 0 : last + 1
        guard header.baseSequence == expected else {
            throw .outOfOrderSequence(
                producerId: header.producerId, epoch: header.producerEpoch, expected: expected, found: header.baseSequence)
        }
        return .fresh
    }

    /// `state` with a batch that was found fresh; `header` has its assigned offset.
    static func advance(_ state: ProducerState?, with header: RecordBatchHeader, timestamp: Int64) -> ProducerState {
        var next = state ?? ProducerState(epoch: header.producerEpoch)
        if next.epoch != header.producerEpoch {
            next.epoch = header.producerEpoch
            next.batches = []
        }
        if next.batches.count == ProducerState.rememberedBatches { next.batches.removeFirst() }
        next.batches.append(
            .init(
                firstSequence: header.baseSequence, lastSequence: header.lastSequence, lastOffset: header.lastOffset,
                offsetDelta: header.lastOffsetDelta))
        next.timestamp = timestamp
        if header.attributes.isTransactional, next.transactionFirstOffset == nil {
            next.transactionFirstOffset = header.baseOffset
        }
        return next
    }

    mutating func set(_ producerId: Int64, to state: ProducerState) {
        producers[producerId] = state
        openTransactions[producerId] = state.transactionFirstOffset
    }

    /// Takes in a batch of data that is in the log already, when the log is read again.
    mutating func replay(_ header: RecordBatchHeader) {
        guard header.hasProducer else { return }
        set(header.producerId, to: Self.advance(producers[header.producerId], with: header, timestamp: header.maxTimestamp))
    }

    func checkMarker(producerId: Int64, epoch: Int16) throws(LogError) {
        guard let current = producers[producerId]?.epoch, epoch < current else { return }
        throw .fencedProducer(producerId: producerId, epoch: epoch, currentEpoch: current)
    }

    /// Takes in an end marker; answers the transaction that it ends, if one was open.
    mutating func end(
        producerId: Int64, epoch: Int16, coordinatorEpoch: Int32, isCommit: Bool, offset: Int64, timestamp: Int64
    ) -> EndedTransaction? {
        var state = producers[producerId] ?? ProducerState(epoch: epoch)
        if state.epoch != epoch {
            state.epoch = epoch
            state.batches = []
        }
        let first = state.transactionFirstOffset
        state.transactionFirstOffset = nil
        state.coordinatorEpoch = coordinatorEpoch
        state.timestamp = timestamp
        set(producerId, to: state)
        return first.map {
            EndedTransaction(producerId: producerId, firstOffset: $0, lastOffset: offset, isCommit: isCommit)
        }
    }

    /// Forgets producers without an open transaction that have written nothing since `timestamp`.
    mutating func expire(before timestamp: Int64) {
        producers = producers.filter { $0.value.transactionFirstOffset != nil || $0.value.timestamp >= timestamp }
    }
}
