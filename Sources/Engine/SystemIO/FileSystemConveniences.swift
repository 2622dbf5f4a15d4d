extension File {
    public func write(_ bytes: [UInt8], at position: Int64) throws(SystemIOError) {
        var failure: SystemIOError?
        bytes.withUnsafeBytes { raw in
            do throws(SystemIOError) { try write(raw, at: position) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Writes at the end of the file. One appender at a time: the end is looked up first.
    public func append(_ bytes: [UInt8]) throws(SystemIOError) {
        try write(bytes, at: try size())
    }

    /// At most `count` bytes from `position`; fewer only at the end of the file.
    public func read(count: Int, at position: Int64) throws(SystemIOError) -> [UInt8] {
        var failure: SystemIOError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 0)) { buffer, filled in
            do throws(SystemIOError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension FileSystem {
    /// The whole of a file, which must not be larger than `limit` bytes.
    public func readFile(_ path: String, limit: Int) throws(SystemIOError) -> [UInt8] {
        let file = try open(path, .read)
        defer { file.close() }
        let size = try file.size()
        guard size <= Int64(limit) else {
            throw SystemIOError(
                operation: "read", path: path, errorNumber: 0,
                sentence: "it holds \(size) bytes, and at most \(limit) are expected here")
        }
        return try file.read(count: Int(size), at: 0)
    }

    /// Publishes `bytes` as the file at `path`: written beside it, synced, renamed over it, the folder synced.
    /// A crash leaves the old file or the new one, whole.
    public func replaceFile(_ path: String, with bytes: [UInt8]) throws(SystemIOError) {
        let temporary = path + ".tmp"
        let file = try open(temporary, .create)
        defer { file.close() }
        try file.truncate(to: 0)
        try file.write(bytes, at: 0)
        try file.synchronizeData()
        try rename(temporary, to: path)
        try synchronizeFolder(FilePath.folder(of: path))
    }
}

/// The two operations on paths that the engine needs.
public enum FilePath {
    /// The folder that a path is in: "." for a bare name.
    public static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    public static func join(_ folder: String, _ name: String) -> String {
        folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
    }

    /// The last part of a path.
    public static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }
}
