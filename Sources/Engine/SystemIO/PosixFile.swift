import CPosix
import Synchronization

/// An open descriptor. Positional reads and writes share no cursor, so any thread may use it at any time; whoever
/// calls `close()` makes sure that nobody uses it any more (the log keeps the reference and lets it go instead).
final class PosixFile: File {
    let path: String
    let number: Int32
    private let isClosed = Atomic<Bool>(false)

    init(path: String, descriptor: Int32) {
        self.path = path
        number = descriptor
    }

    deinit { close() }

    var descriptor: Int32? { number }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int {
        try refuseClosed("read")
        return Int(try check(leat_read_at(number, buffer.baseAddress, buffer.count, position), "read", path))
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) {
        try refuseClosed("write")
        try check(leat_write_at(number, bytes.baseAddress, bytes.count, position), "write", path)
    }

    func size() throws(SystemIOError) -> Int64 {
        try refuseClosed("look up the size of")
        return try check(leat_size(number), "look up the size of", path)
    }

    func truncate(to size: Int64) throws(SystemIOError) {
        try refuseClosed("truncate")
        try check(leat_truncate(number, size), "truncate", path)
    }

    func synchronizeData() throws(SystemIOError) {
        try refuseClosed("sync data")
        try check(leat_sync_data(number), "sync data", path)
    }

    func close() {
        if !isClosed.exchange(true, ordering: .acquiringAndReleasing) { _ = leat_close(number) }
    }

    /// A closed descriptor's number may already be another file's: never let it through.
    private func refuseClosed(_ operation: String) throws(SystemIOError) {
        guard isClosed.load(ordering: .acquiring) else { return }
        throw SystemIOError(operation: operation, path: path, errorNumber: 0, sentence: "the file is closed")
    }
}

/// The lock is the descriptor's: it goes with it, also when the process dies.
final class PosixFileLock: FileLock {
    private let file: PosixFile

    init(file: PosixFile) { self.file = file }

    func unlock() { file.close() }
}
