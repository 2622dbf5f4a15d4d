import Records
import SystemIO

/// A batch and where it lies in its segment's file.
struct ScannedBatch: Sendable {
    var position: Int64
    var header: RecordBatchHeader
    /// Where the next batch begins.
    var end: Int64 { position + Int64(header.byteCount) }
}

/// What lies at a position of a segment's file.
enum BatchScan {
    case batch(ScannedBatch)
    case end
    /// No whole batch with a fitting offset.
    case damaged(RecordError)
}

/// Goes from batch to batch through a segment's file: by their headers alone, or reading all of them and checking
/// checksums.
struct BatchScanner {
    private let file: any File
    /// Bytes of the file that count.
    private let size: Int64
    private let checksums: Bool
    /// See `Segment.isSparse`.
    private let isSparse: Bool
    private(set) var position: Int64
    /// The base offset of the next batch.
    private(set) var nextOffset: Int64
    private let buffer = ScanBuffer()

    private static let readSize = 256 << 10
    /// Many small batches are looked at with one read; of large ones this is what reading one page costs anyway.
    private static let headerReadSize = 4 << 10

    init(file: any File, position: Int64, size: Int64, nextOffset: Int64, checksums: Bool, isSparse: Bool) {
        self.file = file
        self.position = position
        self.size = size
        self.nextOffset = nextOffset
        self.checksums = checksums
        self.isSparse = isSparse
    }

    /// The batch at the current position; moves past it when it is whole.
    mutating func next() throws -> BatchScan {
        guard position < size else { return .end }
        let header: RecordBatchHeader
        switch Self.header(of: try bytes(count: RecordBatchHeader.size).bytes) {
        case .success(let found): header = found
        case .failure(let reason): return .damaged(reason)
        }
        guard Int64(header.byteCount) <= size - position else {
            return .damaged(.truncated(needed: header.byteCount, available: Int(size - position)))
        }
        // Offsets follow one another without a gap, and a batch has a record for each: the one check on the base offset,
        // which is not under the checksum, and on all headers where checksums are not computed. Compaction leaves gaps.
        guard header.baseOffset == nextOffset || (isSparse && header.baseOffset > nextOffset) else {
            return .damaged(.invalidHeader(field: "base offset", value: header.baseOffset))
        }
        let span = Int64(header.lastOffsetDelta) + 1
        guard Int64(header.recordCount) == span || (isSparse && Int64(header.recordCount) < span) else {
            return .damaged(.invalidHeader(field: "record count", value: Int64(header.recordCount)))
        }
        if checksums, let reason = Self.damage(in: try bytes(count: header.byteCount).bytes) { return .damaged(reason) }
        let batch = ScannedBatch(position: position, header: header)
        position = batch.end
        nextOffset = header.nextOffset
        return .batch(batch)
    }

    private static func header(of bytes: RawSpan) -> Result<RecordBatchHeader, RecordError> {
        Result { () throws(RecordError) in try RecordBatchHeader(bytes) }
    }

    private static func damage(in batch: RawSpan) -> RecordError? {
        do {
            _ = try RecordBatchHeader(checking: batch)
            return nil
        } catch { return error }
    }

    mutating func move(to batch: ScannedBatch) {
        position = batch.position
        nextOffset = batch.header.baseOffset
    }

    /// `count` bytes from the current position, or fewer where the file ends: they stay where they are until the next call.
    private func bytes(count: Int) throws(SystemIOError) -> UnsafeRawBufferPointer {
        if let held = buffer.bytes(at: position, count: count) { return held }
        let wanted = checksums ? max(count, Self.readSize) : max(count, Self.headerReadSize)
        return try buffer.fill(from: file, at: position, count: Int(min(Int64(wanted), size - position)), showing: count)
    }
}

/// A piece of a file in memory, allocated once for a scan. One owner, one thread: the scanner that made it.
private final class ScanBuffer: @unchecked Sendable {
    // Sendable only so that a scanner may be handed from one thread to another as a whole, which its owners never do at the same time.
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var start: Int64 = 0
    private var count = 0

    deinit { memory.deallocate() }

    func bytes(at position: Int64, count wanted: Int) -> UnsafeRawBufferPointer? {
        guard position >= start, position - start + Int64(wanted) <= Int64(count) else { return nil }
        let first = Int(position - start)
        return UnsafeRawBufferPointer(rebasing: memory[first..<first + wanted])
    }

    func fill(from file: any File, at position: Int64, count wanted: Int, showing shown: Int) throws(SystemIOError) -> UnsafeRawBufferPointer {
        if memory.count < wanted {
            memory.deallocate()
            memory = .allocate(byteCount: wanted, alignment: 16)
        }
        count = 0
        count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<wanted]), at: position)
        start = position
        return UnsafeRawBufferPointer(rebasing: memory[..<min(count, shown)])
    }
}
