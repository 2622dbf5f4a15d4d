import SystemIO

/// A file system in which one thing is done wrong on purpose: what a mistake in the log, or a disk that lies, would do. The tests must notice each.
struct BuggyFileSystem: FileSystem {
    enum Bug: String, CaseIterable {
        case logIsNotSynced, folderIsNotSynced, checkpointIsNotSynced, renameLosesTheFile, writeIsOneByteLate, writeLosesItsEnd, writeReusesABuffer
        case tornTailIsNotCut, truncationIsOffByOne, abortsAreNotWritten, shutdownNoteStays, compactedSegmentIsNotSynced
    }

    let inner: SimulatedFileSystem
    let bug: Bug

    func open(_ path: String, _ mode: FileMode) throws(SystemIOError) -> any File { BuggyFile(inner: try inner.open(path, mode), bug: bug) }
    func rename(_ path: String, to target: String) throws(SystemIOError) {
        if bug == .renameLosesTheFile, target.hasSuffix("log-start-offset") { return try inner.remove(path) }
        try inner.rename(path, to: target)
    }
    func remove(_ path: String) throws(SystemIOError) {
        if bug == .shutdownNoteStays, path.hasSuffix("clean-shutdown") { return }
        try inner.remove(path)
    }
    func synchronizeFolder(_ path: String) throws(SystemIOError) {
        if bug != .folderIsNotSynced { try inner.synchronizeFolder(path) }
    }
    func list(_ folder: String) throws(SystemIOError) -> [String] { try inner.list(folder) }
    func makeFolder(_ path: String) throws(SystemIOError) { try inner.makeFolder(path) }
    func removeFolder(_ path: String) throws(SystemIOError) { try inner.removeFolder(path) }
    func fileSize(_ path: String) throws(SystemIOError) -> Int64? { try inner.fileSize(path) }
    func fileExists(_ path: String) throws(SystemIOError) -> Bool { try inner.fileExists(path) }
    func folderExists(_ path: String) throws(SystemIOError) -> Bool { try inner.folderExists(path) }
    func lock(_ path: String) throws(SystemIOError) -> any FileLock { try inner.lock(path) }
    func freeSpace(at path: String) throws(SystemIOError) -> Int64 { try inner.freeSpace(at: path) }
}

private final class BuggyFile: File {
    private let inner: any File
    private let bug: BuggyFileSystem.Bug
    var path: String { inner.path }

    init(inner: any File, bug: BuggyFileSystem.Bug) {
        self.inner = inner
        self.bug = bug
    }

    private var isLog: Bool { path.hasSuffix(".log") }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) {
        // Now and then, as such mistakes come.
        let isTurn = isLog && position % 7 == 3
        switch bug {
        case .writeIsOneByteLate where isTurn: try inner.write(bytes, at: position + 1)
        case .writeLosesItsEnd where isTurn && bytes.count > 8:
            try inner.write(UnsafeRawBufferPointer(rebasing: bytes.dropLast(4)), at: position)
            try inner.truncate(to: position + Int64(bytes.count))
        case .writeReusesABuffer where isTurn && bytes.count > 80:
            var copy = Array(bytes)
            copy[75] ^= 0x20
            try inner.write(copy, at: position)
        case .abortsAreNotWritten where path.hasSuffix(".txnindex") && !bytes.isEmpty: return
        default: try inner.write(bytes, at: position)
        }
    }

    func truncate(to size: Int64) throws(SystemIOError) {
        if bug == .truncationIsOffByOne, isLog, size > 0 { return try inner.truncate(to: size - 1) }
        if bug == .tornTailIsNotCut, isLog { return }
        try inner.truncate(to: size)
    }

    func synchronizeData() throws(SystemIOError) {
        switch bug {
        case .logIsNotSynced where isLog: return
        case .checkpointIsNotSynced where path.hasSuffix(".tmp"): return
        case .compactedSegmentIsNotSynced where path.hasSuffix(".cleaned"): return
        default: try inner.synchronizeData()
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int { try inner.read(into: buffer, at: position) }
    func size() throws(SystemIOError) -> Int64 { try inner.size() }
    func close() { inner.close() }
}
