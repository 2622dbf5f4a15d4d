import Records
import Synchronization
import SystemIO

/// Finding batches in a segment. An index entry is believed only after the batch that it points to agrees.
extension Segment {
    /// The batch that holds `offset`, or the first after it; `nil` when there is none in the first `size` bytes.
    /// Throws `corruptBatch` when damage lies where the offset should be; `resumeOffset` is then `nextBase` at most.
    func find(_ offset: Int64, size: Int64, nextBase: Int64) throws -> ScannedBatch? {
        var walk = walk(from: try startBatch(before: offset, size: size), size: size)
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
    func startBatch(before offset: Int64, size: Int64) throws -> ScannedBatch? {
        let attempts = 16
        if let found = try entryBatch(before: offset, size: size, attempts: attempts) { return found.batch }
        try withIndexes { if !$0.wereRebuilt { try rebuild(&$0) } }
        return try entryBatch(before: offset, size: size, attempts: attempts)?.batch
    }

    /// Tries the entry before `offset`, and some before that one. `nil`: none agrees with the log.
    private func entryBatch(before offset: Int64, size: Int64, attempts: Int) throws -> (batch: ScannedBatch?, Void)? {
        guard let floor = try withIndexes({ try $0.offsets.floor(offset) }) else { return (nil, ()) }
        let first = max(0, floor.index - attempts + 1)
        for index in (first...floor.index).reversed() {
            // A truncation may have come in between.
            let found: OffsetIndex.Entry? =
                index == floor.index ? floor.entry : try withIndexes { index < $0.offsets.count ? try $0.offsets.entry(index) : nil }
            guard let entry = found else { continue }
            // In an index with holes the search may end anywhere.
            guard entry.offset <= offset, entry.position >= 0, entry.position < size else { continue }
            if let batch = try batch(at: entry.position, size: size), batch.header.lastOffset == entry.offset {
                return (batch, ())
            }
        }
        return floor.index - first + 1 < attempts ? (nil, ()) : nil
    }

    /// The batch whose header is at `position`, if one is.
    func batch(at position: Int64, size: Int64) throws -> ScannedBatch? {
        let found: RecordBatchHeader? = try withUnsafeTemporaryAllocation(byteCount: RecordBatchHeader.size, alignment: 8) { bytes in
            let count = try file.read(into: bytes, at: position)
            return try? RecordBatchHeader(UnsafeRawBufferPointer(rebasing: bytes[..<count]).bytes)
        }
        guard let header = found, Int64(header.byteCount) <= size - position else { return nil }
        return ScannedBatch(position: position, header: header)
    }

    /// Makes the offset and time index anew from the headers of the batches.
    func rebuild(_ indexes: inout SegmentIndexes) throws {
        try indexes.restart()
        var walk = walk(from: nil, size: size, usingIndex: false)
        while true {
            switch try walk.next() {
            case .end: return try indexes.persist()
            case .batch(let batch): indexes.note(batch, interval: indexInterval)
            case .damaged: continue
            }
        }
    }

    /// Whether the last entries of both indexes agree with the log, and none is missing at the end.
    func indexesAreSound(_ indexes: inout SegmentIndexes) throws -> Bool {
        guard size > 0 else { return indexes.offsets.count == 0 && indexes.times.count == 0 }
        guard try indexes.offsets.isAscending(), try indexes.times.isAscending() else { return false }
        var scanner = scanner(from: nil, checksums: false)
        var unindexed: Int64 = 0
        if let last = try indexes.offsets.last() {
            guard last.position < size, let batch = try batch(at: last.position, size: size),
                batch.header.lastOffset == last.offset
            else { return false }
            scanner.move(to: batch)
        }
        // A batch gets an entry when more than an interval lies between it and the one before.
        while unindexed <= indexInterval, case .batch(let next) = try scanner.next() {
            unindexed += Int64(next.header.byteCount)
            indexes.noteTimestamp(of: next)
        }
        return scanner.position >= size
    }

    /// The first whole batch behind damage; see `BatchSearch`.
    func nextWholeBatch(
        after position: Int64, size: Int64, minimumOffset: Int64, usingIndex: Bool = true
    ) throws -> ScannedBatch? {
        try BatchSearch(file: file, baseOffset: baseOffset, size: size, isSparse: isSparse)
            .nextWholeBatch(after: position, minimumOffset: minimumOffset) { place in
                usingIndex ? try withIndexes { try $0.offsets.ceiling(position: place) }?.position : nil
            }
    }
}
