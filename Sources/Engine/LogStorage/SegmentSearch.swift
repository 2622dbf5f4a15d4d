import Records
import Synchronization
import SystemIO

/// Finding batches in a segment. An index entry is believed only after the batch that it points to agrees.
extension Segment {
    /// The batch that holds `offset`, or the first after it; `nil` when there is none in the first `size` bytes.
    /// Throws `corruptBatch` when damage lies where the offset should be; `resumeOffset` is then `nextBase` at most.
    func find(_ offset: Int64, size: Int64, nextBase: Int64, interval: Int64) throws -> ScannedBatch? {
        let start = try verifiedStart(offset, size: size, interval: interval)
        var scanner = scanner(
            from: start?.position ?? 0, minimumOffset: start?.header.baseOffset, checksums: false, size: size)
        while true {
            switch try scanner.next() {
            case .end: return nil
            case .batch(let batch): if batch.header.lastOffset >= offset { return batch }
            case .damaged(let reason):
                let position = scanner.position
                let resumed = try nextWholeBatch(after: position, size: size, minimumOffset: scanner.minimumOffset)
                guard let resumed, resumed.header.baseOffset <= offset else {
                    throw LogError.corruptBatch(
                        file: path, position: position, resumeOffset: resumed?.header.baseOffset ?? nextBase, reason: reason)
                }
                scanner.move(to: resumed)
            }
        }
    }

    /// The batch of the nearest index entry before `offset`; `nil` to begin at the segment's start.
    private func verifiedStart(_ offset: Int64, size: Int64, interval: Int64) throws -> ScannedBatch? {
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
            var scanner = scanner(from: entry.position, checksums: false, size: size)
            if case .batch(let batch) = try scanner.next(), batch.header.lastOffset == entry.offset { return (batch, ()) }
        }
        return entries.count < attempts ? (nil, ()) : nil
    }

    /// Makes the offset and time index anew from the headers of the batches.
    func rebuildIndexes(interval: Int64) throws {
        let size = self.size
        var batches: [ScannedBatch] = []
        var scanner = scanner(from: 0, checksums: false, size: size)
        scan: while true {
            switch try scanner.next() {
            case .end: break scan
            case .batch(let batch): batches.append(batch)
            case .damaged:
                guard
                    let resumed = try nextWholeBatch(
                        after: scanner.position, size: size, minimumOffset: scanner.minimumOffset, usingIndex: false)
                else { break scan }
                scanner.move(to: resumed)
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
