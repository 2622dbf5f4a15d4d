public import Records
import Synchronization
public import SystemIO

/// Reads a partition's folder without changing anything in it: for `leat log verify` and `leat log dump`, also beside the
/// process that writes the log. A batch that is being written meanwhile may be seen half.
public struct LogInspector: Sendable {
    private let folder: String
    private let fileSystem: any FileSystem

    public init(folder: String, fileSystem: any FileSystem) {
        self.folder = folder
        self.fileSystem = fileSystem
    }

    /// Something that is not as the log would have written it.
    public struct Finding: Sendable, Equatable, CustomStringConvertible {
        public enum Severity: String, Sendable {
            /// Records cannot be read, or offsets are missing.
            case damage
            /// A torn tail above the recovery point: opening the log cuts it.
            case tornTail = "torn tail"
            /// An index disagrees with the log: opening the log, or using it, mends it.
            case index
        }

        public var severity: Severity
        public var file: String
        public var position: Int64
        public var reason: String

        public var description: String { "\(severity.rawValue): \(file) at byte \(position): \(reason)" }
    }

    /// What a walk over everything found.
    public struct Summary: Sendable, Equatable {
        public var segments = 0
        public var batches = 0
        public var records = 0
        public var bytes: Int64 = 0
        public var findings: [Finding] = []
    }

    /// A batch and where it lies.
    public struct Batch: Sendable {
        public var file: String
        public var position: Int64
        public var header: RecordBatchHeader
        /// The whole batch.
        public var bytes: [UInt8]
    }

    /// Calls `body` with every whole batch in order; damage is passed over and answered. `body` answers whether to go on.
    @discardableResult
    public func forEachBatch(_ body: (Batch) throws -> Bool) throws -> [Finding] {
        var findings: [Finding] = []
        let files = LogFiles(folder: folder)
        let closed = try CleanShutdown.read(files, fileSystem: fileSystem)?.endOffset ?? 0
        let recoveryPoint = max(try OffsetCheckpoint.read(files.recoveryPoint, fileSystem: fileSystem) ?? 0, closed)
        let cleaner = try CleanerCheckpoint.read(files.cleanerCheckpoint, fileSystem: fileSystem)
        var expected: Int64?
        for base in try files.offsets(.log, fileSystem: fileSystem) {
            let path = files.path(base, .log)
            let isSparse = base < cleaner.sparseBelow
            if let expected, base != expected, !(base <= cleaner.sparseBelow && base > expected) {
                findings.append(
                    .init(severity: .damage, file: path, position: 0, reason: "offsets \(expected) to \(base - 1) are missing"))
            }
            let file = try fileSystem.open(path, .read)
            defer { file.close() }
            let walk = try CheckedWalk(file: file, baseOffset: base, recoveryPoint: recoveryPoint, isSparse: isSparse).run(body)
            findings += walk.findings
            expected = walk.nextOffset
            if walk.isStopped { break }
        }
        return findings
    }

    /// Reads everything: checksums, records one by one, offsets, index entries.
    public func verify(limits: DecompressionLimits = DecompressionLimits()) throws -> Summary {
        var summary = Summary()
        var malformed: [Finding] = []
        var places: [String: [Int64: Int64]] = [:]
        let reader = RecordBatchReader(limits: limits)
        let damage = try forEachBatch { batch in
            summary.batches += 1
            summary.bytes += Int64(batch.bytes.count)
            places[batch.file, default: [:]][batch.position] = batch.header.lastOffset
            do {
                try reader.forEachRecord(in: batch.bytes.span.bytes, verifyingChecksum: false) { _ in summary.records += 1 }
            } catch {
                malformed.append(.init(severity: .damage, file: batch.file, position: batch.position, reason: "\(error)"))
            }
            return true
        }
        summary.findings = damage + malformed
        let files = LogFiles(folder: folder)
        for base in try files.offsets(.log, fileSystem: fileSystem) {
            summary.segments += 1
            let batches = places[files.path(base, .log)] ?? [:]
            summary.findings += try indexFindings(base, files, batches)
        }
        return summary
    }

    private func indexFindings(_ base: Int64, _ files: LogFiles, _ batches: [Int64: Int64]) throws -> [Finding] {
        let path = files.path(base, .offsetIndex)
        guard try fileSystem.fileExists(path) else {
            // A small segment may have no entry, and then has no index.
            guard try fileSystem.fileSize(files.path(base, .log)) ?? 0 > 64 << 10 else { return [] }
            return [.init(severity: .index, file: path, position: 0, reason: "there is no such file")]
        }
        let index = try OffsetIndex(file: fileSystem.open(path, .read), baseOffset: base)
        for number in 0..<index.count {
            let entry = try index.entry(number)
            if batches[entry.position] != entry.offset {
                return [
                    .init(
                        severity: .index, file: path, position: Int64(number * OffsetIndex.entrySize),
                        reason: "entry \(number) says that the batch with last offset \(entry.offset) begins at byte "
                            + "\(entry.position), and none does")
                ]
            }
        }
        return []
    }
}

/// One walk over a segment's file.
private struct CheckedWalk {
    let file: any File
    let baseOffset: Int64
    let recoveryPoint: Int64
    let isSparse: Bool

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

    private func resynchronized(after position: Int64, _ minimumOffset: Int64, _ size: Int64) throws -> ScannedBatch? {
        try BatchSearch(file: file, baseOffset: baseOffset, size: size, isSparse: isSparse)
            .nextWholeBatch(after: position, minimumOffset: minimumOffset) { _ in nil }
    }
}

extension PartitionLog {
    /// Walks over everything on disk; see `LogInspector.verify`.
    public func verify() throws -> LogInspector.Summary {
        // An index that a crash left behind is mended when it is used: here at the latest.
        for segment in view.segments where segment.size > 0 { try segment.settleIndexes(loading: true) }
        return try LogInspector(folder: folder, fileSystem: fileSystem).verify()
    }
}
