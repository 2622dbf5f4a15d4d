import Records
import Synchronization
import SystemIO

/// A run of batches in one file, with its indexes. Appended to by one thread at a time; read by any, also after
/// retention has removed its name from the folder, as far as the file was open.
///
/// An idle segment is a few numbers: its file is open, and its indexes are in memory, only while they are used.
final class Segment: Sendable {
    let baseOffset: Int64
    let files: LogFiles
    let file: CachedFile
    let descriptors: FileDescriptorCache
    let indexInterval: Int64
    /// Batches may have gaps between and within them: compaction was here.
    let isSparse: Bool
    private let byteCount: Atomic<Int64>
    private let newest: Atomic<Int64>
    private let memory: Mutex<SegmentMemory>
    /// Held while indexes are loaded, so that it is done once.
    private let loading = Mutex(())

    static let unknownTimestamp = Int64.min

    struct SegmentMemory: Sendable {
        var indexes: SegmentIndexes?
        var verified = VerifiedRanges()
        var hints = ReadHints()
    }

    /// What is known of a segment without looking at its files.
    struct Place: Sendable, Equatable {
        var baseOffset: Int64
        var size: Int64 = 0
        var exists = false
        var largestTimestamp = Segment.unknownTimestamp
        var isSparse = false
    }

    /// Bytes of whole batches.
    var size: Int64 { byteCount.load(ordering: .acquiring) }
    var path: String { file.path }

    init(_ place: Place, files: LogFiles, descriptors: FileDescriptorCache, indexInterval: Int64) {
        baseOffset = place.baseOffset
        self.files = files
        self.descriptors = descriptors
        self.indexInterval = indexInterval
        isSparse = place.isSparse
        file = descriptors.file(files.path(place.baseOffset, .log), exists: place.exists)
        byteCount = Atomic(place.size)
        newest = Atomic(place.exists ? place.largestTimestamp : -1)
        memory = Mutex(SegmentMemory())
    }

    /// The largest timestamp of its batches, -1 for none; where it is not known it is read from the index.
    func largestTimestamp() throws -> Int64 {
        let known = newest.load(ordering: .acquiring)
        return known != Self.unknownTimestamp ? known : try withIndexes { $0.largestTimestamp }
    }

    /// Calls `body` with the indexes, which are loaded first if they are not in memory.
    func withIndexes<Result>(_ body: (inout SegmentIndexes) throws -> Result) throws -> Result {
        while true {
            let result: Result? = try memory.withLock { memory in
                guard var indexes = memory.indexes.take() else { return nil }
                defer {
                    newest.store(indexes.largestTimestamp, ordering: .releasing)
                    memory.indexes = indexes
                }
                return try body(&indexes)
            }
            if let result { return result }
            try loading.withLock { _ in
                guard memory.withLock({ $0.indexes == nil }) else { return }
                let loaded = try loadedIndexes()
                memory.withLock { $0.indexes = loaded }
            }
        }
    }

    /// Puts indexes that were made with the segment's file in place.
    func install(_ indexes: SegmentIndexes) {
        newest.store(indexes.largestTimestamp, ordering: .releasing)
        memory.withLock { memory in
            memory.indexes = indexes
            memory.verified.insert(0..<size)
        }
    }

    /// The indexes if they are in memory.
    func withLoadedIndexes<Result>(_ body: (inout SegmentIndexes) throws -> Result) throws -> Result? {
        guard memory.withLock({ $0.indexes != nil }) else { return nil }
        return try withIndexes(body)
    }

    private func loadedIndexes() throws -> SegmentIndexes {
        var loaded = try SegmentIndexes(segment: self)
        if try !indexesAreSound(&loaded) { try rebuild(&loaded) }
        try loaded.noteSize(size)
        return loaded
    }

    /// Lets go of everything that can be read again. Called for a segment that was not used for a while.
    func forget() {
        memory.withLock { memory in
            memory.hints.removeAll()
            if memory.indexes?.isPersisted == true { memory.indexes = nil }
        }
    }

    func isVerified(_ range: Range<Int64>) -> Bool { memory.withLock { $0.verified.covers(range) } }
    func noteVerified(_ range: Range<Int64>) { memory.withLock { $0.verified.insert(range) } }
    func hint(_ offset: Int64) -> Int64? { memory.withLock { $0.hints.position(of: offset) } }
    func noteHint(offset: Int64, position: Int64, replacing: Int64) {
        memory.withLock { $0.hints.note(offset: offset, position: position, replacing: replacing) }
    }

    /// Writes whole batches, which were checked, at the end. On failure takes back what it can.
    func append(_ bytes: UnsafeRawBufferPointer, batches: [ScannedBatch]) throws(SegmentAppendFailure) {
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
        // Loaded before the first append: see `prepareForAppends`. Without them the index is made again when it is needed.
        memory.withLock { memory in
            memory.verified.insert(start..<start + Int64(bytes.count))
            guard var indexes = memory.indexes.take() else { return newest.store(Self.unknownTimestamp, ordering: .releasing) }
            for batch in batches { indexes.note(batch, interval: indexInterval) }
            newest.store(indexes.largestTimestamp, ordering: .releasing)
            memory.indexes = indexes
        }
        byteCount.store(start + Int64(bytes.count), ordering: .releasing)
    }

    /// Has the indexes in memory, so that appends add to them.
    func prepareForAppends() throws {
        guard memory.withLock({ $0.indexes == nil }) else { return }
        try withIndexes { _ in }
    }

    /// Cuts the file at `position`, where a batch begins, and the indexes with it.
    func truncate(to position: Int64, nextOffset: Int64) throws {
        byteCount.store(position, ordering: .releasing)
        memory.withLock { memory in
            memory.verified.truncate(to: position)
            memory.hints.removeAll()
        }
        try withIndexes { try $0.truncate(position: position, offset: nextOffset) }
        try file.truncate(to: position)
    }

    /// Called when the next segment begins: the time index gets the segment's largest timestamp.
    func seal() throws {
        guard size > 0 else { return }
        try withIndexes { indexes in
            indexes.noteLargestTimestamp()
            try indexes.persist()
        }
    }

    func persistIndexes() throws { _ = try withLoadedIndexes { try $0.persist() } }
    /// Writes what is in memory; what says which transactions were aborted is durable then. `loading`: also of indexes that are not in memory,
    /// which are looked at and mended by that.
    func settleIndexes(loading: Bool = false) throws {
        func settle(_ indexes: inout SegmentIndexes) throws {
            try indexes.persist()
            try indexes.transactions.synchronize()
        }
        if loading { try withIndexes { try settle(&$0) } } else { _ = try withLoadedIndexes { try settle(&$0) } }
    }

    func synchronizeTransactions() throws { _ = try withLoadedIndexes { try $0.transactions.synchronize() } }
    func synchronizeIndexes() throws { _ = try withLoadedIndexes { try $0.synchronize() } }

    /// Goes through the batches from `batch` on, or from the first.
    func scanner(from batch: ScannedBatch?, checksums: Bool, size: Int64? = nil) -> BatchScanner {
        BatchScanner(
            file: file, position: batch?.position ?? 0, size: size ?? self.size,
            nextOffset: batch?.header.baseOffset ?? baseOffset, checksums: checksums, isSparse: isSparse)
    }

    /// The same, passing over damage.
    func walk(from batch: ScannedBatch?, size: Int64, usingIndex: Bool = true) -> SegmentWalk {
        SegmentWalk(scanner: scanner(from: batch, checksums: false, size: size), file: file) { position, minimumOffset in
            try self.nextWholeBatch(after: position, size: size, minimumOffset: minimumOffset, usingIndex: usingIndex)
        }
    }

    /// Removes the files' names; whoever reads an open file goes on reading.
    func removeFiles(fileSystem: any FileSystem) throws {
        file.retire()
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
