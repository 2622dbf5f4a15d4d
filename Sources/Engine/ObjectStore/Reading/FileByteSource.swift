import Glibc

/// A file of this machine, read in order, as a ``ByteSource``.
///
/// Errors: `notFound` or `unavailable` with the system's reason. The file must not be replaced while it is read; one that
/// only grows is read up to where it ends at that moment.
public final class FileByteSource: ByteSource {
    public let location: String
    public let totalBytes: UInt64?
    private let descriptor: Int32
    private var position: UInt64 = 0

    /// Opens the file at `path`, at its beginning.
    public init(path: String) throws(ObjectStoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, at: path, "cannot open for reading") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(code, at: path, "cannot ask for its size")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw ObjectStoreError(.invalidRequest, at: path, "is a folder, and a file is needed")
        }
        // A pipe has no length, and can only be read from where it stands.
        totalBytes = status.st_mode & S_IFMT == S_IFREG ? UInt64(status.st_size) : nil
        self.descriptor = descriptor
        location = path
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit { close(descriptor) }

    public func move(to position: UInt64) throws(ObjectStoreError) {
        guard totalBytes != nil || position == self.position else {
            throw ObjectStoreError(
                .invalidRequest, at: location, "is a pipe and cannot be taken up at byte \(position)")
        }
        self.position = position
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        guard buffer.count > 0, let address = buffer.baseAddress, position <= UInt64(Int64.max) else { return 0 }
        while true {
            let count =
                totalBytes == nil
                ? Glibc.read(descriptor, address, buffer.count)
                : pread(descriptor, address, buffer.count, off_t(position))
            if count >= 0 {
                position += UInt64(count)
                return count
            }
            guard errno == EINTR else { throw .system(errno, at: location, "cannot read at byte \(position)") }
        }
    }
}

extension ObjectStoreError {
    /// An error of the operating system as one of ours.
    static func system(_ code: Int32, at location: String, _ action: String) -> ObjectStoreError {
        let kind: Kind =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EEXIST: .alreadyExists
            case EACCES, EPERM, EROFS: .accessDenied
            case EINVAL, EISDIR, ENAMETOOLONG: .invalidRequest
            default: .unavailable
            }
        return ObjectStoreError(kind, at: location, "\(action): \(String(cString: strerror(code)))")
    }
}
