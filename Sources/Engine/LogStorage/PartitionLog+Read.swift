import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// Whole batches from the one that holds `offset` on: as many as fit in `maxBytes`, but one at least, and none that
    /// reaches past `limit`. Empty at or past the limit.
    ///
    /// Checksums are checked the first time that bytes are read from a file after it was opened; what this process appended was checked then.
    /// Throws `offsetOutOfRange` outside of the log, and `corruptBatch` when the batch at `offset` is damaged.
    public func read(from offset: Int64, maxBytes: Int, upTo limit: ReadLimit = .highWatermark) throws -> LogSlice {
        try whileUnchanged { view in
            let region = try region(from: offset, maxBytes: maxBytes, upTo: limit, minOneBatch: true, view)
            var failure: (any Error)?
            let storage = [UInt8](unsafeUninitializedCapacity: region.byteCount) { buffer, count in
                do { count = try region.read(into: UnsafeMutableRawBufferPointer(buffer)) } catch { failure = error }
            }
            if let failure { throw failure }
            return LogSlice(
                storage: storage, range: 0..<storage.count, firstOffset: region.firstOffset, nextOffset: region.nextOffset,
                abortedTransactions: region.abortedTransactions, view: view)
        }
    }

    /// The same into the caller's buffer, whose size is the bound: nothing is allocated. A first batch that does not fit is left out, and
    /// `byteCount` of the answer, which is then larger than the buffer, says what it needs.
    public func read(
        into buffer: UnsafeMutableRawBufferPointer, from offset: Int64, upTo limit: ReadLimit = .highWatermark
    ) throws -> LogRegion {
        try whileUnchanged { view in
            let region = try region(from: offset, maxBytes: buffer.count, upTo: limit, minOneBatch: true, view)
            if region.byteCount <= buffer.count { _ = try region.read(into: buffer) }
            return region
        }
    }

    /// Where the batches of such a read lie, without reading them: for `sendfile`. `minOneBatch`: the first batch counts also when it is larger
    /// than `maxBytes`.
    public func region(
        from offset: Int64, maxBytes: Int, upTo limit: ReadLimit = .highWatermark, minOneBatch: Bool = true
    ) throws -> LogRegion {
        try whileUnchanged { try region(from: offset, maxBytes: maxBytes, upTo: limit, minOneBatch: minOneBatch, $0) }
    }

    /// Looks again when what was looked at changed meanwhile: a truncation or a removal explains any damage.
    private func whileUnchanged<Result>(_ body: (LogView) throws -> Result) throws -> Result {
        var view = view
        while true {
            let failure: any Error
            do {
                let result = try body(view)
                if published.withLock({ $0.truncations }) == view.truncations { return result }
                view = self.view
                continue
            } catch LogError.corruptBatch(let file, let position, let resumeOffset, let reason) {
                failure = LogError.corruptBatch(file: file, position: position, resumeOffset: resumeOffset, reason: reason)
            } catch let error as SystemIOError {
                failure = error
            }
            let current = self.view
            guard current.truncations != view.truncations || current.changes != view.changes else { throw failure }
            view = current
        }
    }

    private func region(
        from offset: Int64, maxBytes: Int, upTo limit: ReadLimit, minOneBatch: Bool, _ view: LogView
    ) throws -> LogRegion {
        if view.isClosed { throw LogError.closed(folder: folder) }
        guard offset >= view.startOffset, offset <= view.endOffset else {
            throw LogError.offsetOutOfRange(requested: offset, start: view.startOffset, end: view.endOffset)
        }
        let end = view.end(limit)
        let empty = LogRegion(firstOffset: offset, nextOffset: offset, view: view)
        guard offset < end else { return empty }
        var index = view.segmentIndex(of: offset)
        while index < view.segments.count {
            let request = RegionRequest(
                offset: offset, limit: end, maxBytes: max(0, maxBytes), minOneBatch: minOneBatch, size: view.size(of: index),
                nextBase: view.nextBase(after: index))
            switch try view.segments[index].region(request) {
            case .found(let found):
                let aborted =
                    limit == .lastStableOffset
                    ? try abortedTransactions(from: offset, before: found.nextOffset, view, firstSegment: index) : []
                return LogRegion(
                    file: try view.segments[index].file.lease(), position: found.position, byteCount: found.byteCount,
                    firstOffset: found.firstOffset, nextOffset: found.nextOffset, abortedTransactions: aborted, view: view)
            case .tooLarge: return empty
            case .beyond(let base):
                let next = max(offset, min(base, end))
                return LogRegion(firstOffset: next, nextOffset: next, view: view)
            case .none: index += 1
            }
        }
        // Behind the last record there may be offsets that compaction emptied.
        return LogRegion(firstOffset: end, nextOffset: end, view: view)
    }

    /// The markers lie at or behind the records, so segments from the first one read are looked through.
    private func abortedTransactions(
        from offset: Int64, before end: Int64, _ view: LogView, firstSegment: Int
    ) throws -> [AbortedTransaction] {
        var found: [AbortedTransaction] = []
        for segment in view.segments[firstSegment...] where segment.size > 0 {
            let entries = try segment.withIndexes { $0.transactions.entries }
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
        let size = view.size(of: index)
        var position = size
        do {
            if let batch = try segment.find(offset, size: size, nextBase: view.nextBase(after: index)) { position = batch.position }
        } catch LogError.corruptBatch(_, let damaged, _, _) {
            position = damaged
        }
        return view.segments[(index + 1)...].reduce(size - position) { $0 + $1.size }
    }
}
