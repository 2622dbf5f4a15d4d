import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// Whole batches from the one that holds `offset` on: as many as fit in `maxBytes`, but one at least, and none that
    /// reaches past `limit`. Empty at or past the limit. Every batch's checksum is checked.
    ///
    /// Throws `offsetOutOfRange` outside of the log, and `corruptBatch` when the batch at `offset` is damaged.
    public func read(from offset: Int64, maxBytes: Int, upTo limit: ReadLimit = .highWatermark) throws -> LogSlice {
        var view = view
        while true {
            do {
                return try read(from: offset, maxBytes: maxBytes, upTo: limit, view)
            } catch LogError.corruptBatch(let file, let position, let resumeOffset, let reason) {
                // A truncation may have changed the bytes while they were read; then look again.
                let current = self.view
                guard current.truncations != view.truncations else {
                    throw LogError.corruptBatch(file: file, position: position, resumeOffset: resumeOffset, reason: reason)
                }
                view = current
            }
        }
    }

    private func read(from offset: Int64, maxBytes: Int, upTo limit: ReadLimit, _ view: LogView) throws -> LogSlice {
        if view.isClosed { throw LogError.closed(folder: folder) }
        guard offset >= view.startOffset, offset <= view.endOffset else {
            throw LogError.offsetOutOfRange(requested: offset, start: view.startOffset, end: view.endOffset)
        }
        let end =
            switch limit {
            case .highWatermark: view.highWatermark
            case .lastStableOffset: view.lastStableOffset
            case .logEnd: view.endOffset
            }
        let empty = LogSlice(firstOffset: offset, nextOffset: offset, view: view)
        guard offset < end else { return empty }
        var index = view.segmentIndex(of: offset)
        while index < view.segments.count {
            let nextBase = view.nextBase(after: index)
            let found = try view.segments[index].read(
                from: offset, limit: end, maxBytes: max(0, maxBytes), nextBase: nextBase,
                interval: configuration.indexIntervalBytes)
            if let found {
                let aborted =
                    limit == .lastStableOffset
                    ? abortedTransactions(from: offset, before: found.nextOffset, view, firstSegment: index) : []
                return LogSlice(
                    storage: found.storage, range: found.range, firstOffset: found.firstOffset, nextOffset: found.nextOffset,
                    abortedTransactions: aborted, view: view)
            }
            index += 1
        }
        return empty
    }

    /// The markers lie at or behind the records, so segments from the first one read are looked through.
    private func abortedTransactions(
        from offset: Int64, before end: Int64, _ view: LogView, firstSegment: Int
    ) -> [AbortedTransaction] {
        var found: [AbortedTransaction] = []
        for segment in view.segments[firstSegment...] {
            let entries = segment.indexes.withLock { $0.transactions.entries }
            for entry in entries where entry.lastOffset >= offset && entry.firstOffset < end { found.append(entry) }
            if let last = entries.last, last.lastStableOffset >= end { break }
        }
        return found
    }

    /// Bytes of log in the batches that hold `offset` and those after it, up to the end: a consumer's lag in bytes.
    public func byteCount(from offset: Int64) throws -> Int64 {
        let view = view
        guard offset < view.endOffset else { return 0 }
        let index = view.segmentIndex(of: max(offset, view.startOffset))
        let segment = view.segments[index]
        let size = segment.size
        var position = size
        do {
            let batch = try segment.find(
                offset, size: size, nextBase: view.nextBase(after: index), interval: configuration.indexIntervalBytes)
            if let batch { position = batch.position }
        } catch LogError.corruptBatch(_, let damaged, _, _) {
            position = damaged
        }
        return view.segments[(index + 1)...].reduce(size - position) { $0 + $1.size }
    }
}

extension Segment {
    struct Found {
        var storage: [UInt8]
        var range: Range<Int>
        var firstOffset: Int64
        var nextOffset: Int64
    }

    /// Whole batches that hold `offset` or follow it and end before `limit`; `nil` when there are none here.
    func read(from offset: Int64, limit: Int64, maxBytes: Int, nextBase: Int64, interval: Int64) throws -> Found? {
        let size = self.size
        guard let first = try find(offset, size: size, nextBase: nextBase, interval: interval),
            first.header.lastOffset < limit
        else { return nil }
        var position = first.position
        while true {
            let wanted = max(maxBytes, RecordBatchHeader.size)
            let found = try wholeBatches(at: position, limit: limit, count: wanted, size: size)
            switch found {
            case .batches(let found): return found
            case .none: return nil
            case .damaged(let reason):
                let minimum = first.position == position ? baseOffset : offset
                let resumed = try nextWholeBatch(after: position, size: size, minimumOffset: minimum)
                guard let resumed, resumed.header.baseOffset <= offset else {
                    throw LogError.corruptBatch(
                        file: path, position: position, resumeOffset: resumed?.header.baseOffset ?? nextBase, reason: reason)
                }
                guard resumed.header.lastOffset < limit else { return nil }
                position = resumed.position
            }
        }
    }

    private enum Outcome {
        case batches(Found)
        case none
        case damaged(RecordError)
    }

    /// Reads at least one batch at `position`, checks checksums, and keeps whole ones.
    private func wholeBatches(at position: Int64, limit: Int64, count: Int, size: Int64) throws -> Outcome {
        var bytes = try file.read(count: Int(min(Int64(count), size - position)), at: position)
        var end = 0
        var firstOffset: Int64 = -1
        var nextOffset: Int64 = -1
        while end < bytes.count {
            do throws(RecordError) {
                let header = try RecordBatchHeader(bytes.span.bytes.extracting(end..<bytes.count))
                if header.lastOffset >= limit || (end > 0 && end + header.byteCount > bytes.count) { break }
                if end == 0, header.byteCount > bytes.count {
                    // The first one goes out even when it is larger than asked for.
                    guard Int64(header.byteCount) <= size - position else {
                        throw .truncated(needed: header.byteCount, available: Int(size - position))
                    }
                    guard let whole = try? file.read(count: header.byteCount, at: position), whole.count == header.byteCount
                    else { throw .truncated(needed: header.byteCount, available: bytes.count) }
                    bytes = whole
                }
                _ = try RecordBatchHeader(checking: bytes.span.bytes.extracting(end..<bytes.count))
                // The base offset is not under the checksum; see `BatchScanner`.
                guard end == 0 || header.baseOffset == nextOffset else {
                    throw .invalidHeader(field: "base offset", value: header.baseOffset)
                }
                if end == 0 { firstOffset = header.baseOffset }
                nextOffset = header.nextOffset
                end += header.byteCount
            } catch {
                // What is whole goes out; the next read meets the damage first.
                if end > 0 { break }
                return .damaged(error)
            }
        }
        guard end > 0 else { return .none }
        return .batches(Found(storage: bytes, range: 0..<end, firstOffset: firstOffset, nextOffset: nextOffset))
    }
}
