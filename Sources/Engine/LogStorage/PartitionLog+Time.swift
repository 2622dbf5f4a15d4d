import Records
import Synchronization
import SystemIO

extension PartitionLog {
    /// The first record whose timestamp (milliseconds) is at or after `timestamp`, below `limit`; `nil` when there is none.
    public func offset(
        forTimestamp timestamp: Int64, upTo limit: ReadLimit = .highWatermark
    ) throws -> (offset: Int64, timestamp: Int64)? {
        let view = view
        let end = view.end(limit)
        for (index, segment) in view.segments.enumerated() where try segment.largestTimestamp() >= timestamp {
            let found = try segment.firstRecord(
                atOrAfter: timestamp, startOffset: view.startOffset, nextBase: view.nextBase(after: index))
            if let found { return found.offset < end ? found : nil }
        }
        return nil
    }

    /// The largest timestamp in the log and the offset of the first record that has it; `nil` for an empty log.
    public func latestTimestamp() throws -> (offset: Int64, timestamp: Int64)? {
        let largest = try view.segments.map { try $0.largestTimestamp() }.max() ?? -1
        return largest < 0 ? nil : try offset(forTimestamp: largest, upTo: .logEnd)
    }
}

extension Segment {
    func firstRecord(
        atOrAfter timestamp: Int64, startOffset: Int64, nextBase: Int64
    ) throws -> (offset: Int64, timestamp: Int64)? {
        let size = self.size
        let entry = try withIndexes { try $0.times.lastBefore(timestamp) }
        let from = max(entry?.offset ?? baseOffset, startOffset)
        guard let first = try find(from, size: size, nextBase: nextBase) else { return nil }
        var walk = walk(from: first, size: size)
        let reader = RecordBatchReader()
        while true {
            switch try walk.next() {
            case .end: return nil
            case .damaged: continue
            case .batch(let batch):
                guard batch.header.maxTimestamp >= timestamp else { continue }
                let bytes = try file.read(count: batch.header.byteCount, at: batch.position)
                var found: (offset: Int64, timestamp: Int64)?
                do {
                    try reader.forEachRecord(in: bytes.span.bytes) { record in
                        if found == nil, record.timestamp >= timestamp, record.offset >= startOffset {
                            found = (record.offset, record.timestamp)
                        }
                    }
                } catch let reason as RecordError {
                    throw LogError.corruptBatch(
                        file: path, position: batch.position, resumeOffset: batch.header.nextOffset, reason: reason)
                }
                if let found { return found }
            }
        }
    }
}
