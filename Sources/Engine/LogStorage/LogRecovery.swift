import Records
import Synchronization
import SystemIO

/// What opening a log found and did.
public struct RecoveryReport: Sendable, Equatable {
    /// Batches above the recovery point that were read again and are whole.
    public var batchesChecked = 0
    /// Bytes of a torn tail that were cut.
    public var bytesCut: Int64 = 0
    /// Damage that was found below the recovery point and left alone, and offsets that are missing.
    public var damage: [String] = []
    public var indexesRebuilt = 0
    /// Nothing lay above the recovery point.
    public var wasClean: Bool { batchesChecked == 0 && bytesCut == 0 && damage.isEmpty }
}

/// Opening a partition: nothing above the recovery point is believed before its checksum was computed; nothing below it
/// is ever cut.
struct LogRecovery {
    let files: LogFiles
    let fileSystem: any FileSystem
    let clock: any TimeSource
    let configuration: LogConfiguration
    let descriptors: FileDescriptorCache
    private(set) var report = RecoveryReport()
    private var producers = ProducerStateTable()
    private var epochs = LeaderEpochs()
    private var cleaner = CleanerCheckpoint()
    private var epochsAreKnown = false
    private var recoveryPoint: Int64 = 0

    init(
        files: LogFiles, fileSystem: any FileSystem, clock: any TimeSource, configuration: LogConfiguration, descriptors: FileDescriptorCache
    ) {
        self.files = files
        self.fileSystem = fileSystem
        self.clock = clock
        self.configuration = configuration
        self.descriptors = descriptors
    }

    /// `trustingShutdown`: a log that was closed well is opened from its own note of that.
    mutating func open(trustingShutdown: Bool = true) throws -> LogState {
        let closed = trustingShutdown ? try CleanShutdown.read(files, fileSystem: fileSystem) : nil
        if let closed {
            if try closed.isCurrent(files, fileSystem: fileSystem) { return opened(closed) }
            // It is stale, and goes: what it says of durability has to stay.
            let saved = try OffsetCheckpoint.read(files.recoveryPoint, fileSystem: fileSystem) ?? 0
            if saved < closed.endOffset { try OffsetCheckpoint.write(closed.endOffset, to: files.recoveryPoint, fileSystem: fileSystem) }
        }
        let names = try prepareFolder()
        let savedStart = try OffsetCheckpoint.read(files.logStartOffset, fileSystem: fileSystem)
        let savedRecovery = try OffsetCheckpoint.read(files.recoveryPoint, fileSystem: fileSystem)
        cleaner = try CleanerCheckpoint.read(files.cleanerCheckpoint, fileSystem: fileSystem)
        recoveryPoint = savedRecovery ?? 0
        var segments = try openSegments(names, startOffset: savedStart ?? 0)
        let isNew = segments.isEmpty
        if isNew { segments = [segment(Segment.Place(baseOffset: max(recoveryPoint, savedStart ?? 0)))] }
        let startOffset = max(savedStart ?? 0, segments[0].baseOffset)
        recoveryPoint = max(recoveryPoint, segments[0].baseOffset)
        if isNew, savedStart == nil, savedRecovery == nil { return state(segments, startOffset: startOffset, endOffset: startOffset, isNew: true) }
        try readEpochs()
        let replayStart = try loadSnapshot(segments)
        var endOffset = try replay(&segments, from: replayStart)
        if endOffset < recoveryPoint, !isNew {
            report.damage.append("offsets \(endOffset) to \(recoveryPoint - 1) were durable, and are not there")
        }
        // Offsets that were given out, or were deleted, are never given out again.
        let next = max(endOffset, recoveryPoint, startOffset)
        if endOffset < next {
            endOffset = next
            if segments[segments.count - 1].size > 0 {
                try segments[segments.count - 1].seal()
            } else {
                try segments.removeLast().removeFiles(fileSystem: fileSystem)
            }
            segments.append(segment(Segment.Place(baseOffset: endOffset)))
        }
        return try finish(segments, startOffset: startOffset, endOffset: endOffset)
    }

    private func segment(_ place: Segment.Place) -> Segment {
        Segment(place, files: files, descriptors: descriptors, indexInterval: configuration.indexIntervalBytes)
    }

    private mutating func opened(_ closed: CleanShutdown) -> LogState {
        producers = closed.producers
        epochs = closed.epochs
        cleaner = closed.cleaner
        var opened = state(closed.segments.map { segment($0) }, startOffset: closed.startOffset, endOffset: closed.endOffset, isNew: false)
        opened.hasShutdownNote = true
        opened.recoveryPoint = closed.recoveryPoint
        opened.epochsNeedWriting = closed.epochsNeedWriting
        return opened
    }

    private func state(_ segments: [Segment], startOffset: Int64, endOffset: Int64, isNew: Bool) -> LogState {
        LogState(
            segments: segments, startOffset: min(startOffset, endOffset), endOffset: endOffset, highWatermark: endOffset,
            flushedOffset: endOffset, recoveryPoint: endOffset, producers: producers, epochs: epochs, cleaner: cleaner,
            parentNeedsSync: isNew, activeSince: clock.wallMilliseconds(), checkpointedAt: clock.monotonicNanoseconds())
    }

    /// Makes the folder, finishes what a crash interrupted; answers the names in it. A new folder is synced with the first flush.
    private func prepareFolder() throws -> [String] {
        var names: [String]
        do throws(SystemIOError) { names = try fileSystem.list(files.folder) } catch {
            guard error.isNotFound else { throw error }
            try fileSystem.makeFolder(files.folder)
            return []
        }
        for name in names where name.hasSuffix(".tmp") { try fileSystem.remove(FilePath.join(files.folder, name)) }
        if names.contains(FilePath.name(of: files.cleanShutdown)) {
            // It is stale. What follows may change anything.
            try fileSystem.remove(files.cleanShutdown)
            try fileSystem.synchronizeFolder(files.folder)
        }
        if try SegmentSwap.recover(names, files: files, fileSystem: fileSystem) { names = try fileSystem.list(files.folder) }
        return names
    }

    /// Finds every segment; those wholly below the log's start are left from a removal that a crash cut short.
    private func openSegments(_ names: [String], startOffset: Int64) throws -> [Segment] {
        let bases = names.compactMap { LogFiles.offset(ofName: $0, .log) }.sorted()
        var segments: [Segment] = []
        for (index, base) in bases.enumerated() {
            let size = try fileSystem.fileSize(files.path(base, .log)) ?? 0
            let found = segment(Segment.Place(baseOffset: base, size: size, exists: true, isSparse: base < cleaner.sparseBelow))
            if index + 1 < bases.count, bases[index + 1] <= startOffset {
                try found.removeFiles(fileSystem: fileSystem)
            } else {
                segments.append(found)
            }
        }
        return segments
    }

    private mutating func readEpochs() throws {
        guard try fileSystem.fileExists(files.leaderEpochs),
            let read = LeaderEpochs(try fileSystem.readFile(files.leaderEpochs, limit: 16 << 20))
        else { return }
        epochs = read
        epochsAreKnown = true
    }

    /// Takes the newest usable snapshot; answers from which offset on batches have to be looked at: all where epochs are not known, and
    /// those from the first segment on whose aborted transactions are not.
    private mutating func loadSnapshot(_ segments: [Segment]) throws -> Int64 {
        let first = segments[0].baseOffset
        guard epochsAreKnown else { return first }
        var latest = recoveryPoint
        for segment in segments where segment.size > 0 {
            let isWhole = try fileSystem.fileSize(files.path(segment.baseOffset, .transactionIndex)).map { $0 == 0 } ?? false
            if !isWhole, try segment.withIndexes({ $0.transactionsAreMissing }) {
                latest = min(latest, segment.baseOffset)
                break
            }
        }
        for offset in try files.offsets(.snapshot, fileSystem: fileSystem).reversed() {
            guard offset <= latest, offset >= first else { continue }
            let bytes = try fileSystem.readFile(files.path(offset, .snapshot), limit: 1 << 30)
            guard let table = ProducerSnapshot.decode(bytes) else { continue }
            producers = table
            return offset
        }
        return first
    }

    /// Goes through the batches from `offset` on; answers the log's end. Cuts at the first damage above the recovery point.
    private mutating func replay(_ segments: inout [Segment], from offset: Int64) throws -> Int64 {
        var endOffset = segments[0].baseOffset
        var index = 0
        while index < segments.count {
            let segment = segments[index]
            let nextBase = index + 1 < segments.count ? segments[index + 1].baseOffset : Int64.max
            if index > 0, segment.baseOffset > endOffset, segment.baseOffset > recoveryPoint {
                // The end of the segment before was lost: what follows the hole is part of the torn tail.
                try remove(segments[index...])
                segments.removeLast(segments.count - index)
                return endOffset
            }
            endOffset = max(endOffset, segment.baseOffset)
            if nextBase > offset {
                let (end, isTorn) = try replay(segment, from: offset, after: endOffset)
                endOffset = max(endOffset, end)
                if isTorn {
                    try remove(segments[(index + 1)...])
                    segments.removeLast(segments.count - index - 1)
                }
            }
            index += 1
        }
        return endOffset
    }

    private mutating func remove(_ segments: ArraySlice<Segment>) throws {
        for segment in segments.reversed() {
            report.bytesCut += segment.size
            try segment.removeFiles(fileSystem: fileSystem)
        }
    }

    private mutating func replay(
        _ segment: Segment, from offset: Int64, after minimum: Int64
    ) throws -> (end: Int64, isTorn: Bool) {
        var end = max(segment.baseOffset, minimum)
        // Below the recovery point headers are believed; damage there is reported and passed over.
        let first = try segment.startBatch(before: min(offset, recoveryPoint), size: segment.size)
        if let first { end = first.header.baseOffset }
        var walk = segment.walk(from: first, size: segment.size)
        durable: while end < recoveryPoint {
            switch try walk.next() {
            case .end: break durable
            case .batch(let batch):
                if batch.header.baseOffset >= offset { try take(batch, from: segment) }
                try segment.withIndexes { $0.noteTimestamp(of: batch) }
                end = batch.header.nextOffset
            case .damaged(let position, let reason, let resumed):
                report.damage.append("\(segment.path) at byte \(position): \(reason)")
                // No batch to go on from: what is damaged stays, and new batches go to a new segment.
                guard let resumed else { return (max(end, recoveryPoint), false) }
                end = resumed.header.baseOffset
            }
        }
        return try checkTail(of: segment, from: walk.position, offset: end)
    }

    /// Reads what lies above the recovery point, checks every checksum, makes its index entries, and cuts at the first
    /// batch that is not whole.
    private mutating func checkTail(
        of segment: Segment, from position: Int64, offset: Int64
    ) throws -> (end: Int64, isTorn: Bool) {
        var end = offset
        guard position < segment.size else { return (end, false) }
        try segment.withIndexes { try $0.truncate(position: position, offset: end) }
        var scanner = BatchScanner(
            file: segment.file, position: position, size: segment.size, nextOffset: end, checksums: true,
            isSparse: segment.isSparse)
        while true {
            switch try scanner.next() {
            case .end: return (end, false)
            case .batch(let batch):
                try take(batch, from: segment)
                try segment.withIndexes { $0.note(batch, interval: segment.indexInterval) }
                segment.noteVerified(batch.position..<batch.end)
                report.batchesChecked += 1
                end = batch.header.nextOffset
            case .damaged:
                report.bytesCut += segment.size - scanner.position
                try segment.truncate(to: scanner.position, nextOffset: end)
                return (end, true)
            }
        }
    }

    /// Takes a batch into producer state, transactions and epochs.
    private mutating func take(_ batch: ScannedBatch, from segment: Segment) throws {
        _ = epochs.note(epoch: batch.header.leaderEpoch, offset: batch.header.baseOffset)
        guard batch.header.attributes.isControl else { return producers.replay(batch.header) }
        let bytes = try segment.file.read(count: batch.header.byteCount, at: batch.position)
        var found: EndTransactionMarker?
        // A control batch below the recovery point may be damaged: it then ends nothing, and reading it says so.
        _ = try? RecordBatchReader().forEachRecord(in: bytes.span.bytes) { found = try EndTransactionMarker($0) ?? found }
        guard let marker = found else { return }
        let ended = producers.end(
            producerId: batch.header.producerId, epoch: batch.header.producerEpoch,
            coordinatorEpoch: marker.coordinatorEpoch, isCommit: marker.isCommit, offset: batch.header.lastOffset,
            timestamp: batch.header.maxTimestamp)
        guard let ended, !ended.isCommit else { return }
        let stable = producers.firstOpenOffset ?? ended.lastOffset + 1
        try segment.withIndexes { indexes in
            let isKnown = indexes.transactions.entries.contains { $0.lastOffset >= ended.lastOffset }
            if !isKnown {
                indexes.transactions.append(
                    AbortedTransaction(
                        producerId: ended.producerId, firstOffset: ended.firstOffset, lastOffset: ended.lastOffset,
                        lastStableOffset: stable))
            }
        }
    }

    /// Makes what was kept durable before anyone reads it, and notes so.
    private mutating func finish(_ segments: [Segment], startOffset: Int64, endOffset: Int64) throws -> LogState {
        epochs.truncate(toOffset: endOffset)
        let isChanged = !report.wasClean || endOffset != recoveryPoint || !epochsAreKnown
        for (index, segment) in segments.enumerated() {
            if segment.size == 0, segment.file.exists { try segment.withIndexes { _ in } }
            try segment.persistIndexes()
            let rebuilt = try segment.withLoadedIndexes { indexes in
                indexes.transactionsAreMissing = false
                try indexes.noteSize(segment.size)
                try indexes.transactions.synchronize()
                return indexes.wereRebuilt
            }
            if rebuilt == true { report.indexesRebuilt += 1 }
            // Sealed segments below the recovery point are durable already; the last one's size may not be.
            let end = index + 1 < segments.count ? segments[index + 1].baseOffset : endOffset
            if (isChanged && end > recoveryPoint) || index + 1 == segments.count { try segment.file.synchronizeData() }
        }
        for offset in try files.offsets(.snapshot, fileSystem: fileSystem) where offset > endOffset {
            try fileSystem.remove(files.path(offset, .snapshot))
        }
        try fileSystem.synchronizeFolder(files.folder)
        if isChanged {
            try fileSystem.replaceFile(files.leaderEpochs, with: epochs.encode())
            try OffsetCheckpoint.write(endOffset, to: files.recoveryPoint, fileSystem: fileSystem)
        }
        var opened = state(segments, startOffset: startOffset, endOffset: endOffset, isNew: false)
        // A folder that a crash left without its own name being durable.
        opened.parentNeedsSync = isChanged
        return opened
    }
}
