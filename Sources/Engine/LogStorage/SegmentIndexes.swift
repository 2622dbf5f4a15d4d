import Records
import SystemIO

/// What is known about the batches of one segment beside their bytes.
struct SegmentIndexes: Sendable {
    var offsets: OffsetIndex
    var times: TimeIndex
    var transactions: TransactionIndex
    /// The transaction index was not there or not readable, and has to be made from the log.
    var transactionsAreMissing = false
    /// Each is rebuilt at most once while the log is open.
    var wereRebuilt = false
    private var bytesSinceEntry: Int64 = 0
    private(set) var largestTimestamp: Int64 = -1
    private var largestTimestampOffset: Int64 = -1

    /// Opens the indexes of `segment` as their files have them. A missing transaction index beside a segment that has batches
    /// was lost: it is made with the first batch.
    init(segment: Segment) throws {
        func file(_ kind: LogFiles.Kind) throws -> CachedFile {
            let path = segment.files.path(segment.baseOffset, kind)
            let file = segment.descriptors.file(
                path, exists: try segment.descriptors.fileSystem.fileExists(path),
                mayCloseUnsynced: kind != .transactionIndex)
            // Of batches that a crash took.
            if segment.size == 0, file.exists { try file.truncate(to: 0) }
            return file
        }
        offsets = try OffsetIndex(file: file(.offsetIndex), baseOffset: segment.baseOffset)
        times = try TimeIndex(file: file(.timeIndex), baseOffset: segment.baseOffset)
        let entries = try file(.transactionIndex)
        let existed = entries.exists
        do {
            transactions = try TransactionIndex(file: entries)
            transactionsAreMissing = !existed && segment.size > 0
        } catch is LogError {
            transactions = try TransactionIndex(emptying: entries)
            transactionsAreMissing = true
        }
        if !existed { transactions.mustBeMade() }
        if let last = try times.last() {
            largestTimestamp = last.timestamp
            largestTimestampOffset = last.offset
        }
    }

    /// Takes in what a transaction index of a segment that is replaced said.
    mutating func keep(_ entries: [AbortedTransaction]) {
        for entry in entries { transactions.append(entry) }
    }

    /// Whether the files have everything.
    var isPersisted: Bool { offsets.isPersisted && times.isPersisted && transactions.isPersisted }

    /// Takes in a batch that was appended; adds index entries where they are due.
    mutating func note(_ batch: ScannedBatch, interval: Int64) {
        noteTimestamp(of: batch)
        if bytesSinceEntry > interval || (batch.position > 0 && interval == 0) {
            offsets.append(offset: batch.header.lastOffset, position: batch.position)
            noteLargestTimestamp()
            bytesSinceEntry = 0
        }
        bytesSinceEntry += Int64(batch.header.byteCount)
    }

    /// Takes in a batch that the indexes cover already.
    mutating func noteTimestamp(of batch: ScannedBatch) {
        guard batch.header.maxTimestamp > largestTimestamp else { return }
        largestTimestamp = batch.header.maxTimestamp
        largestTimestampOffset = batch.header.lastOffset
    }

    mutating func noteLargestTimestamp() {
        if largestTimestamp >= 0 { times.append(timestamp: largestTimestamp, offset: largestTimestampOffset) }
    }

    mutating func persist() throws {
        try offsets.persist()
        try times.persist()
        try transactions.persist()
    }

    mutating func synchronize() throws {
        try offsets.synchronize()
        try times.synchronize()
        try transactions.synchronize()
    }

    mutating func truncate(position: Int64, offset: Int64) throws {
        try offsets.truncate(toPosition: position)
        try times.truncate(toOffset: offset)
        try transactions.truncate(toOffset: offset)
        let last = try times.last()
        largestTimestamp = last?.timestamp ?? -1
        largestTimestampOffset = last?.offset ?? -1
        try noteSize(position)
    }

    /// Tells an index that was read from its file where the segment ends, so that its next entry is not late.
    mutating func noteSize(_ size: Int64) throws { bytesSinceEntry = size - (try offsets.last()?.position ?? 0) }

    /// Empties the offset and time index, to be filled by `note`.
    mutating func restart() throws {
        try offsets.removeAll()
        try times.removeAll()
        largestTimestamp = -1
        largestTimestampOffset = -1
        bytesSinceEntry = 0
        wereRebuilt = true
    }
}
