import Records
import SystemIO

/// Reads a segment's batches whole and in order, their checksums checked, in large pieces. One owner, one thread.
final class BatchSource {
    private let segment: Segment
    private var position: Int64
    private let size: Int64
    private var memory: UnsafeMutableRawBufferPointer
    private var start: Int64 = 0
    private var count = 0
    private let throttle: (Int) throws -> Void

    init(_ segment: Segment, from position: Int64 = 0, throttle: @escaping (Int) throws -> Void) {
        self.segment = segment
        self.position = position
        self.throttle = throttle
        size = segment.size
        memory = .allocate(byteCount: Int(min(1 << 20, max(size - position, 1))), alignment: 16)
    }

    deinit { memory.deallocate() }

    /// Calls `body` with the next batch; false at the end. Throws `corruptBatch` for anything that is not whole.
    func next(_ body: (RecordBatchHeader, RawSpan) throws -> Bool) throws -> Bool {
        guard position < size else { return false }
        let header = try checked { try RecordBatchHeader(try bytes(RecordBatchHeader.size).bytes) }
        guard Int64(header.byteCount) <= size - position else {
            throw damaged(.truncated(needed: header.byteCount, available: Int(size - position)))
        }
        let batch = try bytes(header.byteCount)
        _ = try checked { try RecordBatchHeader(checking: batch.bytes) }
        position += Int64(header.byteCount)
        return try body(header, batch.bytes)
    }

    private func bytes(_ wanted: Int) throws -> UnsafeRawBufferPointer {
        if position < start || position - start + Int64(wanted) > Int64(count) {
            if memory.count < wanted {
                memory.deallocate()
                memory = .allocate(byteCount: wanted, alignment: 16)
            }
            count = 0
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<Int(min(Int64(memory.count), size - position))])
            count = try segment.file.read(into: room, at: position)
            start = position
            try throttle(count)
            guard count >= wanted else { throw damaged(.truncated(needed: wanted, available: count)) }
        }
        let first = Int(position - start)
        return UnsafeRawBufferPointer(rebasing: memory[first..<first + wanted])
    }

    private func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let reason as RecordError { throw damaged(reason) }
    }

    private func damaged(_ reason: RecordError) -> LogError {
        .corruptBatch(file: segment.path, position: position, resumeOffset: segment.baseOffset, reason: reason)
    }
}
