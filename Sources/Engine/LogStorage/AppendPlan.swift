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

    /// Writes what the log assigns into the batches, in place. Where some had been appended before, the others are moved together first.
    mutating func assign(in bytes: UnsafeMutableRawBufferPointer, leaderEpoch: Int32, logAppendTime: Int64?) throws {
        var end = 0
        for index in fresh.indices {
            let count = fresh[index].header.byteCount
            let from = Int(fresh[index].position)
            let place = UnsafeMutableRawBufferPointer(rebasing: bytes[end..<end + count])
            if from != end { place.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<from + count])) }
            try RecordBatchOverwrite.assign(baseOffset: fresh[index].header.baseOffset, leaderEpoch: leaderEpoch, in: place)
            if let logAppendTime {
                try RecordBatchOverwrite.setLogAppendTime(logAppendTime, in: place)
                fresh[index].header = try RecordBatchHeader(place.bytes)
            }
            fresh[index].position = Int64(end)
            end += count
        }
    }

    /// The batches as they lie in a segment once they are written at `position`.
    func placed(at position: Int64) -> [ScannedBatch] {
        fresh.map { ScannedBatch(position: position + $0.position, header: $0.header) }
    }
}
