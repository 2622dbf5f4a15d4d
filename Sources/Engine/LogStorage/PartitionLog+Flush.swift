import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// The recovery point is written when this much was synced since the last time, or this long ago.
    private static let checkpointBytes: Int64 = 16 << 20
    private static let checkpointNanoseconds: UInt64 = 1_000_000_000

    /// Makes everything that was appended before the call durable, once for all who wait; answers the offset below which
    /// all is durable. Appends go on meanwhile. The first failure is final: the log then takes no more writes.
    @discardableResult
    public func flush() throws -> Int64 {
        try flushing.withLock { _ in
            let work = try state.withLock { state in try beginFlush(&state) }
            guard let work else { return state.withLock { $0.flushedOffset } }
            do {
                for segment in work.segments { try segment.file.synchronizeData() }
                // Of all but the active one, once: they are sealed.
                for segment in work.segments.dropLast() { try segment.synchronizeIndexes() }
                if work.parent { try fileSystem.synchronizeFolder(FilePath.folder(of: folder)) }
                if work.folder { try fileSystem.synchronizeFolder(folder) }
            } catch {
                state.withLock { goOffline(&$0, because: error) }
                throw error
            }
            let policy = configuration.flushPolicy
            let due: CheckpointWork? = state.withLock { state in
                state.flushedOffset = max(state.flushedOffset, work.endOffset)
                if policy == .group { state.raiseHighWatermark(to: work.endOffset) }
                publish(state)
                let elapsed = clock.monotonicNanoseconds() &- state.checkpointedAt
                let isDue = state.bytesSinceCheckpoint >= Self.checkpointBytes || elapsed >= Self.checkpointNanoseconds
                return isDue ? beginCheckpoint(&state) : nil
            }
            // The old recovery point stays true when the new one cannot be written: more is then read again.
            if let due { try? checkpoint(due) }
            return work.endOffset
        }
    }

    private struct FlushWork {
        var segments: [Segment]
        var endOffset: Int64
        var folder: Bool
        var parent: Bool
    }

    private func beginFlush(_ state: inout LogState) throws -> FlushWork? {
        if state.isClosed { return nil }
        if let reason = state.offlineReason { throw LogError.offline(folder: folder, reason: reason) }
        guard state.flushedOffset < state.endOffset || state.folderNeedsSync else { return nil }
        var dirty: [Segment] = []
        for (index, segment) in state.segments.enumerated() {
            let end = index + 1 < state.segments.count ? state.segments[index + 1].baseOffset : state.endOffset
            if end > state.flushedOffset { dirty.append(segment) }
        }
        let folder = state.folderNeedsSync
        let parent = state.parentNeedsSync
        state.folderNeedsSync = false
        state.noteRemovalNeedsSync = false
        state.parentNeedsSync = false
        return FlushWork(segments: dirty, endOffset: state.endOffset, folder: folder, parent: parent)
    }

    /// What is needed to note how far the log is durable.
    struct CheckpointWork {
        var segments: [Segment]
        var offset: Int64
        /// To be written first, if they changed.
        var epochs: LeaderEpochs?
        var isNews: Bool
    }

    func beginCheckpoint(_ state: inout LogState) -> CheckpointWork {
        state.checkpointedAt = clock.monotonicNanoseconds()
        state.bytesSinceCheckpoint = 0
        let epochs = state.epochsNeedWriting ? state.epochs : nil
        state.epochsNeedWriting = false
        return CheckpointWork(
            segments: state.segments, offset: state.flushedOffset, epochs: epochs,
            isNews: state.flushedOffset > state.recoveryPoint)
    }

    /// Writes the recovery point, after what has to be durable before it: aborted transactions and epochs. Called with
    /// `flushing` held, and without `state`: appends go on meanwhile.
    func checkpoint(_ work: CheckpointWork) throws {
        do {
            for segment in work.segments { try segment.synchronizeTransactions() }
            try work.segments.last?.persistIndexes()
            if let epochs = work.epochs { try fileSystem.replaceFile(files.leaderEpochs, with: epochs.encode()) }
        } catch {
            if work.epochs != nil { state.withLock { $0.epochsNeedWriting = true } }
            throw error
        }
        guard work.isNews else { return }
        try OffsetCheckpoint.write(work.offset, to: files.recoveryPoint, fileSystem: fileSystem)
        state.withLock { $0.recoveryPoint = max($0.recoveryPoint, work.offset) }
    }

    /// Begins a new segment when the active one is full, old, or cannot number the new records.
    func rollIfDue(_ state: inout LogState, adding bytes: Int, lastOffset: Int64, _ settings: LogConfiguration, _ now: Int64) throws {
        let active = state.active
        guard active.size > 0 else {
            state.activeSince = now
            return
        }
        let isFull = active.size + Int64(bytes) > settings.segmentBytes
        var age = settings.segmentMilliseconds
        if settings.segmentJitterMilliseconds > 0 {
            var random = SeededGenerator(seed: UInt64(bitPattern: active.baseOffset) ^ UInt64(bitPattern: Int64(folder.utf8.count)))
            age -= Int64.random(in: 0...min(settings.segmentJitterMilliseconds, age), using: &random)
        }
        let isOld = now - state.activeSince >= age
        let isOutOfNumbers = lastOffset - active.baseOffset > Int64(Int32.max)
        if isFull || isOld || isOutOfNumbers { try roll(&state, settings) }
    }

    func roll(_ state: inout LogState, _ settings: LogConfiguration) throws {
        try removeShutdownNote(&state)
        if state.noteRemovalNeedsSync {
            try fileSystem.synchronizeFolder(folder)
            state.noteRemovalNeedsSync = false
        }
        // An index that could not be written is rebuilt when it is needed next.
        try? state.active.seal()
        // Its file is made by its first append.
        state.segments.append(
            Segment(
                Segment.Place(baseOffset: state.endOffset), files: files, descriptors: descriptors, indexInterval: settings.indexIntervalBytes))
        state.folderNeedsSync = true
        state.activeSince = clock.wallMilliseconds()
        publish(state)
        try? writeSnapshot(&state)
    }

    /// Keeps producer state as of the end of the log, and the two snapshots before it.
    func writeSnapshot(_ state: inout LogState) throws {
        let file = try fileSystem.open(files.path(state.endOffset, .snapshot), .create)
        defer { file.close() }
        try file.truncate(to: 0)
        // Not synced: it has a checksum, and is made from the log when it is not whole.
        try file.write(ProducerSnapshot.encode(state.producers), at: 0)
        for offset in try files.offsets(.snapshot, fileSystem: fileSystem).dropLast(3) {
            try fileSystem.remove(files.path(offset, .snapshot))
        }
    }
}
