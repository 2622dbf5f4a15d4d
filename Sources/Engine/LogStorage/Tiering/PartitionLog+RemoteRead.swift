import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// The first offset that is on this machine's disk.
    public var localStartOffset: Int64 { view.startOffset }
    /// The last offset that is in the remote store; `nil` for none.
    public var latestTieredOffset: Int64? { remote.withLock { $0?.manifest.endOffset }.map { $0 - 1 } }
    /// Whether `attachRemote` was called.
    public var hasRemote: Bool { remote.withLock { $0 != nil } }
    /// Bytes of batches in the remote store.
    public var remoteSizeInBytes: Int64 { remote.withLock { $0?.manifest.byteCount ?? 0 } }

    /// A read below the local start: its bytes are in memory then.
    func remoteRegion(from offset: Int64, end: Int64, maxBytes: Int, minOneBatch: Bool, committed: Bool, _ view: LogView) throws -> LogRegion {
        guard let tier = remote.withLock({ $0 }) else {
            throw LogError.offsetOutOfRange(requested: offset, start: view.startOffset, end: view.endOffset)
        }
        let manifest = tier.manifest
        let found = try tier.read(from: offset, limit: end, maxBytes: maxBytes, manifest)
        guard let found, minOneBatch || found.bytes.count <= maxBytes else {
            return LogRegion(firstOffset: offset, nextOffset: found == nil ? min(end, max(offset, view.startOffset)) : offset, view: view)
        }
        var aborted: [AbortedTransaction] = []
        if committed {
            var isDone = false
            for segment in manifest.segments[found.segment...] where segment.parts[2] > 0 && !isDone {
                let entries = try tier.abortedTransactions(of: segment)
                aborted += entries.filter { $0.lastOffset >= offset && $0.firstOffset < found.nextOffset }
                isDone = entries.last.map { $0.lastStableOffset >= found.nextOffset } ?? false
            }
            // Local copies of what is remote say the same again.
            if !isDone {
                let known = manifest.endOffset ?? 0
                for segment in view.segments where segment.baseOffset >= known && segment.size > 0 {
                    let entries = try segment.withIndexes { $0.transactions.entries }
                    aborted += entries.filter { $0.lastOffset >= offset && $0.firstOffset < found.nextOffset }
                    if let last = entries.last, last.lastStableOffset >= found.nextOffset { break }
                }
            }
        }
        return LogRegion(
            file: MemoryFile(found.bytes, path: tier.key), position: 0, byteCount: found.bytes.count, firstOffset: found.firstOffset,
            nextOffset: found.nextOffset, abortedTransactions: aborted, view: view)
    }

    /// The first record at or after `timestamp` below the local start.
    func remoteOffset(forTimestamp timestamp: Int64, _ view: LogView) throws -> (offset: Int64, timestamp: Int64)? {
        guard let tier = remote.withLock({ $0 }) else { return nil }
        let manifest = tier.manifest
        let reader = RecordBatchReader()
        for segment in manifest.segments where segment.largestTimestamp >= timestamp && segment.baseOffset < view.startOffset {
            var offset = max(segment.baseOffset, manifest.startOffset, try timeFloor(tier, segment, timestamp))
            while offset < segment.endOffset, let found = try tier.read(from: offset, limit: segment.endOffset, maxBytes: 1 << 20, manifest) {
                var place = 0
                while place < found.bytes.count {
                    let batch = found.bytes.span.bytes.extracting(place..<found.bytes.count)
                    let header = try RecordBatchHeader(batch)
                    place += header.byteCount
                    guard header.maxTimestamp >= timestamp else { continue }
                    var match: (offset: Int64, timestamp: Int64)?
                    try reader.forEachRecord(in: batch, verifyingChecksum: false) { record in
                        if match == nil, record.timestamp >= timestamp, record.offset >= manifest.startOffset {
                            match = (record.offset, record.timestamp)
                        }
                    }
                    if let match { return match }
                }
                offset = found.nextOffset
            }
        }
        return nil
    }

    private func timeFloor(_ tier: RemoteTier, _ segment: RemoteManifest.Segment, _ timestamp: Int64) throws -> Int64 {
        let index = try tier.part(1, of: segment)
        var floor = segment.baseOffset
        for start in stride(from: index.startIndex, to: index.endIndex, by: TimeIndex.entrySize) {
            guard index[start...].bigEndian(Int64.self, at: 0) < timestamp else { break }
            floor = segment.baseOffset + Int64(index[start...].bigEndian(Int32.self, at: 8))
        }
        return floor
    }
}
