import LogStorage
import Records
import Synchronization
import SystemIO

/// One of the broker's own topics: keyed records, of which the last for each key counts.
///
/// Compaction in the way that suits a topic whose latest values are few: once it has grown by ``restateBytes`` and by as much as it held
/// then, it is read, every latest value is written again at its end, made durable, and what was before is removed. Until the removal
/// both are there, which reads the same. Thread rule: any thread; entries of one call lie together, calls in the order of their offsets.
final class InternalLog: Sendable {
    static let restateBytes: Int64 = 8 << 20
    private static let restatedBatchBytes = 256 << 10

    private struct Writing {
        var sizeAtRestatement: Int64
        /// While any is held, nothing is restated.
        var holds = 0
    }

    let log: PartitionLog
    private let clock: any TimeSource
    /// Held over appends (into the page cache), and over a restatement with its sync.
    private let writing: Mutex<Writing>

    init(log: PartitionLog, clock: any TimeSource) {
        self.log = log
        self.clock = clock
        writing = Mutex(Writing(sizeAtRestatement: log.sizeInBytes))
    }

    typealias Entry = (key: [UInt8], value: [UInt8]?)

    /// Appends entries as one batch, then calls `apply` with the offset after them while no other entries can come between. Not durable
    /// before ``flush()``, or before the scheduler says so.
    @discardableResult
    func append(_ entries: [Entry], apply: (_ endOffset: Int64) -> Void = { _ in }) throws -> Int64 {
        guard !entries.isEmpty else {
            let end = log.endOffset
            apply(end)
            return end
        }
        let batch = try Self.batch(entries, clock)
        return try writing.withLock { _ in
            let end = try log.append(batches: batch, leaderEpoch: 0).lastOffset + 1
            apply(end)
            return end
        }
    }

    private static func batch(_ entries: some Sequence<Entry>, _ clock: any TimeSource) throws -> [UInt8] {
        let builder = RecordBatchBuilder()
        let now = clock.wallMilliseconds()
        for entry in entries { try builder.append(key: entry.key, value: entry.value, timestamp: now) }
        return try builder.finish()
    }

    func flush() throws { try log.flush() }

    /// Reads every entry from the beginning; `offset` is the record's.
    func replay(
        _ body: (_ offset: Int64, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void
    ) throws {
        var offset = log.startOffset
        let reader = RecordBatchReader()
        while offset < log.endOffset {
            let slice = try log.read(from: offset, maxBytes: 1 << 20, upTo: .logEnd)
            guard slice.nextOffset > offset else { break }
            let start = offset
            try slice.forEachBatch(reader) { record in
                guard record.hasKey, record.offset >= start else { return }
                let place = record.offset
                try record.key.withUnsafeBytes { key in
                    guard record.hasValue else { return try body(place, key, nil) }
                    try record.value.withUnsafeBytes { value in try body(place, key, value) }
                }
            }
            offset = slice.nextOffset
        }
    }

    /// Keeps the log from being restated until ``release()``: whoever compares offsets in it needs them to stay.
    func hold() { writing.withLock { $0.holds += 1 } }
    func release() { writing.withLock { $0.holds -= 1 } }

    /// Restates where enough was appended since the last time.
    func restateIfGrown() throws {
        try writing.withLock { writing in
            let grown = log.sizeInBytes - writing.sizeAtRestatement
            guard writing.holds == 0, grown > max(Self.restateBytes, writing.sizeAtRestatement) else { return }
            let start = log.endOffset
            var latest: [[UInt8]: [UInt8]] = [:]
            var order: [[UInt8]] = []
            try replay { _, key, value in
                let key = Array(key)
                if let value {
                    if latest.updateValue(Array(value), forKey: key) == nil { order.append(key) }
                } else {
                    latest[key] = nil
                }
            }
            var batch: [Entry] = []
            var bytes = 0
            // A key that was removed and came again stands in the order twice.
            for key in order {
                guard let value = latest.removeValue(forKey: key) else { continue }
                batch.append((key, value))
                bytes += key.count + value.count
                guard batch.count == 1_000 || bytes > Self.restatedBatchBytes else { continue }
                _ = try log.append(batches: try Self.batch(batch, clock), leaderEpoch: 0)
                batch = []
                bytes = 0
            }
            if !batch.isEmpty { _ = try log.append(batches: try Self.batch(batch, clock), leaderEpoch: 0) }
            try log.flush()
            try log.deleteRecords(before: start)
            writing.sizeAtRestatement = log.sizeInBytes
        }
    }
}

extension LogSlice {
    /// Visits the records of the slice's batches, control batches left out.
    func forEachBatch(_ reader: RecordBatchReader, _ body: (borrowing RecordView) throws -> Void) throws {
        try bytes.withUnsafeBytes { buffer in
            let span = buffer.bytes
            var position = 0
            while position < span.byteCount {
                let rest = span.extracting(position..<span.byteCount)
                let header = try RecordBatchHeader(rest)
                if !header.attributes.isControl { try reader.forEachRecord(in: rest, verifyingChecksum: false, body) }
                position += header.byteCount
            }
        }
    }
}
