import LogStorage
import Records
import SystemIO

/// One of the broker's own topics: keyed records, of which the last for each key counts.
///
/// Compaction in the way that suits a topic whose latest values are all in memory: once it has grown by ``restateBytes``, every
/// latest value is written again at its end, made durable, and the segments before are removed. Until the removal both are
/// there, which reads the same. Thread rule: under the broker's lock.
struct InternalLog {
    static let restateBytes = 8 << 20

    private let log: PartitionLog
    private let clock: any TimeSource
    private var sizeAtRestatement: Int64

    init(log: PartitionLog, clock: any TimeSource) {
        self.log = log
        self.clock = clock
        sizeAtRestatement = log.sizeInBytes
    }

    typealias Entry = (key: [UInt8], value: [UInt8]?)

    /// Appends entries as one batch. Not durable before ``flush()``.
    func append(_ entries: [Entry]) throws {
        guard !entries.isEmpty else { return }
        let builder = RecordBatchBuilder()
        let now = clock.wallMilliseconds()
        for entry in entries { try builder.append(key: entry.key, value: entry.value, timestamp: now) }
        _ = try log.append(batches: try builder.finish(), leaderEpoch: 0)
    }

    func flush() throws { try log.flush() }

    /// Reads every entry from the beginning.
    func replay(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws -> Void) throws {
        var offset = log.startOffset
        let reader = RecordBatchReader()
        while offset < log.endOffset {
            let slice = try log.read(from: offset, maxBytes: 1 << 20, upTo: .logEnd)
            guard slice.nextOffset > offset else { break }
            try slice.forEachBatch(reader) { record in
                guard record.hasKey else { return }
                try record.key.withUnsafeBytes { key in
                    guard record.hasValue else { return try body(key, nil) }
                    try record.value.withUnsafeBytes { value in try body(key, value) }
                }
            }
            offset = slice.nextOffset
        }
    }

    /// Restates where enough was appended since the last time. `latest` gives every key's value.
    mutating func restateIfGrown(_ latest: () -> [Entry]) throws {
        guard log.sizeInBytes - sizeAtRestatement > Self.restateBytes else { return }
        let start = log.endOffset
        let entries = latest()
        for from in stride(from: 0, to: entries.count, by: 1_000) {
            try append(Array(entries[from..<min(from + 1_000, entries.count)]))
        }
        try log.flush()
        try log.deleteRecords(before: start)
        sizeAtRestatement = log.sizeInBytes
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
