import Records
import Synchronization
import SystemIO

/// Where an append ended up.
public struct AppendResult: Sendable, Equatable {
    public var baseOffset: Int64
    public var lastOffset: Int64
    /// The log's own time in milliseconds, or -1 when records keep the producer's.
    public var logAppendTime: Int64
    public var logStartOffset: Int64
    /// Every batch had been appended before: these are the offsets from then.
    public var isDuplicate: Bool
}

extension PartitionLog {
    /// Appends one or more whole batches, back to back, as a producer sent them: all of them or none. They are in the page
    /// cache then; durable after the next `flush()`.
    public func append(batches: [UInt8], leaderEpoch: Int32) throws -> AppendResult {
        try batches.withUnsafeBytes { try append(batches: $0, leaderEpoch: leaderEpoch) }
    }

    public func append(batches bytes: UnsafeRawBufferPointer, leaderEpoch: Int32) throws -> AppendResult {
        let headers = try checkedHeaders(of: bytes)
        return try state.withLock { state in
            try checkWritable(state)
            let plan = try AppendPlan(headers, state: state, now: clock.wallMilliseconds())
            guard !plan.fresh.isEmpty else {
                return result(plan, logAppendTime: -1, startOffset: state.startOffset)
            }
            let size = plan.fresh.reduce(0) { $0 + $1.header.byteCount }
            try rollIfDue(&state, adding: size, lastOffset: plan.endOffset - 1)
            let now = clock.wallMilliseconds()
            var batches = try assign(plan, bytes, leaderEpoch: leaderEpoch, now: now, scratch: &state.scratch)
            let start = state.active.size
            for index in batches.indices { batches[index].position += start }
            try write(batches, &state)
            for (producerId, producer) in plan.producers { state.producers.set(producerId, to: producer) }
            if state.epochs.note(epoch: leaderEpoch, offset: state.endOffset) { state.epochsNeedWriting = true }
            advanceEnd(&state, to: plan.endOffset, bytes: size)
            return result(plan, logAppendTime: configuration.usesLogAppendTime ? now : -1, startOffset: state.startOffset)
        }
    }

    /// Ends a producer's transaction in this partition with a control batch.
    ///
    /// `outcomeIsDurable`: the coordinator has the outcome on disk and would write a lost marker again, so that readers of committed
    /// records need not wait until the marker itself is durable; only the transaction's data must be.
    @discardableResult
    public func appendEndTransactionMarker(
        producerId: Int64, epoch: Int16, commit: Bool, coordinatorEpoch: Int32 = 0, leaderEpoch: Int32 = 0,
        outcomeIsDurable: Bool = false
    ) throws -> AppendResult {
        try state.withLock { state in
            try checkWritable(state)
            try state.producers.checkMarker(producerId: producerId, epoch: epoch)
            let now = clock.wallMilliseconds()
            var bytes = try EndTransactionMarker(isCommit: commit, coordinatorEpoch: coordinatorEpoch)
                .batch(producerId: producerId, producerEpoch: epoch, timestamp: now)
            let offset = state.endOffset
            try rollIfDue(&state, adding: bytes.count, lastOffset: offset)
            try bytes.withUnsafeMutableBytes {
                try RecordBatchOverwrite.assign(baseOffset: offset, leaderEpoch: leaderEpoch, in: $0)
            }
            let header = try RecordBatchHeader(bytes.span.bytes)
            swap(&state.scratch, &bytes)
            try write([ScannedBatch(position: state.active.size, header: header)], &state)
            if state.epochs.note(epoch: leaderEpoch, offset: offset) { state.epochsNeedWriting = true }
            let ended = state.producers.end(
                producerId: producerId, epoch: epoch, coordinatorEpoch: coordinatorEpoch, isCommit: commit, offset: offset,
                timestamp: now)
            if let ended { settle(ended, outcomeIsDurable, &state) }
            advanceEnd(&state, to: offset + 1, bytes: header.byteCount)
            return AppendResult(
                baseOffset: offset, lastOffset: offset, logAppendTime: now, logStartOffset: state.startOffset,
                isDuplicate: false)
        }
    }

    private func settle(_ ended: EndedTransaction, _ outcomeIsDurable: Bool, _ state: inout LogState) {
        if !outcomeIsDurable { state.unsettled.append(ended) }
        guard !ended.isCommit else { return }
        let stable = state.producers.firstOpenOffset ?? ended.lastOffset + 1
        state.active.indexes.withLock {
            $0.transactions.append(
                AbortedTransaction(
                    producerId: ended.producerId, firstOffset: ended.firstOffset, lastOffset: ended.lastOffset,
                    lastStableOffset: stable))
        }
    }

    /// Checks every batch of an append by itself: form, checksum, counts, size.
    private func checkedHeaders(of bytes: UnsafeRawBufferPointer) throws -> [ScannedBatch] {
        var batches: [ScannedBatch] = []
        var position = 0
        let span = bytes.bytes
        while position < span.byteCount || batches.isEmpty {
            do throws(RecordError) {
                let rest = span.extracting(position..<span.byteCount)
                let header = try RecordBatchHeader(rest)
                guard header.byteCount <= configuration.maxMessageBytes else {
                    throw .invalidHeader(field: "length", value: Int64(header.byteCount))
                }
                _ = try RecordBatchHeader(checking: rest)
                guard header.recordCount > 0, Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
                    throw .invalidHeader(field: "record count", value: Int64(header.recordCount))
                }
                guard header.compression != nil else { throw .unsupportedCompression(header.attributes.rawValue & 7) }
                if header.hasProducer, !header.attributes.isControl, header.producerEpoch < 0 || header.baseSequence < 0 {
                    throw .invalidHeader(field: "base sequence", value: Int64(header.baseSequence))
                }
                if header.attributes.isTransactional, !header.hasProducer {
                    throw .invalidHeader(field: "producer id", value: header.producerId)
                }
                batches.append(ScannedBatch(position: Int64(position), header: header))
                position += header.byteCount
            } catch {
                if case .invalidHeader("length", let value) = error, value > Int64(configuration.maxMessageBytes) {
                    throw LogError.batchTooLarge(byteCount: Int(value), limit: configuration.maxMessageBytes)
                }
                throw LogError.invalidBatch(index: batches.count, reason: error)
            }
            if batches[batches.count - 1].header.attributes.isControl { throw LogError.controlBatchRefused }
        }
        return batches
    }

    /// Copies the batches that are new and writes offset, epoch and, if asked to, time over them.
    private func assign(
        _ plan: AppendPlan, _ bytes: UnsafeRawBufferPointer, leaderEpoch: Int32, now: Int64, scratch: inout [UInt8]
    ) throws -> [ScannedBatch] {
        scratch.removeAll(keepingCapacity: true)
        var batches: [ScannedBatch] = []
        batches.reserveCapacity(plan.fresh.count)
        for batch in plan.fresh {
            let source = Int(batch.position)..<Int(batch.end)
            var copied = ScannedBatch(position: Int64(scratch.count), header: batch.header)
            scratch.append(contentsOf: bytes[source])
            try scratch.withUnsafeMutableBytes { all in
                let place = UnsafeMutableRawBufferPointer(rebasing: all[Int(copied.position)...])
                try RecordBatchOverwrite.assign(baseOffset: batch.header.baseOffset, leaderEpoch: leaderEpoch, in: place)
                if configuration.usesLogAppendTime { try RecordBatchOverwrite.setLogAppendTime(now, in: place) }
                copied.header = try RecordBatchHeader(place.bytes)
            }
            batches.append(copied)
        }
        return batches
    }

    /// Writes `scratch` at the end of the active segment.
    private func write(_ batches: [ScannedBatch], _ state: inout LogState) throws {
        do throws(SegmentAppendFailure) {
            try state.scratch.span.bytes.withUnsafeBytes { (bytes) throws(SegmentAppendFailure) in
                try state.active.append(bytes, batches: batches, interval: configuration.indexIntervalBytes)
            }
        } catch {
            if !error.isUndone { goOffline(&state, because: error.cause) }
            throw error.cause
        }
    }

    private func advanceEnd(_ state: inout LogState, to offset: Int64, bytes: Int) {
        state.endOffset = offset
        state.bytesSinceCheckpoint += Int64(bytes)
        if configuration.flushPolicy != .group { state.raiseHighWatermark(to: offset) }
        publish(state)
    }

    func goOffline(_ state: inout LogState, because cause: any Error) {
        if state.offlineReason == nil { state.offlineReason = "\(cause)" }
        publish(state)
    }

    private func result(_ plan: AppendPlan, logAppendTime: Int64, startOffset: Int64) -> AppendResult {
        AppendResult(
            baseOffset: plan.baseOffset, lastOffset: plan.lastOffset, logAppendTime: logAppendTime, logStartOffset: startOffset,
            isDuplicate: plan.fresh.isEmpty)
    }
}
