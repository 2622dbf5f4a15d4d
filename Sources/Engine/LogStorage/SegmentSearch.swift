import Records
import Synchronization
import SystemIO

/// Finding batches in a segment. An index entry is believed only after the batch that it points to agrees.
extension Segment {
    /// The batch that holds `offset`, or the first after it; `nil` when there is none in the first `size` bytes.
    /// Throws `corruptBatch` when damage lies where the offset should be; `resumeOffset` is then `nextBase` at most.
    func find(_ offset: Int64, size: Int64, nextBase: Int64, interval: Int64) throws -> ScannedBatch? {
        var walk = walk(from: try startBatch(before: offset, size: size, interval: interval), size: size)
        while true {
            switch try walk.next() {
            case .end: return nil
            case .batch(let batch): if batch.header.lastOffset >= offset { return batch }
            case .damaged(let position, let reason, let resumed):
                guard let resumed, resumed.header.baseOffset <= offset else {
                    throw LogError.corruptBatch(
                        file: path, position: position, resumeOffset: resumed?.header.baseOffset ?? nextBase, reason: reason)
                }
            }
        }
    }

    /// The batch of the nearest index entry whose last offset is not above `offset`; `nil` to begin at the segment's start.
    func startBatch(before offset: Int64, size: Int64, interval: Int64) throws -> ScannedBatch? {
        let attempts = 16
        if let found = try entryBatch(before: offset, size: size, attempts: attempts) { return found.batch }
        let isFirst = indexes.withLock { !$0.wereRebuilt }
        if isFirst { try rebuildIndexes(interval: interval) }
        return try entryBatch(before: offset, size: size, attempts: attempts)?.batch
    }

    /// Tries the entry before `offset`, and some before that one. `nil`: none agrees with the log.
    private func entryBatch(before offset: Int64, size: Int64, attempts: Int) throws -> (batch: ScannedBatch?, Void)? {
        let entries: [OffsetIndex.Entry] = try indexes.withLock { indexes in
            guard let floor = try indexes.offsets.floor(offset) else { return [] }
            return try (max(0, floor.index - attempts + 1)...floor.index).reversed().map { try indexes.offsets.entry($0) }
        }
        if entries.isEmpty { return (nil, ()) }
        for entry in entries {
            // In an index with holes the search may end anywhere.
            guard entry.offset <= offset, entry.position >= 0, entry.position < size else { continue }
            if let batch = try batch(at: entry.position, size: size), batch.header.lastOffset == entry.offset {
                return (batch, ())
            }
        }
        return entries.count < attempts ? (nil, ()) : nil
    }

    /// The batch whose header is at `position`, if one is.
    func batch(at position: Int64, size: Int64) throws -> ScannedBatch? {
        let bytes = try file.read(count: RecordBatchHeader.size, at: position)
        guard let header = try? RecordBatchHeader(bytes.span.bytes), Int64(header.byteCount) <= size - position else { return nil }
        return ScannedBatch(position: position, header: header)
    }

    /// Makes the offset and time index anew from the headers of the batches.
    func rebuildIndexes(interval: Int64) throws {
        let size = self.size
        var batches: [ScannedBatch] = []
        var walk = walk(from: nil, size: size, usingIndex: false)
        scan: while true {
            switch try walk.next() {
            case .end: break scan
            case .batch(let batch): batches.append(batch)
            case .damaged: continue
            }
        }
        try indexes.withLock { indexes in
            try indexes.restart()
            for batch in batches { indexes.note(batch, interval: interval) }
            try indexes.persist()
        }
    }

    /// The first whole batch behind damage; see `BatchSearch`.
    func nextWholeBatch(
        after position: Int64, size: Int64, minimumOffset: Int64, usingIndex: Bool = true
    ) throws -> ScannedBatch? {
        try BatchSearch(file: file, baseOffset: baseOffset, size: size)
            .nextWholeBatch(after: position, minimumOffset: minimumOffset) { place in
                usingIndex ? try indexes.withLock { try $0.offsets.ceiling(position: place) }?.position : nil
            }
    }
}
