import Records

/// What an append will do: which batches are new, the offsets they get, and the producers' state afterwards. Nothing is
/// changed before all of it is known to be allowed.
struct AppendPlan {
    private(set) var fresh: [ScannedBatch] = []
    private(set) var producers: [Int64: ProducerState] = [:]
    private(set) var baseOffset: Int64 = -1
    private(set) var lastOffset: Int64 = -1
    private(set) var endOffset: Int64

    init(_ batches: [ScannedBatch], state: LogState, now: Int64) throws(LogError) {
        endOffset = state.endOffset
        fresh.reserveCapacity(batches.count)
        for batch in batches {
            var batch = batch
            let producerId = batch.header.producerId
            let producer = batch.header.hasProducer ? producers[producerId] ?? state.producers[producerId] : nil
            if batch.header.hasProducer, case .duplicate(let earlier) = try ProducerStateTable.check(batch.header, after: producer) {
                note(first: earlier.firstOffset, last: earlier.lastOffset)
                continue
            }
            batch.header = batch.header.moved(to: endOffset)
            if batch.header.hasProducer {
                producers[producerId] = ProducerStateTable.advance(producer, with: batch.header, timestamp: now)
            }
            note(first: batch.header.baseOffset, last: batch.header.lastOffset)
            endOffset = batch.header.nextOffset
            fresh.append(batch)
        }
    }

    private mutating func note(first: Int64, last: Int64) {
        if baseOffset < 0 { baseOffset = first }
        lastOffset = last
    }
}
