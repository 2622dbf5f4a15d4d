import Records
import SystemIO

/// One walk over a segment's batches that checks all of them: damage is passed over, and answered.
struct CheckedWalk {
    let file: any File
    let baseOffset: Int64
    /// From here on damage is a torn tail.
    let recoveryPoint: Int64
    /// See `Segment.isSparse`.
    let isSparse: Bool
    /// Which leader epoch holds where; empty where it is not known.
    let epochs: LeaderEpochs

    func run(
        _ body: (LogInspector.Batch) throws -> Bool
    ) throws -> (findings: [LogInspector.Finding], nextOffset: Int64, isStopped: Bool) {
        var findings: [LogInspector.Finding] = []
        let size = try file.size()
        var scanner = BatchScanner(file: file, position: 0, size: size, nextOffset: baseOffset, checksums: true, isSparse: isSparse)
        while true {
            switch try scanner.next() {
            case .end: return (findings, scanner.nextOffset, false)
            case .batch(let batch):
                if let finding = epochFinding(batch) { findings.append(finding) }
                let bytes = try file.read(count: batch.header.byteCount, at: batch.position)
                guard try body(.init(file: file.path, position: batch.position, header: batch.header, bytes: bytes)) else {
                    return (findings, scanner.nextOffset, true)
                }
            case .damaged(let reason):
                let isTail = scanner.nextOffset >= recoveryPoint
                findings.append(
                    .init(
                        severity: isTail ? .tornTail : .damage, file: file.path, position: scanner.position, reason: "\(reason)"))
                let resumed = isTail ? nil : try resynchronized(after: scanner.position, scanner.nextOffset, size)
                guard let resumed else { return (findings, scanner.nextOffset, false) }
                scanner.move(to: resumed)
            }
        }
    }

    /// The leader epoch is the one field that neither a checksum nor the sequence of offsets covers: the checkpoint beside the log does. No
    /// batch is of a later epoch than the one that held, and a node that always led has one epoch, 0: there any changed bit is found.
    private func epochFinding(_ batch: ScannedBatch) -> LogInspector.Finding? {
        guard let expected = epochs.epoch(at: batch.header.baseOffset), !(0...max(0, expected)).contains(batch.header.leaderEpoch) else { return nil }
        return .init(
            severity: .damage, file: file.path, position: batch.position,
            reason: "its leader epoch is \(batch.header.leaderEpoch), and by the checkpoint \(expected) held at offset "
                + "\(batch.header.baseOffset); its records are whole")
    }

    private func resynchronized(after position: Int64, _ minimumOffset: Int64, _ size: Int64) throws -> ScannedBatch? {
        try BatchSearch(file: file, baseOffset: baseOffset, size: size, isSparse: isSparse)
            .nextWholeBatch(after: position, minimumOffset: minimumOffset) { _ in nil }
    }
}
