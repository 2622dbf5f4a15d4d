/// How a file is opened.
public enum FileMode: Sendable, Equatable {
    /// An existing file, for reading alone.
    case read
    /// An existing file, for reading and writing.
    case write
    /// For reading and writing; made, empty, when it is not there.
    case create
    /// For reading and writing; fails when it is there already.
    case createNew
}

/// An open file, addressed by position: it has no cursor, so several threads may use it at once.
///
/// What is written is in the page cache: it outlives the process, and outlives the machine only after
/// `synchronizeData()`. The descriptor is closed by `close()` or when the last reference goes.
public protocol File: AnyObject, Sendable {
    var path: String { get }
    /// The operating system's number for it, where it has one: for `sendfile`.
    var descriptor: Int32? { get }
    /// Fills `buffer` from `position` (bytes); answers fewer than its count only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int
    /// Writes all of `bytes` at `position`. After an error any part of them may be in the file.
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError)
    /// The size in bytes.
    func size() throws(SystemIOError) -> Int64
    func truncate(to size: Int64) throws(SystemIOError)
    /// Returns once content and size are durable. A failure is final: never call it again for the same data,
    /// since the kernel may have dropped the pages that it could not write.
    func synchronizeData() throws(SystemIOError)
    func close()
}

extension File {
    public var descriptor: Int32? { nil }
}

/// Held until it is let go or the process ends.
public protocol FileLock: AnyObject, Sendable {
    func unlock()
}

/// The door to files: the operating system's (`PosixFileSystem`) or a simulated disk's (`SimulatedFileSystem`).
///
/// Paths are the operating system's, absolute or relative to the working folder. Safe from any thread.
/// A new, renamed or removed name is durable only after `synchronizeFolder` of the folder it is in.
public protocol FileSystem: Sendable {
    func open(_ path: String, _ mode: FileMode) throws(SystemIOError) -> any File
    /// Replaces `target` in one step: the only way anything is published.
    func rename(_ path: String, to target: String) throws(SystemIOError)
    func remove(_ path: String) throws(SystemIOError)
    /// The names in a folder, sorted by their bytes.
    func list(_ folder: String) throws(SystemIOError) -> [String]
    /// Makes a folder and those above it; no error when it is there.
    func makeFolder(_ path: String) throws(SystemIOError)
    /// Removes an empty folder.
    func removeFolder(_ path: String) throws(SystemIOError)
    func synchronizeFolder(_ path: String) throws(SystemIOError)
    /// Bytes in the file at `path`; `nil` where there is no such file. Nothing is opened.
    func fileSize(_ path: String) throws(SystemIOError) -> Int64?
    func fileExists(_ path: String) throws(SystemIOError) -> Bool
    func folderExists(_ path: String) throws(SystemIOError) -> Bool
    /// Takes the lock file at `path` for this process, at once or not at all: the error names the holder.
    func lock(_ path: String) throws(SystemIOError) -> any FileLock
    /// Bytes that an ordinary user may still write on the disk that holds `path`.
    func freeSpace(at path: String) throws(SystemIOError) -> Int64
}
