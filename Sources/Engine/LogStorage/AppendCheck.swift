import Records

/// Checks every batch of an append by itself, before any lock is taken: form, checksum, counts, size, times, keys.
struct AppendCheck {
    let settings: LogConfiguration
    /// Milliseconds.
    let now: Int64

    func batches(in bytes: UnsafeRawBufferPointer) throws -> [ScannedBatch] {
        var batches: [ScannedBatch] = []
        var position = 0
        let span = bytes.bytes
        while position < span.byteCount || batches.isEmpty {
            do throws(RecordError) {
                let header = try check(span.extracting(position..<span.byteCount))
                batches.append(ScannedBatch(position: Int64(position), header: header))
                position += header.byteCount
            } catch {
                if case .invalidHeader("length", let value) = error, value > Int64(settings.maxMessageBytes) {
                    throw LogError.batchTooLarge(byteCount: Int(value), limit: settings.maxMessageBytes)
                }
                throw LogError.invalidBatch(index: batches.count, reason: error)
            }
            let batch = batches[batches.count - 1]
            if batch.header.attributes.isControl { throw LogError.controlBatchRefused }
            try checkRecords(of: batch, number: batches.count - 1, span)
        }
        return batches
    }

    private func check(_ rest: RawSpan) throws(RecordError) -> RecordBatchHeader {
        let header = try RecordBatchHeader(rest)
        guard header.byteCount <= settings.maxMessageBytes else {
            throw .invalidHeader(field: "length", value: Int64(header.byteCount))
        }
        _ = try RecordBatchHeader(checking: rest)
        guard header.recordCount > 0, Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
            throw .invalidHeader(field: "record count", value: Int64(header.recordCount))
        }
        guard header.compression != nil else { throw .unsupportedCompression(header.attributes.rawValue & 7) }
        // The delete horizon is compaction's own.
        guard !header.attributes.hasDeleteHorizon else { throw .invalidHeader(field: "attributes", value: Int64(header.attributes.rawValue)) }
        if header.hasProducer, !header.attributes.isControl, header.producerEpoch < 0 || header.baseSequence < 0 {
            throw .invalidHeader(field: "base sequence", value: Int64(header.baseSequence))
        }
        if header.attributes.isTransactional, !header.hasProducer {
            throw .invalidHeader(field: "producer id", value: header.producerId)
        }
        return header
    }

    /// Looks at single records only where a setting asks for it: that may need decompression.
    private func checkRecords(of batch: ScannedBatch, number: Int, _ span: RawSpan) throws {
        if !settings.usesLogAppendTime {
            let limit = settings.timestampAfterMaximumMilliseconds
            if batch.header.maxTimestamp > now, batch.header.maxTimestamp - now > limit {
                throw LogError.invalidTimestamp(timestamp: batch.header.maxTimestamp, now: now, limit: limit)
            }
        }
        let oldest = settings.timestampBeforeMaximumMilliseconds
        let checksAge = !settings.usesLogAppendTime && oldest < now
        guard settings.isCompacted || checksAge else { return }
        var index = 0
        do {
            try RecordBatchReader().forEachRecord(
                in: span.extracting(Int(batch.position)..<Int(batch.end)), verifyingChecksum: false
            ) { record in
                if settings.isCompacted, !record.hasKey {
                    throw LogError.invalidRecord(batch: number, record: index, reason: "a topic with cleanup.policy=compact needs a key")
                }
                if checksAge, record.timestamp >= 0, now - record.timestamp > oldest {
                    throw LogError.invalidTimestamp(timestamp: record.timestamp, now: now, limit: oldest)
                }
                index += 1
            }
        } catch let reason as RecordError {
            throw LogError.invalidBatch(index: number, reason: reason)
        }
    }
}
