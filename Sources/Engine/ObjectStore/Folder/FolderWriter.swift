import Glibc

/// A file being written for a ``FolderStore``.
final class FolderWriter: ObjectWriter {
    private let finalPath: String
    private let temporaryPath: String
    private let onlyIfAbsent: Bool
    private var descriptor: Int32

    init(_ store: FolderStore, _ key: String, onlyIfAbsent: Bool) throws(ObjectStoreError) {
        finalPath = try store.path(key)
        let folder = FolderStore.parent(finalPath)
        try FolderStore.makeFolders(folder)
        temporaryPath = folder + "/" + FolderStore.temporaryName()
        self.onlyIfAbsent = onlyIfAbsent
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(errno, at: temporaryPath, "cannot make the file") }
    }

    deinit { cancel() }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ObjectStoreError) {
        guard descriptor >= 0 else {
            throw ObjectStoreError(.invalidRequest, at: finalPath, "is finished or given up already")
        }
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(errno, at: finalPath, "cannot write")
            }
            written += count
        }
    }

    func finish() throws(ObjectStoreError) {
        guard descriptor >= 0 else {
            throw ObjectStoreError(.invalidRequest, at: finalPath, "is finished or given up already")
        }
        let isSynced = fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        descriptor = -1
        // A failed sync is final: the bytes may be gone, and a second call would not say so.
        guard isSynced else { throw failure(code, "cannot sync") }
        if onlyIfAbsent {
            guard link(temporaryPath, finalPath) == 0 else { throw failure(errno, "cannot put it in place") }
            unlink(temporaryPath)
        } else {
            guard rename(temporaryPath, finalPath) == 0 else { throw failure(errno, "cannot put it in place") }
        }
        try FolderStore.syncFolder(FolderStore.parent(finalPath))
    }

    private func failure(_ code: Int32, _ action: String) -> ObjectStoreError {
        unlink(temporaryPath)
        return .system(code, at: finalPath, action)
    }

    func cancel() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }
}
