import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// Removes sealed segments that retention by size and time no longer covers, and forgets producers long silent.
    /// `now`: milliseconds. `keeping`: no record at or after this offset is removed. Answers how many segments went.
    @discardableResult
    public func applyRetention(now: Int64, keeping lowerBound: Int64 = .max) throws -> Int {
        let configuration = configuration
        return try state.withLock { state in
            try checkWritable(state)
            state.producers.expire(before: now - configuration.producerExpirationMilliseconds)
            guard configuration.deletesByRetention else { return 0 }
            var count = 0
            var rest = state.segments.reduce(0) { $0 + $1.size }
            while count < state.segments.count - 1 {
                let segment = state.segments[count]
                let end = state.segments[count + 1].baseOffset
                let isTooLarge = configuration.retentionBytes >= 0 && rest - segment.size >= configuration.retentionBytes
                let newest = configuration.retentionMilliseconds >= 0 ? try segment.largestTimestamp() : -1
                let isTooOld =
                    configuration.retentionMilliseconds >= 0 && newest >= 0 && now - newest > configuration.retentionMilliseconds
                let isBelowStart = end <= state.startOffset
                guard isTooLarge || isTooOld || isBelowStart, end <= min(lowerBound, state.highWatermark) else { break }
                rest -= segment.size
                count += 1
            }
            try removeFirst(count, &state)
            return count
        }
    }

    /// Moves the log's start to `offset`, at most the high watermark, and removes segments wholly before it.
    public func deleteRecords(before offset: Int64) throws {
        try state.withLock { state in
            try checkWritable(state)
            guard offset >= 0, offset <= state.highWatermark else {
                throw LogError.offsetOutOfRange(requested: offset, start: state.startOffset, end: state.highWatermark)
            }
            guard offset > state.startOffset else { return }
            try moveStart(to: offset, &state)
            var count = 0
            while count < state.segments.count - 1, state.segments[count + 1].baseOffset <= offset { count += 1 }
            try removeFirst(count, &state)
        }
    }

    /// Removes every record at or after `offset`, with the whole batch that holds it.
    public func truncate(to offset: Int64) throws {
        try flushing.withLock { _ in
            try state.withLock { state in
                try checkWritable(state)
                guard offset >= state.startOffset else {
                    throw LogError.offsetOutOfRange(requested: offset, start: state.startOffset, end: state.endOffset)
                }
                guard offset < state.endOffset else { return }
                try cut(&state, to: offset)
            }
        }
    }

    private func cut(_ state: inout LogState, to offset: Int64) throws {
        let index = state.view.segmentIndex(of: offset)
        let segment = state.segments[index]
        let batch = try segment.find(
            offset, size: segment.size, nextBase: state.view.nextBase(after: index))
        let end = batch.map { min($0.header.baseOffset, offset) } ?? offset
        try removeShutdownNote(&state)
        // First the recovery point, so that a crash in between does not find durable records missing.
        let recoveryPoint = min(state.recoveryPoint, end)
        try OffsetCheckpoint.write(recoveryPoint, to: files.recoveryPoint, fileSystem: fileSystem)
        state.truncations += 1
        state.highWatermark = min(state.highWatermark, end)
        state.endOffset = end
        let removed = state.segments[(index + 1)...]
        state.segments.removeLast(removed.count)
        publish(state)
        do {
            for segment in removed.reversed() { try segment.removeFiles(fileSystem: fileSystem) }
            for snapshot in try files.offsets(.snapshot, fileSystem: fileSystem) where snapshot > end {
                try fileSystem.remove(files.path(snapshot, .snapshot))
            }
            try segment.truncate(to: batch?.position ?? segment.size, nextOffset: end)
            try segment.persistIndexes()
            state.epochs.truncate(toOffset: end)
            try fileSystem.replaceFile(files.leaderEpochs, with: state.epochs.encode())
            // What is left is opened as if it were found: producers and transactions are those of the batches kept.
            var recovery = LogRecovery(files: files, fileSystem: fileSystem, clock: clock, configuration: configuration, descriptors: descriptors)
            let truncations = state.truncations
            let changes = state.changes
            state = try recovery.open(trustingShutdown: false)
            state.truncations = truncations
            state.changes = changes
        } catch {
            goOffline(&state, because: error)
            throw error
        }
        publish(state)
    }

    private func moveStart(to offset: Int64, _ state: inout LogState) throws {
        try removeShutdownNote(&state)
        try OffsetCheckpoint.write(offset, to: files.logStartOffset, fileSystem: fileSystem)
        state.startOffset = offset
        state.epochs.removePrefix(before: offset)
        state.epochsNeedWriting = true
        publish(state)
    }

    /// Takes the first `count` segments out of the log; their files go after the new start is durable.
    private func removeFirst(_ count: Int, _ state: inout LogState) throws {
        guard count > 0 else { return }
        let start = max(state.startOffset, state.segments[count].baseOffset)
        try moveStart(to: start, &state)
        let removed = state.segments.prefix(count)
        state.segments.removeFirst(count)
        state.changes += 1
        publish(state)
        for segment in removed { try segment.removeFiles(fileSystem: fileSystem) }
        let firstBase = state.segments[0].baseOffset
        for offset in try files.offsets(.snapshot, fileSystem: fileSystem) where offset < firstBase {
            try fileSystem.remove(files.path(offset, .snapshot))
        }
    }
}
