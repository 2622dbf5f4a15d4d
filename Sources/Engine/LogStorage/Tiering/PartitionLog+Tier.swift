import ObjectStore
import Records
import Synchronization
public import SystemIO

/// What one run of tiering did.
public struct TierReport: Sendable, Equatable {
    /// Segments that went to the remote store.
    public var uploaded = 0
    public var uploadedBytes: Int64 = 0
    /// Local copies that went.
    public var localRemoved = 0
    /// Segments that retention removed from the remote store.
    public var remoteRemoved = 0
}

extension PartitionLog {
    /// Gives the log its part of a remote store, under `key` (such as `<topic id>/<partition>`), and reads what is there: from then on reads fall
    /// through to it. Called once, before the log is used. An empty log goes on behind what is there, so that a lost disk costs only what was not
    /// uploaded.
    ///
    /// Throws `ObjectStoreError`, and `damagedFile` when the local log ends before the remote one.
    public func attachRemote(
        _ store: any RemoteSegmentStore, key: String, cache: RemoteCache, entropy: any EntropySource = SystemEntropySource()
    ) throws {
        let tier = try RemoteTier(store: store, key: key, cache: cache, writer: try entropy.identifier().low)
        try state.withLock { state in
            try checkWritable(state)
            let manifest = tier.manifest
            if let end = manifest.endOffset, state.endOffset < end {
                guard state.endOffset == 0, state.segments.count == 1, state.active.size == 0 else {
                    throw LogError.damagedFile(
                        path: folder, reason: "it ends at offset \(state.endOffset), and the remote store has this partition up to \(end): the disk "
                            + "was replaced by an older one; move the folder away to go on behind what is remote")
                }
                try begin(behind: manifest, at: end, tier, &state)
            }
            state.remoteStart = manifest.segments.isEmpty ? nil : manifest.startOffset
            remote.withLock { $0 = tier }
            publish(state)
        }
        try tier.removeExpired()
    }

    private func begin(behind manifest: RemoteManifest, at end: Int64, _ tier: RemoteTier, _ state: inout LogState) throws {
        if let last = manifest.segments.last, let table = ProducerSnapshot.decode(Array(try tier.part(3, of: last))) { state.producers = table }
        try OffsetCheckpoint.write(end, to: files.logStartOffset, fileSystem: fileSystem)
        try OffsetCheckpoint.write(end, to: files.recoveryPoint, fileSystem: fileSystem)
        for (epoch, start) in manifest.epochs { _ = state.epochs.note(epoch: epoch, offset: start) }
        state.epochsNeedWriting = true
        state.segments = [
            Segment(
                Segment.Place(baseOffset: end), files: files, descriptors: descriptors, indexInterval: configuration.indexIntervalBytes)
        ]
        state.startOffset = end
        state.endOffset = end
        state.highWatermark = end
        state.flushedOffset = end
        state.recoveryPoint = end
        state.changes += 1
    }

    /// Uploads sealed segments that are durable and below the last stable offset, then removes what local and total retention no longer cover.
    /// `nil`: the topic does not ask for it, or no remote store is attached. `now`: milliseconds. `keeping`: as for `applyRetention`.
    ///
    /// Order at every moment: uploaded, in the manifest, removed here; removed from the manifest, removed there. Throws `ObjectStoreError`, and
    /// `fencedTier` when another process writes the manifest.
    public func tier(now: Int64, keeping lowerBound: Int64 = .max) throws -> TierReport? {
        let settings = configuration
        guard settings.usesRemoteStorage, !settings.isCompacted, let tier = remote.withLock({ $0 }) else { return nil }
        return try cleaning.withLock { _ in
            var report = TierReport()
            try settleRecoveryPoint()
            try upload(to: tier, &report)
            try expireRemote(tier, settings, now, lowerBound, &report)
            try expireLocal(tier, settings, now, &report)
            return report
        }
    }

    private func upload(to tier: RemoteTier, _ report: inout TierReport) throws {
        let (segments, stable, epochs) = state.withLock { ($0.segments, min($0.view.lastStableOffset, $0.recoveryPoint), $0.epochs) }
        var manifest = tier.manifest
        for (index, segment) in segments.dropLast().enumerated() {
            let end = segments[index + 1].baseOffset
            guard end <= stable else { return }
            // What retention took, or deleteRecords, is not brought back.
            guard segment.size > 0, segment.baseOffset >= manifest.endOffset ?? 0, end > manifest.startOffset else { continue }
            let uploaded = try upload(segment, end, tier)
            if manifest.segments.isEmpty { manifest.startOffset = max(manifest.startOffset, state.withLock { $0.startOffset }) }
            manifest.segments.append(uploaded)
            manifest.epochs = epochs.entries.filter { $0.startOffset < end }.map { ($0.epoch, $0.startOffset) }
            try publish(manifest, tier)
            report.uploaded += 1
            report.uploadedBytes += uploaded.byteCount
        }
    }

    /// Reads the segment, checks every batch, and writes both objects.
    private func upload(_ segment: Segment, _ end: Int64, _ tier: RemoteTier) throws -> RemoteManifest.Segment {
        var uploaded = RemoteManifest.Segment(
            baseOffset: segment.baseOffset, endOffset: end, byteCount: segment.size, largestTimestamp: try segment.largestTimestamp(), checksum: 0,
            bundleChecksum: 0, parts: [0, 0, 0, 0])
        // Once for the name and to be sure that what goes is whole; once to send it.
        let source = BatchSource(segment) { _ in }
        while try source.next({ header, batch in
            uploaded.checksum = Checksum.crc32c(batch.extracting(0..<header.byteCount), continuing: uploaded.checksum)
            return true
        }) {}
        let writer = try tier.store.write(tier.logName(uploaded))
        do {
            var position: Int64 = 0
            while position < segment.size {
                let bytes = try segment.file.read(count: Int(min(1 << 20, segment.size - position)), at: position)
                var failure: (any Error)?
                bytes.withUnsafeBytes { bytes in
                    do { try writer.write(bytes) } catch { failure = error }
                }
                if let failure { throw failure }
                position += Int64(bytes.count)
            }
            try writer.finish()
        } catch {
            writer.cancel()
            throw error
        }
        try segment.withIndexes { try $0.persist() }
        var bundle: [UInt8] = []
        for (index, kind) in [LogFiles.Kind.offsetIndex, .timeIndex, .transactionIndex, .snapshot].enumerated() {
            let path = files.path(kind == .snapshot ? end : segment.baseOffset, kind)
            guard try fileSystem.fileExists(path) else { continue }
            let part = try fileSystem.readFile(path, limit: 256 << 20)
            uploaded.parts[index] = part.count
            bundle += part
        }
        uploaded.bundleChecksum = Checksum.crc32c(bundle)
        try tier.store.put(tier.bundleName(uploaded), bundle)
        return uploaded
    }

    private func publish(_ manifest: RemoteManifest, _ tier: RemoteTier) throws {
        try tier.publish(manifest)
        state.withLock { state in
            state.remoteStart = manifest.segments.isEmpty ? nil : manifest.startOffset
            publish(state)
        }
    }

    private func expireRemote(
        _ tier: RemoteTier, _ settings: LogConfiguration, _ now: Int64, _ lowerBound: Int64, _ report: inout TierReport
    ) throws {
        guard settings.deletesByRetention else { return }
        var manifest = tier.manifest
        var rest = manifest.byteCount + state.withLock { state in
            state.segments.filter { $0.baseOffset >= manifest.endOffset ?? 0 }.reduce(0) { $0 + $1.size }
        }
        var removed: [RemoteManifest.Segment] = []
        while let first = manifest.segments.first {
            let isTooLarge = settings.retentionBytes >= 0 && rest - first.byteCount >= settings.retentionBytes
            let isTooOld =
                settings.retentionMilliseconds >= 0 && first.largestTimestamp >= 0 && now - first.largestTimestamp > settings.retentionMilliseconds
            guard isTooLarge || isTooOld || first.endOffset <= manifest.startOffset, first.endOffset <= lowerBound else { break }
            rest -= first.byteCount
            manifest.startOffset = max(manifest.startOffset, first.endOffset)
            removed.append(manifest.segments.removeFirst())
        }
        try remove(removed, leaving: manifest, tier)
        report.remoteRemoved += removed.count
    }

    /// The manifest first, then local copies of what it no longer has, then the objects.
    private func remove(_ removed: [RemoteManifest.Segment], leaving manifest: RemoteManifest, _ tier: RemoteTier) throws {
        guard !removed.isEmpty || manifest != tier.manifest else { return }
        try publish(manifest, tier)
        try state.withLock { state in
            try checkWritable(state)
            var count = 0
            while count < state.segments.count - 1, state.segments[count + 1].baseOffset <= manifest.startOffset { count += 1 }
            try removeFirst(count, &state)
        }
        for segment in removed {
            try tier.store.delete(tier.logName(segment))
            try tier.store.delete(tier.bundleName(segment))
        }
    }

    private func expireLocal(_ tier: RemoteTier, _ settings: LogConfiguration, _ now: Int64, _ report: inout TierReport) throws {
        let bytes = settings.localRetentionBytes == -2 ? settings.retentionBytes : settings.localRetentionBytes
        let age = settings.localRetentionMilliseconds == -2 ? settings.retentionMilliseconds : settings.localRetentionMilliseconds
        guard let end = tier.manifest.endOffset else { return }
        report.localRemoved += try state.withLock { state in
            try checkWritable(state)
            var count = 0
            var rest = state.segments.reduce(0) { $0 + $1.size }
            while count < state.segments.count - 1, state.segments[count + 1].baseOffset <= end {
                let segment = state.segments[count]
                let newest = try segment.largestTimestamp()
                let isTooLarge = bytes >= 0 && rest - segment.size >= bytes
                let isTooOld = age >= 0 && newest >= 0 && now - newest > age
                guard isTooLarge || isTooOld else { break }
                rest -= segment.size
                count += 1
            }
            try removeFirst(count, &state)
            return count
        }
    }

    /// Moves the start of the remote part, for `deleteRecords`.
    func deleteRemote(before offset: Int64) throws {
        guard let tier = remote.withLock({ $0 }) else { return }
        var manifest = tier.manifest
        guard offset > manifest.startOffset else { return }
        manifest.startOffset = offset
        let removed = manifest.segments.prefix { $0.endOffset <= offset }
        manifest.segments.removeFirst(removed.count)
        try remove(Array(removed), leaving: manifest, tier)
    }
}
