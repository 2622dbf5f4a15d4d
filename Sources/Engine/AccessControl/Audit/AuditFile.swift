import Synchronization
public import SystemIO

// `<folder>/audit.log` holds the newest lines; when it reaches its size it is renamed to audit.log.1, that one to audit.log.2, and so on;
// the oldest goes. All are for their owner alone (mode 0600).

/// Appends audit lines to a file of bounded size. Safe from any thread.
///
///     let file = try AuditFile(folder: data)
///     let audit = AuditLog { file.append($0) }
///
/// A line is in the page cache when `append` returns. What cannot be written is counted (`failure`) and does not stop the log's clients.
public final class AuditFile: Sendable {
    private struct State {
        var file: (any File)?
        var size: Int64 = 0
        var failures = 0
        var lastFailure: String?
    }

    public static let fileName = "audit.log"

    public let path: String
    private let files: any PrivateFileSystem
    private let maximumBytes: Int64
    private let kept: Int
    private let state: Mutex<State>

    /// `maximumBytes`: of one file. `kept`: older files beside the newest.
    public init(
        folder: String, maximumBytes: Int64 = 64 << 20, kept: Int = 7, files: any PrivateFileSystem = PosixFileSystem()
    ) throws(SystemIOError) {
        self.files = files
        self.maximumBytes = max(maximumBytes, 4_096)
        self.kept = max(kept, 1)
        path = FilePath.join(folder, Self.fileName)
        let file = try Self.open(path, files)
        state = Mutex(State(file: file, size: try file.size()))
    }

    public func append(_ line: [UInt8]) {
        state.withLock { state in
            do throws(SystemIOError) {
                if state.size > 0, state.size + Int64(line.count) > maximumBytes { try rotate(&state) }
                if state.file == nil {
                    let file = try Self.open(path, files)
                    state.size = try file.size()
                    state.file = file
                }
                // At a position of our own: a line that was written in part is written over.
                try state.file?.write(line, at: state.size)
                state.size += Int64(line.count)
            } catch {
                state.failures += 1
                state.lastFailure = "\(error)"
            }
        }
    }

    /// How many lines were lost, and why the last one was; `nil` while none was.
    public var failure: (lines: Int, sentence: String)? {
        state.withLock { state in state.lastFailure.map { (state.failures, $0) } }
    }

    /// Makes what was appended durable.
    public func synchronize() throws(SystemIOError) {
        try state.withLock { (state) throws(SystemIOError) in try state.file?.synchronizeData() }
    }

    private func rotate(_ state: inout State) throws(SystemIOError) {
        state.file?.close()
        state.file = nil
        for number in stride(from: kept, through: 1, by: -1) {
            let older = "\(path).\(number)"
            let newer = number == 1 ? path : "\(path).\(number - 1)"
            if try files.fileExists(newer) { try files.rename(newer, to: older) }
        }
        try files.synchronizeFolder(FilePath.folder(of: path))
    }

    private static func open(_ path: String, _ files: any PrivateFileSystem) throws(SystemIOError) -> any File {
        try files.fileExists(path) ? try files.open(path, .write) : try files.createPrivate(path)
    }
}
