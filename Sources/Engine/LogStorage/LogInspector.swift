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
            /// Records cannot be read, offsets are missing, or something is not as it was written.
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

        public init(severity: Severity, file: String, position: Int64, reason: String) {
            self.severity = severity
            self.file = file
            self.position = position
            self.reason = reason
        }

        public var description: String { "\(severity.rawValue): \(file) at byte \(position): \(reason)" }
    }

    /// What a walk over everything found.
    public struct Summary: Sendable, Equatable {
        public var segments = 0
        public var batches = 0
        public var records = 0
        public var bytes: Int64 = 0
        public var findings: [Finding] = []

        public init() {}
    }

    /// A batch and where it lies.
    public struct Batch: Sendable {
        public var file: String
        public var position: Int64
        public var header: RecordBatchHeader
        /// The whole batch.
        public var bytes: [UInt8]
    }

    /// The first offset that is here; nil where there are no segments.
    public func firstOffset() throws -> Int64? { try LogFiles(folder: folder).offsets(.log, fileSystem: fileSystem).first }

    /// Calls `body` with every whole batch in order; damage is passed over and answered. `body` answers whether to go on.
    @discardableResult
    public func forEachBatch(_ body: (Batch) throws -> Bool) throws -> [Finding] {
        var findings: [Finding] = []
        let files = LogFiles(folder: folder)
        let closed = try CleanShutdown.read(files, fileSystem: fileSystem)
        let recoveryPoint = max(try OffsetCheckpoint.read(files.recoveryPoint, fileSystem: fileSystem) ?? 0, closed?.endOffset ?? 0)
        let cleaner = try CleanerCheckpoint.read(files.cleanerCheckpoint, fileSystem: fileSystem)
        let epochs = try closed?.epochs ?? LeaderEpochs.read(files, fileSystem: fileSystem) ?? LeaderEpochs()
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
            let walk = try CheckedWalk(file: file, baseOffset: base, recoveryPoint: recoveryPoint, isSparse: isSparse, epochs: epochs).run(body)
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

extension PartitionLog {
    /// Walks over everything on disk; see `LogInspector.verify`.
    public func verify() throws -> LogInspector.Summary {
        // An index that a crash left behind is mended when it is used: here at the latest.
        for segment in view.segments where segment.size > 0 { try segment.settleIndexes(loading: true) }
        return try LogInspector(folder: folder, fileSystem: fileSystem).verify()
    }
}
