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

    /// The same, of bytes that are not the log's to change: they are copied first.
    public func append(batches bytes: UnsafeRawBufferPointer, leaderEpoch: Int32) throws -> AppendResult {
        var scratch = state.withLock { $0.takeScratch() }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes)
        defer { state.withLock { $0.giveBack(&scratch) } }
        return try scratch.withUnsafeMutableBytes { try append(batches: $0, leaderEpoch: leaderEpoch) }
    }

    /// The same without a copy: offsets, leader epoch and, where the topic asks for it, the time are written into `bytes`, which go to the
    /// file with one write. After an error, and for batches that had been appended before, the bytes may be changed or moved.
    public func append(batches bytes: UnsafeMutableRawBufferPointer, leaderEpoch: Int32) throws -> AppendResult {
        let settings = configuration
        let now = clock.wallMilliseconds()
        let batches = try AppendCheck(settings: settings, now: now).batches(in: UnsafeRawBufferPointer(bytes))
        return try state.withLock { state in
            try checkWritable(state)
            var plan = try AppendPlan(batches, state: state, now: now)
            guard !plan.fresh.isEmpty else {
                return result(plan, logAppendTime: -1, startOffset: state.startOffset)
            }
            let size = plan.fresh.reduce(0) { $0 + $1.header.byteCount }
            try rollIfDue(&state, adding: size, lastOffset: plan.endOffset - 1, settings, now)
            try plan.assign(in: bytes, leaderEpoch: leaderEpoch, logAppendTime: settings.usesLogAppendTime ? now : nil)
            try write(UnsafeRawBufferPointer(rebasing: bytes[..<size]), plan.placed(at: state.active.size), &state)
            for (producerId, producer) in plan.producers { state.producers.set(producerId, to: producer) }
            if state.epochs.note(epoch: leaderEpoch, offset: state.endOffset) { state.epochsNeedWriting = true }
            advanceEnd(&state, to: plan.endOffset, bytes: size, settings.flushPolicy)
            return result(plan, logAppendTime: settings.usesLogAppendTime ? now : -1, startOffset: state.startOffset)
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
        let settings = configuration
        return try state.withLock { state in
            try checkWritable(state)
            try state.producers.checkMarker(producerId: producerId, epoch: epoch)
            let now = clock.wallMilliseconds()
            var bytes = try EndTransactionMarker(isCommit: commit, coordinatorEpoch: coordinatorEpoch)
                .batch(producerId: producerId, producerEpoch: epoch, timestamp: now)
            let offset = state.endOffset
            try rollIfDue(&state, adding: bytes.count, lastOffset: offset, settings, now)
            try bytes.withUnsafeMutableBytes {
                try RecordBatchOverwrite.assign(baseOffset: offset, leaderEpoch: leaderEpoch, in: $0)
            }
            let header = try RecordBatchHeader(bytes.span.bytes)
            try bytes.withUnsafeBytes { try write($0, [ScannedBatch(position: state.active.size, header: header)], &state) }
            if state.epochs.note(epoch: leaderEpoch, offset: offset) { state.epochsNeedWriting = true }
            let ended = state.producers.end(
                producerId: producerId, epoch: epoch, coordinatorEpoch: coordinatorEpoch, isCommit: commit, offset: offset,
                timestamp: now)
            if let ended { try settle(ended, outcomeIsDurable, &state) }
            advanceEnd(&state, to: offset + 1, bytes: header.byteCount, settings.flushPolicy)
            return AppendResult(
                baseOffset: offset, lastOffset: offset, logAppendTime: now, logStartOffset: state.startOffset,
                isDuplicate: false)
        }
    }

    private func settle(_ ended: EndedTransaction, _ outcomeIsDurable: Bool, _ state: inout LogState) throws {
        if !outcomeIsDurable { state.unsettled.append(ended) }
        guard !ended.isCommit else { return }
        let stable = state.producers.firstOpenOffset ?? ended.lastOffset + 1
        try state.active.withIndexes {
            $0.transactions.append(
                AbortedTransaction(
                    producerId: ended.producerId, firstOffset: ended.firstOffset, lastOffset: ended.lastOffset,
                    lastStableOffset: stable))
        }
    }

    /// Writes `bytes` at the end of the active segment.
    private func write(_ bytes: UnsafeRawBufferPointer, _ batches: [ScannedBatch], _ state: inout LogState) throws {
        try removeShutdownNote(&state)
        try state.active.prepareForAppends()
        let isFirst = state.active.size == 0
        do throws(SegmentAppendFailure) {
            try state.active.append(bytes, batches: batches)
        } catch {
            if !error.isUndone { goOffline(&state, because: error.cause) }
            throw error.cause
        }
        // The first write of a segment made its file.
        if isFirst { state.folderNeedsSync = true }
    }

    private func advanceEnd(_ state: inout LogState, to offset: Int64, bytes: Int, _ policy: FlushPolicy) {
        state.endOffset = offset
        state.bytesSinceCheckpoint += Int64(bytes)
        if policy != .group { state.raiseHighWatermark(to: offset) }
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
