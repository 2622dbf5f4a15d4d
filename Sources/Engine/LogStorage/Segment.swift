import Records
import Synchronization
import SystemIO

/// A run of batches in one file, with its indexes. Appended to by one thread at a time; read by any, also after
/// retention has removed its name from the folder.
final class Segment: Sendable {
    let baseOffset: Int64
    let file: any File
    let files: LogFiles
    let indexes: Mutex<SegmentIndexes>
    private let byteCount: Atomic<Int64>

    /// Bytes of whole batches.
    var size: Int64 { byteCount.load(ordering: .acquiring) }
    var path: String { file.path }

    init(baseOffset: Int64, files: LogFiles, fileSystem: any FileSystem) throws {
        self.baseOffset = baseOffset
        self.files = files
        file = try fileSystem.open(files.path(baseOffset, .log), .create)
        byteCount = Atomic(try file.size())
        indexes = Mutex(try SegmentIndexes(baseOffset: baseOffset, files: files, fileSystem: fileSystem))
    }

    /// Writes whole batches at the end. On failure takes back what it can; a failure to do that is thrown as `undo`.
    func append(_ bytes: UnsafeRawBufferPointer, batches: [ScannedBatch], interval: Int64) throws(SegmentAppendFailure) {
        let start = size
        do throws(SystemIOError) {
            try file.write(bytes, at: start)
        } catch {
            let cause = error
            do throws(SystemIOError) { try file.truncate(to: start) } catch {
                throw SegmentAppendFailure(cause: cause, isUndone: false)
            }
            throw SegmentAppendFailure(cause: cause, isUndone: true)
        }
        indexes.withLock { indexes in
            for batch in batches { indexes.note(batch, interval: interval) }
        }
        byteCount.store(start + Int64(bytes.count), ordering: .releasing)
    }

    /// Cuts the file at `position`, where a batch begins, and the indexes with it.
    func truncate(to position: Int64, nextOffset: Int64) throws {
        byteCount.store(position, ordering: .releasing)
        try indexes.withLock { indexes in
            try indexes.truncate(position: position, offset: nextOffset)
        }
        try file.truncate(to: position)
    }

    /// Called when the next segment begins: the time index gets the segment's largest timestamp.
    func seal() throws {
        try indexes.withLock { indexes in
            indexes.noteLargestTimestamp()
            try indexes.persist()
        }
    }

    func persistIndexes() throws { try indexes.withLock { try $0.persist() } }

    func synchronizeTransactions() throws { try indexes.withLock { try $0.transactions.synchronize() } }
    func synchronizeIndexes() throws { try indexes.withLock { try $0.synchronize() } }

    var largestTimestamp: Int64 { indexes.withLock { $0.largestTimestamp } }

    /// Goes through the batches from `batch` on, or from the first.
    func scanner(from batch: ScannedBatch?, checksums: Bool, size: Int64? = nil) -> BatchScanner {
        BatchScanner(
            file: file, position: batch?.position ?? 0, size: size ?? self.size,
            nextOffset: batch?.header.baseOffset ?? baseOffset, checksums: checksums)
    }

    /// The same, passing over damage.
    func walk(from batch: ScannedBatch?, size: Int64, usingIndex: Bool = true) -> SegmentWalk {
        SegmentWalk(scanner: scanner(from: batch, checksums: false, size: size), file: file) { position, minimumOffset in
            try self.nextWholeBatch(after: position, size: size, minimumOffset: minimumOffset, usingIndex: usingIndex)
        }
    }

    /// Removes the files' names; whoever reads goes on reading.
    func removeFiles(fileSystem: any FileSystem) throws {
        for kind in LogFiles.Kind.ofSegment {
            let path = files.path(baseOffset, kind)
            if try fileSystem.fileExists(path) { try fileSystem.remove(path) }
        }
    }
}

struct SegmentAppendFailure: Error {
    let cause: SystemIOError
    /// Whether the file is as before.
    let isUndone: Bool
}
