import Glibc
import Pipeline

/// Standard input in large pieces, and files that are written beside standard output. One thread.
struct FilterInput {
    static let pieceBytes = 256 << 10

    private let descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer

    /// The buffer lives as long as the process: a filter has one input.
    init(descriptor: Int32 = STDIN_FILENO) {
        self.descriptor = descriptor
        buffer = .allocate(byteCount: Self.pieceBytes, alignment: 16)
    }

    /// What one read gives, valid until the next one; nil at the end.
    func next() throws -> UnsafeRawBufferPointer? {
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            if count == 0 { return nil }
            guard errno == EINTR || errno == EAGAIN else {
                throw CommandFailure("standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            if errno == EAGAIN { _ = isReady(waiting: -1) }
        }
    }

    /// Whether the next read would not wait.
    func isReady(waiting milliseconds: Int32 = 0) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}

/// A place to write bytes to: standard output, or a file that must not hold anything yet.
struct FilterOutput {
    let name: String
    private let descriptor: Int32

    static let standardOutput = FilterOutput(name: "standard output", descriptor: STDOUT_FILENO)

    private init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    /// `{pid}` in the path becomes the process id, so that many filters at once can be given one path. A file with something in it is
    /// refused: two filters that write one file would lose records of each other.
    init(path: String, option: String) throws {
        let parts = path.split(separator: "{pid}", omittingEmptySubsequences: false)
        let path = parts.joined(separator: String(getpid()))
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
            throw CommandFailure("\(option) \(path): the file is there, and not empty: remove it, or name another ({pid} in a name becomes the process id)")
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure("\(option) \(path): \(String(cString: strerror(errno)))") }
        name = path
    }

    /// Writes everything, and empties the buffer.
    func write(_ bytes: inout [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                start += count
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                throw CommandFailure("\(name) cannot be written: \(String(cString: strerror(errno)))")
            }
        }
        bytes.removeAll(keepingCapacity: bytes.capacity <= 8 << 20)
    }
}
