import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// Keeps of each key the last record alone, in all sealed segments below the last stable offset: what `cleanup.policy=compact` asks for.
    /// `nil`: there is nothing to do by the topic's settings (`min.cleanable.dirty.ratio`, the lags).
    ///
    /// `now`: milliseconds. `memoryBytes`: for the keys, 24 bytes each at three quarters full; several passes are made where they do not fit.
    /// `throttle` is called with every number of bytes read or written, and may wait, or throw to give up: then nothing is lost, and what was
    /// finished stays. `force`: without looking at ratio and lags. Reads and appends go on meanwhile. Tombstones and the markers of transactions
    /// that left nothing stay for `delete.retention.ms` after compaction first met them. Offsets never change.
    ///
    /// Throws `corruptBatch` for a damaged batch, and then leaves its segment as it is.
    public func compact(
        now: Int64, memoryBytes: Int = 16 << 20, force: Bool = false, throttle: (Int) throws -> Void = { _ in }
    ) throws -> CompactionReport? {
        try cleaning.withLock { _ in
            let settings = configuration
            guard settings.isCompacted else { return nil }
            try rollForCompaction(settings, now)
            try settleRecoveryPoint()
            var report: CompactionReport?
            while let work = try compactionWork(settings, now, force: force || report != nil) {
                let end = try pass(work, settings, now, memoryBytes, &report, throttle)
                guard end < work.end else { break }
            }
            return report
        }
    }

    /// What a pass works on.
    private struct Work {
        /// All sealed segments from the log's start to the end of what may be cleaned.
        var segments: [Segment]
        /// The first offset that was not cleaned yet.
        var dirty: Int64
        /// The base of the first segment that may not be cleaned.
        var end: Int64
        var lastBatches: BatchCompactor.LastBatches
        /// Of the whole log.
        var aborted: [AbortedTransaction]
    }

    /// A record that waits in the active segment longer than `max.compaction.lag.ms` allows ends that segment.
    private func rollForCompaction(_ settings: LogConfiguration, _ now: Int64) throws {
        try state.withLock { state in
            try checkWritable(state)
            guard state.active.size > 0, now - state.activeSince >= settings.maximumCompactionLagMilliseconds else { return }
            try roll(&state, settings)
        }
    }

    /// Makes everything durable, and notes so: what lies behind a gap above the recovery point would be taken for a torn tail.
    func settleRecoveryPoint() throws {
        _ = try flush()
        try flushing.withLock { _ in
            let work: CheckpointWork? = state.withLock { $0.recoveryPoint < $0.flushedOffset ? beginCheckpoint(&$0) : nil }
            if let work { try checkpoint(work) }
        }
    }

    private func compactionWork(_ settings: LogConfiguration, _ now: Int64, force: Bool) throws -> Work? {
        let (all, cleanedUpTo, stable, lastBatches) = state.withLock { state in
            (
                state.segments, state.cleaner.cleanedUpTo, min(state.view.lastStableOffset, state.recoveryPoint),
                BatchCompactor.LastBatches(state.producers)
            )
        }
        var segments: [Segment] = []
        var end = all[0].baseOffset
        for (index, segment) in all.dropLast().enumerated() {
            let next = all[index + 1].baseOffset
            let lag = settings.minimumCompactionLagMilliseconds
            let isYoung = lag > 0 ? now - (try segment.largestTimestamp()) < lag : false
            guard next <= stable, !isYoung else { break }
            segments.append(segment)
            end = next
        }
        let dirty = max(cleanedUpTo, all[0].baseOffset)
        guard !segments.isEmpty, dirty < end else { return nil }
        if !force {
            var clean: Int64 = 0
            var waiting: Int64 = 0
            var isLate = false
            for segment in segments {
                if segment.baseOffset < dirty {
                    clean += segment.size
                } else {
                    waiting += segment.size
                    let first = try segment.batch(at: 0, size: segment.size)?.header.maxTimestamp ?? now
                    if now - first > settings.maximumCompactionLagMilliseconds { isLate = true }
                }
            }
            guard waiting > 0, isLate || Double(waiting) / Double(clean + waiting) > settings.minimumDirtyRatio else { return nil }
        }
        var aborted: [AbortedTransaction] = []
        for segment in all where segment.size > 0 { aborted += try segment.withIndexes { $0.transactions.entries } }
        return Work(segments: segments, dirty: dirty, end: end, lastBatches: lastBatches, aborted: aborted)
    }

    /// One pass; answers up to where the log is clean now.
    private func pass(
        _ work: Work, _ settings: LogConfiguration, _ now: Int64, _ memoryBytes: Int, _ report: inout CompactionReport?,
        _ throttle: (Int) throws -> Void
    ) throws -> Int64 {
        try withoutActuallyEscaping(throttle) { throttle in
            let keys = Int(min(work.end - work.dirty, Int64(Int32.max)))
            let map = KeyOffsetMap(memoryBytes: max(memoryBytes, 64 << 10), keys: keys)
            let mapEnd = try fill(map, work, throttle)
            let compactor = BatchCompactor(
                map: map, mapEnd: mapEnd, now: now, deleteRetention: settings.deleteRetentionMilliseconds, lastBatches: work.lastBatches,
                aborted: work.aborted)
            var next = report ?? CompactionReport()
            next.passes += 1
            // First of all: from here on readers expect gaps below the end.
            try saveCleaner { $0.sparseBelow = max($0.sparseBelow, work.end) }
            for group in Self.groups(work, mapEnd: mapEnd, settings) {
                let replaced = try rewrite(group, compactor, mapEnd, throttle)
                next.segmentsBefore += group.segments.count
                next.segmentsAfter += 1
                next.bytesBefore += replaced.before
                next.bytesAfter += replaced.after
            }
            try saveCleaner { $0.cleanedUpTo = max($0.cleanedUpTo, mapEnd) }
            next.recordsRead += compactor.recordsRead
            next.recordsKept += compactor.recordsKept
            next.cleanedUpTo = mapEnd
            report = next
            return mapEnd
        }
    }

    /// Notes the last offset of each key from the first unclean record on; answers up to where they fitted.
    private func fill(_ map: KeyOffsetMap, _ work: Work, _ throttle: @escaping (Int) throws -> Void) throws -> Int64 {
        var filter = AbortedDataFilter(work.aborted)
        let reader = RecordBatchReader()
        var full: Int64?
        for (index, segment) in work.segments.enumerated() where full == nil {
            let next = index + 1 < work.segments.count ? work.segments[index + 1].baseOffset : work.end
            guard next > work.dirty else { continue }
            let source = BatchSource(segment, throttle: throttle)
            while full == nil, try source.next({ header, batch in
                guard header.lastOffset >= work.dirty else { return true }
                let isAborted = filter.isAborted(header)
                guard !isAborted, !header.attributes.isControl else { return true }
                if Int(header.recordCount) > map.room {
                    guard map.count > 0 else {
                        throw LogError.invalidConfiguration(
                            key: "memoryBytes", value: "\(map.room)", reason: "one batch of \(header.recordCount) keys does not fit: give more")
                    }
                    full = header.baseOffset
                    return true
                }
                try reader.forEachRecord(in: batch, verifyingChecksum: false) { record in
                    if record.hasKey { record.key.withUnsafeBytes { map.set($0, to: record.offset) } }
                }
                return true
            }) {}
        }
        return full ?? work.end
    }

    private struct Group {
        var segments: [Segment]
        /// The base of the segment after them.
        var end: Int64
    }

    /// Neighbours that together are no larger than a segment may be become one.
    private static func groups(_ work: Work, mapEnd: Int64, _ settings: LogConfiguration) -> [Group] {
        var groups: [Group] = []
        var bytes: Int64 = 0
        for (index, segment) in work.segments.enumerated() where segment.baseOffset < mapEnd {
            let end = index + 1 < work.segments.count ? work.segments[index + 1].baseOffset : work.end
            if let last = groups.last, bytes + segment.size <= settings.segmentBytes,
                end - 1 - last.segments[0].baseOffset <= Int64(Int32.max)
            {
                groups[groups.count - 1].segments.append(segment)
                groups[groups.count - 1].end = end
                bytes += segment.size
            } else {
                groups.append(Group(segments: [segment], end: end))
                bytes = segment.size
            }
        }
        return groups
    }

    private func saveCleaner(_ change: (inout CleanerCheckpoint) -> Void) throws {
        try state.withLock { state in
            try checkWritable(state)
            try removeShutdownNote(&state)
            var cleaner = state.cleaner
            change(&cleaner)
            guard cleaner != state.cleaner else { return }
            try fileSystem.replaceFile(files.cleanerCheckpoint, with: cleaner.encode())
            state.cleaner = cleaner
        }
    }

    /// Writes what stays of a group into one new segment and puts it in their place.
    private func rewrite(
        _ group: Group, _ compactor: BatchCompactor, _ mapEnd: Int64, _ throttle: @escaping (Int) throws -> Void
    ) throws -> (before: Int64, after: Int64) {
        let base = group.segments[0].baseOffset
        let before = group.segments.reduce(0) { $0 + $1.size }
        let path = SegmentSwap.cleanedPath(files, base)
        let file = try fileSystem.open(path, .create)
        defer { file.close() }
        try file.truncate(to: 0)
        let writer = CompactionWriter(file: file, throttle: throttle)
        do {
            for segment in group.segments {
                let source = BatchSource(segment, throttle: throttle)
                while try source.next({ header, batch in
                    try writer.take(try compactor.outcome(header, batch), header, batch)
                    return true
                }) {}
            }
            try writer.finish()
        } catch {
            try? fileSystem.remove(path)
            throw error
        }
        if group.segments.count == 1, !writer.isChanged {
            try fileSystem.remove(path)
            return (before, before)
        }
        let swap = SegmentSwap(files: files, fileSystem: fileSystem, base: base, end: group.end)
        try swap.commit(file)
        try replace(group, with: writer, swap, mapEnd)
        return (before, writer.position)
    }

    private func replace(_ group: Group, with writer: CompactionWriter, _ swap: SegmentSwap, _ mapEnd: Int64) throws {
        let interval = configuration.indexIntervalBytes
        var kept: [AbortedTransaction] = []
        for segment in group.segments {
            kept += try segment.withIndexes { $0.transactions.entries }.filter { $0.lastOffset >= mapEnd }
        }
        try state.withLock { state in
            guard let first = state.segments.firstIndex(where: { $0 === group.segments[0] }),
                state.segments.count > first + group.segments.count,
                zip(state.segments[first...], group.segments).allSatisfy({ $0 === $1 })
            else { return try swap.undo() }
            do {
                try checkWritable(state)
                for segment in group.segments { segment.file.retire() }
                try swap.finish(bases: group.segments.map(\.baseOffset))
                let place = Segment.Place(
                    baseOffset: swap.base, size: writer.position, exists: true, largestTimestamp: -1, isSparse: true)
                let segment = Segment(place, files: files, descriptors: descriptors, indexInterval: interval)
                var indexes = try SegmentIndexes(segment: segment)
                indexes.transactionsAreMissing = false
                for batch in writer.batches { indexes.note(batch, interval: interval) }
                indexes.noteLargestTimestamp()
                indexes.keep(kept)
                try indexes.synchronize()
                segment.install(indexes)
                state.segments.replaceSubrange(first..<first + group.segments.count, with: [segment])
                state.changes += 1
                publish(state)
                try fileSystem.synchronizeFolder(folder)
            } catch {
                goOffline(&state, because: error)
                throw error
            }
        }
    }
}
