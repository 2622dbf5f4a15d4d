import Records
import SystemIO

/// Goes from batch to batch by their headers, and past damage to where whole batches begin again.
struct SegmentWalk {
    enum Step {
        case batch(ScannedBatch)
        case end
        /// From `position` on, up to `resumed`, or, when that is missing, to the end.
        case damaged(position: Int64, reason: RecordError, resumed: ScannedBatch?)
    }

    private var scanner: BatchScanner
    private let file: any File
    private let nextWholeBatch: (_ position: Int64, _ minimumOffset: Int64) throws -> ScannedBatch?
    private var previous: ScannedBatch?
    private var isOver = false

    init(
        scanner: BatchScanner, file: any File,
        nextWholeBatch: @escaping (_ position: Int64, _ minimumOffset: Int64) throws -> ScannedBatch?
    ) {
        self.scanner = scanner
        self.file = file
        self.nextWholeBatch = nextWholeBatch
    }

    /// Where the next step begins.
    var position: Int64 { scanner.position }

    mutating func next() throws -> Step {
        if isOver { return .end }
        switch try scanner.next() {
        case .end: return .end
        case .batch(let batch):
            previous = batch
            return .batch(batch)
        case .damaged(var reason):
            var position = scanner.position
            var minimumOffset = scanner.nextOffset
            // A wrong length leads to a place where no batch begins: then the one before is the damaged one.
            if let previous, let earlier = try damage(in: previous) {
                reason = earlier
                position = previous.position
                minimumOffset = previous.header.baseOffset
            }
            let resumed = try nextWholeBatch(position, minimumOffset)
            if let resumed { scanner.move(to: resumed) } else { isOver = true }
            previous = nil
            return .damaged(position: position, reason: reason, resumed: resumed)
        }
    }

    private func damage(in batch: ScannedBatch) throws -> RecordError? {
        let bytes = try file.read(count: batch.header.byteCount, at: batch.position)
        do {
            _ = try RecordBatchHeader(checking: bytes.span.bytes)
            return nil
        } catch { return error }
    }
}
