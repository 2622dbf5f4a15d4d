import Records
import SystemIO

/// Writes batches one after the other, in large pieces. One owner, one thread.
final class CompactionWriter {
    private let file: any File
    private let throttle: (Int) throws -> Void
    private var buffer: [UInt8] = []
    private var written: Int64 = 0
    private(set) var batches: [ScannedBatch] = []
    /// Whether anything was dropped or written anew.
    private(set) var isChanged = false

    private static let bufferSize = 1 << 20

    init(file: any File, throttle: @escaping (Int) throws -> Void) {
        self.file = file
        self.throttle = throttle
        buffer.reserveCapacity(Self.bufferSize)
    }

    /// Bytes so far.
    var position: Int64 { written + Int64(buffer.count) }

    func take(_ outcome: BatchCompactor.Outcome, _ header: RecordBatchHeader, _ batch: RawSpan) throws {
        switch outcome {
        case .drop: isChanged = true
        case .keep:
            batches.append(ScannedBatch(position: position, header: header))
            batch.extracting(0..<header.byteCount).withUnsafeBytes { buffer.append(contentsOf: $0) }
        case .replace(let bytes):
            isChanged = true
            batches.append(ScannedBatch(position: position, header: try RecordBatchHeader(bytes.span.bytes)))
            buffer.append(contentsOf: bytes)
        }
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func finish() throws { try flush() }

    private func flush() throws {
        guard !buffer.isEmpty else { return }
        try file.write(buffer, at: written)
        try throttle(buffer.count)
        written += Int64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }
}
