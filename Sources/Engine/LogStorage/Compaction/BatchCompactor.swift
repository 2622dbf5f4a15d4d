import Records

/// Decides batch by batch, in the order of the log, what compaction keeps, and writes the rest anew. The rules are Kafka's (LogCleaner, Cleaner,
/// KIP-534): offsets, sequence numbers and the order of everything stay.
final class BatchCompactor {
    enum Outcome {
        case keep
        case drop
        case replace([UInt8])
    }

    private let map: KeyOffsetMap
    /// Records at or after this offset are not in the map, and stay.
    private let mapEnd: Int64
    /// Milliseconds.
    private let now: Int64
    private let deleteRetention: Int64
    private let lastOffsets: LastBatches
    private var aborted: AbortedDataFilter
    /// Producers with a batch kept since their last marker.
    private var withData: Set<Int64> = []
    private let reader = RecordBatchReader()
    private(set) var recordsRead = 0
    private(set) var recordsKept = 0

    /// The last batch of each producer that the log remembers.
    struct LastBatches {
        var offsets: [Int64: Int64] = [:]
        /// Of those whose last batch was a marker.
        var markerEpochs: [Int64: Int16] = [:]

        init(_ table: ProducerStateTable) {
            for (producerId, state) in table.producers {
                if let last = state.batches.last { offsets[producerId] = last.lastOffset } else { markerEpochs[producerId] = state.epoch }
            }
        }

        func holds(_ header: RecordBatchHeader) -> Bool {
            guard header.hasProducer else { return false }
            if let offset = offsets[header.producerId] { return offset == header.lastOffset }
            return header.attributes.isControl && markerEpochs[header.producerId] == header.producerEpoch
        }
    }

    init(
        map: KeyOffsetMap, mapEnd: Int64, now: Int64, deleteRetention: Int64, lastBatches: LastBatches, aborted: [AbortedTransaction]
    ) {
        self.map = map
        self.mapEnd = mapEnd
        self.now = now
        self.deleteRetention = deleteRetention
        lastOffsets = lastBatches
        self.aborted = AbortedDataFilter(aborted)
    }

    func outcome(_ header: RecordBatchHeader, _ batch: RawSpan) throws -> Outcome {
        let isAborted = aborted.isAborted(header)
        recordsRead += Int(header.recordCount)
        if header.lastOffset >= mapEnd {
            recordsKept += Int(header.recordCount)
            note(header)
            return .keep
        }
        if header.attributes.isControl { return try marker(header, batch) }
        return isAborted ? try kept(0, of: header, batch, horizon: nil) { _ in false } : try data(header, batch)
    }

    /// A marker goes when nothing of its transaction is left and readers had time to see it.
    private func marker(_ header: RecordBatchHeader, _ batch: RawSpan) throws -> Outcome {
        let hasData = withData.remove(header.producerId) != nil
        if hasData || header.recordCount == 0 || lastOffsets.holds(header) {
            recordsKept += Int(header.recordCount)
            return .keep
        }
        if header.attributes.hasDeleteHorizon {
            if now >= header.firstTimestamp { return .drop }
            recordsKept += Int(header.recordCount)
            return .keep
        }
        return try kept(Int(header.recordCount), of: header, batch, horizon: now + deleteRetention) { _ in true }
    }

    private func data(_ header: RecordBatchHeader, _ batch: RawSpan) throws -> Outcome {
        var count = 0
        var hasTombstone = false
        let horizonHasPassed = header.attributes.hasDeleteHorizon && now >= header.firstTimestamp
        func stays(_ record: borrowing RecordView) -> Bool {
            // A record without a key is of a time when the topic was not compacted: nothing takes its place.
            guard record.hasKey else { return true }
            if !record.hasValue, horizonHasPassed { return false }
            return record.key.withUnsafeBytes { map[$0] }.map { record.offset >= $0 } ?? true
        }
        try reader.forEachRecord(in: batch, verifyingChecksum: false) { record in
            guard stays(record) else { return }
            count += 1
            if record.hasKey, !record.hasValue { hasTombstone = true }
        }
        let needsHorizon = hasTombstone && !header.attributes.hasDeleteHorizon
        if count == Int(header.recordCount), count > 0, !needsHorizon {
            recordsKept += count
            note(header)
            return .keep
        }
        return try kept(count, of: header, batch, horizon: needsHorizon ? now + deleteRetention : nil, stays)
    }

    private func note(_ header: RecordBatchHeader) {
        guard header.hasProducer, header.attributes.isTransactional else { return }
        if header.attributes.isControl { withData.remove(header.producerId) } else { withData.insert(header.producerId) }
    }

    /// The batch with those of its records that stay; `horizon`: a new one.
    private func kept(
        _ count: Int, of header: RecordBatchHeader, _ batch: RawSpan, horizon: Int64?, _ stays: (borrowing RecordView) -> Bool
    ) throws -> Outcome {
        recordsKept += count
        if count == 0 {
            guard lastOffsets.holds(header) else { return .drop }
            note(header)
            return header.recordCount == 0 ? .keep : .replace(try RecordBatchOverwrite.emptied(batch))
        }
        note(header)
        let builder = RecordBatchBuilder(compression: header.compression ?? .none, initialCapacity: header.byteCount)
        builder.producerId = header.producerId
        builder.producerEpoch = header.producerEpoch
        builder.baseSequence = header.baseSequence
        builder.isTransactional = header.attributes.isTransactional
        builder.isControl = header.attributes.isControl
        builder.rewriting.lastOffsetDelta = header.lastOffsetDelta
        builder.rewriting.hasDeleteHorizon = horizon != nil || header.attributes.hasDeleteHorizon
        builder.rewriting.baseTimestamp = horizon ?? header.firstTimestamp
        if header.attributes.timestampsAreLogs { builder.rewriting.logAppendTime = header.maxTimestamp }
        try reader.forEachRecord(in: batch, verifyingChecksum: false) { record in
            guard stays(record) else { return }
            try record.key.withUnsafeBytes { key in
                try record.value.withUnsafeBytes { value in
                    try builder.append(
                        key: record.hasKey ? key : nil, value: record.hasValue ? value : nil,
                        headers: record.headerCount == 0 ? [] : record.copy().headers, timestamp: record.timestamp,
                        offsetDelta: Int32(record.offset - header.baseOffset))
                }
            }
        }
        return .replace(try builder.finish(baseOffset: header.baseOffset, leaderEpoch: header.leaderEpoch))
    }

}
