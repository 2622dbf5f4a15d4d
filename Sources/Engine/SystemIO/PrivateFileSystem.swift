import CPosix

/// A file system that can keep a file from other users: what secrets are stored through. Safe from any thread.
public protocol PrivateFileSystem: FileSystem {
    /// A new file that only its owner may read or write (mode 0600); fails when it is there already.
    func createPrivate(_ path: String) throws(SystemIOError) -> any File
    /// Whether only the owner may read or write the file.
    func isPrivate(_ path: String) throws(SystemIOError) -> Bool
}

extension PosixFileSystem: PrivateFileSystem {
    public func createPrivate(_ path: String) throws(SystemIOError) -> any File {
        PosixFile(path: path, descriptor: Int32(try check(leat_create_private(path), "make private file", path)))
    }

    public func isPrivate(_ path: String) throws(SystemIOError) -> Bool {
        try check(leat_is_private(path), "look up who may read", path) == 1
    }
}

/// The simulated disk has one user.
extension SimulatedFileSystem: PrivateFileSystem {
    public func createPrivate(_ path: String) throws(SystemIOError) -> any File { try open(path, .createNew) }

    public func isPrivate(_ path: String) throws(SystemIOError) -> Bool {
        guard try fileExists(path) else {
            throw SystemIOError(operation: "look up who may read", path: path, errorNumber: ErrorNumber.notFound)
        }
        return true
    }
}

extension PrivateFileSystem {
    /// Publishes `bytes` as the file at `path`, for its owner alone: written beside it, synced, renamed over it, the folder synced.
    /// A crash leaves the old file or the new one, whole; what was begun and not finished is made anew.
    public func replacePrivateFile(_ path: String, with bytes: [UInt8]) throws(SystemIOError) {
        let temporary = path + ".tmp"
        if try fileExists(temporary) { try remove(temporary) }
        let file = try createPrivate(temporary)
        defer { file.close() }
        try file.write(bytes, at: 0)
        try file.synchronizeData()
        try rename(temporary, to: path)
        try synchronizeFolder(FilePath.folder(of: path))
    }
}
