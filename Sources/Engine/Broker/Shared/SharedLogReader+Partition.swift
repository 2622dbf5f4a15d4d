public import Coordination
public import Records
import SystemIO

/// Reads one partition batch by batch, see ``SharedLogReader``. One thread at a time.
///
/// Which transactions committed is found without their owner: headers are scanned ahead until the control batch that ends a
/// producer's transaction comes, and batches wait in a queue until then. Memory: about 150 bytes for each batch that waits.
public final class SharedPartitionReader {
    public let partition: TopicPartition
    private let files: SharedLogFiles
    private let isolation: SharedLogIsolation
    private let commits: CommitLedger?
    private var scanner: SharedBatchScanner
    private var queue = BatchQueue()
    /// Records before this are not handed out.
    private var firstOffset: Int64 = 0
    /// Records before the first that is at least this old are not handed out.
    private var firstTimestamp: Int64?
    private let decoder = RecordBatchReader()
    private var findings: [SharedLogFinding] = []

    init(
        partition: TopicPartition, files: SharedLogFiles, start: SharedLogStart, isolation: SharedLogIsolation, commits: CommitLedger?
    ) throws {
        self.partition = partition
        self.files = files
        self.isolation = isolation
        self.commits = commits
        let bases = try files.segmentBases()
        let target = try Self.target(start, bases, files)
        var base = bases.last { $0 <= target.offset } ?? bases.first ?? 0
        if isolation == .committed, commits != nil {
            // A transaction that was open before the place to begin at holds back what follows: begin where none was.
            while let earlier = bases.last(where: { $0 < base }), files.hasOpenTransactions(at: base) { base = earlier }
            scanner = SharedBatchScanner(files: files, base: base)
        } else {
            scanner = Self.indexed(files, base: base, offset: target.offset)
        }
        firstOffset = max(target.offset, files.logStartOffset())
        firstTimestamp = target.timestamp
        if start == .latest {
            try scanToEnd()
            firstOffset = stableOffset
            queue.removeSettled()
        }
    }

    /// The offset that the next record handed out has, or a later one.
    public var nextOffset: Int64 { max(firstOffset, handedOut) }
    private var handedOut: Int64 = 0

    /// One past everything that is settled: no open transaction reaches below it. As of the last call of ``next()``.
    private var stableOffset: Int64 { queue.firstOpenOffset ?? scanner.nextOffset }

    /// What was passed over since the last call: damage, and offsets that are gone.
    public func takeFindings() -> [SharedLogFinding] {
        defer {
            findings = []
            scanner.findings = []
        }
        return findings + scanner.findings
    }

    /// Where the log ends in something that is no whole batch: one that is being written, or was when the owner died.
    public var tornTail: SharedLogFinding? { scanner.tornTail }

    /// The records of the next batch that holds any for this reader. Nil: no more for now.
    public func next() throws -> SharedLogBatch? {
        while let place = try nextPlace() {
            let bytes: [UInt8]
            do {
                bytes = try SharedBatchScanner.bytes(of: place)
            } catch let error as RecordError {
                if try isAtEnd(place) {
                    scanner.wait(at: place, because: "\(error)")
                    queue.putOffEnd()
                    return nil
                }
                findings.append(lost(place, "\(error)"))
                continue
            }
            handedOut = place.header.nextOffset
            var records: [Record] = []
            do {
                try decode(bytes, into: &records)
            } catch let error as RecordError {
                findings.append(lost(place, "\(error)"))
            }
            if !records.isEmpty { return SharedLogBatch(header: place.header, records: records) }
        }
        return nil
    }

    private func decode(_ batch: [UInt8], into records: inout [Record]) throws {
        try decoder.forEachRecord(in: batch.span.bytes, verifyingChecksum: false) { record in
            guard record.offset >= firstOffset else { return }
            if let firstTimestamp, record.timestamp < firstTimestamp { return }
            firstTimestamp = nil
            records.append(record.copy())
        }
    }

    private func marker(in batch: [UInt8]) throws -> EndTransactionMarker? {
        var marker: EndTransactionMarker?
        try decoder.forEachRecord(in: batch.span.bytes, verifyingChecksum: false) { marker = try EndTransactionMarker($0) }
        return marker
    }

    private func lost(_ place: SharedBatchPlace, _ reason: String) -> SharedLogFinding {
        SharedLogFinding(
            file: place.file.path, position: place.position,
            reason: "offsets \(place.header.baseOffset) to \(place.header.lastOffset) cannot be read: \(reason)")
    }

    private func isAtEnd(_ place: SharedBatchPlace) throws -> Bool {
        guard place.header.nextOffset == scanner.nextOffset else { return false }
        return try !scanner.hasMore()
    }

    private func nextPlace() throws -> SharedBatchPlace? {
        while true {
            while let place = queue.popSettled() {
                if place.header.lastOffset < firstOffset { continue }
                if let firstTimestamp, place.header.maxTimestamp < firstTimestamp { continue }
                return place
            }
            if try !scanOne(), try !settleByLedger() { return nil }
        }
    }

    private func scanToEnd() throws {
        while true {
            while try scanOne() { queue.removeSettled() }
            if try !settleByLedger() { return }
        }
    }

    /// Takes one batch in; false at the end.
    private func scanOne() throws -> Bool {
        guard let place = try scanner.next() else { return false }
        guard place.header.attributes.isControl else {
            // A batch that compaction emptied has nothing to wait for; the marker of its transaction may be gone.
            let holdsBack = place.header.attributes.isTransactional && place.header.recordCount > 0
            queue.append(place, isOpen: commits != nil && holdsBack)
            return true
        }
        guard commits != nil else { return true }
        do {
            let marker = try marker(in: try SharedBatchScanner.bytes(of: place))
            let producer = place.header.producerId
            // A marker of a later transaction: that of an earlier one was lost, so its durable record is asked first.
            if queue.open.contains(where: { $0.id == producer && $0.epoch < place.header.producerEpoch }) { _ = try settleByLedger() }
            if let marker { queue.settle(place.header.producerId, upTo: place.header.producerEpoch, isCommit: marker.isCommit) }
        } catch let error as RecordError {
            if try isAtEnd(place) {
                scanner.wait(at: place, because: "\(error)")
                return false
            }
            findings.append(lost(place, "a transaction's marker: \(error)"))
        }
        return true
    }

    /// Where the owner was killed between the durable record of a commit and its marker here, the record decides.
    private func settleByLedger() throws -> Bool {
        guard let commits, !queue.open.isEmpty else { return false }
        let committed = try commits.committed(in: partition)
        let found = queue.open.filter { committed.contains($0) }
        for transaction in found { queue.settle(transaction.id, upTo: transaction.epoch, isCommit: true) }
        return !found.isEmpty
    }

    private static func target(
        _ start: SharedLogStart, _ bases: [Int64], _ files: SharedLogFiles
    ) throws -> (offset: Int64, timestamp: Int64?) {
        switch start {
        case .earliest: return (max(bases.first ?? 0, files.logStartOffset()), nil)
        case .latest: return (.max, nil)
        case .offset(let offset): return (max(offset, bases.first ?? 0), nil)
        case .timestamp(let time):
            let base = bases.dropLast().first { files.largestTimestamp(base: $0).map { $0 >= time } ?? true } ?? bases.last
            return (base ?? 0, time)
        }
    }

    /// Begins at the batch of an index entry at or before `offset`, where the log agrees with the entry.
    private static func indexed(_ files: SharedLogFiles, base: Int64, offset: Int64) -> SharedBatchScanner {
        if let file = try? files.fileSystem.open(files.path(base, "log"), .read) {
            for entry in files.indexedPositions(base: base, atMost: offset) {
                guard let bytes = try? file.read(count: RecordBatchHeader.size, at: entry.position),
                    let header = try? RecordBatchHeader(bytes.span.bytes), header.lastOffset == entry.lastOffset
                else { continue }
                return SharedBatchScanner(files: files, base: base, position: entry.position, nextOffset: header.baseOffset)
            }
        }
        return SharedBatchScanner(files: files, base: base)
    }
}

/// Records of one batch, as a shared reader hands them out.
public struct SharedLogBatch: Sendable {
    public var header: RecordBatchHeader
    /// Those of the batch that are at or after the reader's start.
    public var records: [Record]
}
