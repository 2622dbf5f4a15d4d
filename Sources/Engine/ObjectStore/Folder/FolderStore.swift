import Glibc
import Synchronization

/// A folder of this machine as an ``ObjectStore``: every object is a file.
///
/// Objects appear by rename (or hard link, for `putIfAbsent`) after `fsync` of the file, and the folder is synced after. Files being written have names
/// beginning with ".writing-", which no listing shows; what a crash left of them is removed by `removeLeftovers`.
public struct FolderStore: ObjectStore {
    public let location: String
    static let writingPrefix = ".writing-"
    private static let counter = Atomic<UInt64>(0)

    /// The folder at `path`, made if it is not there.
    public init(path: String) throws(ObjectStoreError) {
        location = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try FolderStore.makeFolders(location)
    }

    func path(_ key: String) throws(ObjectStoreError) -> String {
        try ObjectKey.check(key, in: location)
        return location + "/" + key
    }

    // MARK: Reading

    public func open(_ key: String) throws(ObjectStoreError) -> any ByteSource { try FileByteSource(path: path(key)) }

    public func get(_ key: String, range: Range<UInt64>?, limit: Int) throws(ObjectStoreError) -> [UInt8] {
        let source = try FileByteSource(path: path(key))
        let size = source.totalBytes ?? 0
        let start = min(range?.lowerBound ?? 0, size)
        return try source.readAll(from: start, count: min(range?.upperBound ?? size, size) - start, limit: limit)
    }

    public func size(_ key: String) throws(ObjectStoreError) -> UInt64? {
        let path = try path(key)
        var status = stat()
        if stat(path, &status) == 0 { return status.st_mode & S_IFMT == S_IFREG ? UInt64(status.st_size) : nil }
        guard errno == ENOENT || errno == ENOTDIR else { throw .system(errno, at: path, "cannot ask for its size") }
        return nil
    }

    public func list(prefix: String) throws(ObjectStoreError) -> [ObjectEntry] {
        var entries: [ObjectEntry] = []
        // Whole folders before the last slash of the prefix are all that needs to be looked into.
        let folder = prefix.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(prefix[..<$0]) } ?? ""
        if !folder.isEmpty { try ObjectKey.check(folder, in: location) }
        var waiting = [folder]
        while let folder = waiting.popLast() {
            let path = folder.isEmpty ? location : location + "/" + folder
            guard let handle = opendir(path) else {
                if errno == ENOENT || errno == ENOTDIR { continue }
                throw .system(errno, at: path, "cannot list the folder")
            }
            defer { closedir(handle) }
            while let entry = readdir(handle) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." || name.hasPrefix(FolderStore.writingPrefix) { continue }
                let key = folder.isEmpty ? name : folder + "/" + name
                var status = stat()
                guard lstat(location + "/" + key, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR { waiting.append(key) }
                if status.st_mode & S_IFMT == S_IFREG, key.utf8.starts(with: prefix.utf8) {
                    entries.append(ObjectEntry(key: key, bytes: UInt64(status.st_size)))
                }
            }
        }
        return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    // MARK: Writing

    public func write(_ key: String) throws(ObjectStoreError) -> any ObjectWriter {
        try FolderWriter(self, key, onlyIfAbsent: false)
    }

    public func put(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        try put(key, bytes, onlyIfAbsent: false)
    }

    public func putIfAbsent(_ key: String, _ bytes: [UInt8]) throws(ObjectStoreError) {
        try put(key, bytes, onlyIfAbsent: true)
    }

    private func put(_ key: String, _ bytes: [UInt8], onlyIfAbsent: Bool) throws(ObjectStoreError) {
        let writer = try FolderWriter(self, key, onlyIfAbsent: onlyIfAbsent)
        // On any error the writer's end takes its file away.
        try bytes.withUnsafeBufferPointer { (buffer) throws(ObjectStoreError) in
            try writer.write(UnsafeRawBufferPointer(buffer))
        }
        try writer.finish()
    }

    public func delete(_ key: String) throws(ObjectStoreError) {
        let path = try path(key)
        if unlink(path) != 0 {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw .system(errno, at: path, "cannot remove")
        }
        try FolderStore.syncFolder(FolderStore.parent(path))
    }

    /// Removes files that were being written when a process ended. Only while no other process writes here.
    public func removeLeftovers() throws(ObjectStoreError) {
        var waiting = [location]
        while let path = waiting.popLast() {
            guard let handle = opendir(path) else { throw .system(errno, at: path, "cannot list the folder") }
            defer { closedir(handle) }
            while let entry = readdir(handle) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                var status = stat()
                guard lstat(path + "/" + name, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR { waiting.append(path + "/" + name) }
                if status.st_mode & S_IFMT == S_IFREG, name.hasPrefix(FolderStore.writingPrefix) {
                    unlink(path + "/" + name)
                }
            }
        }
    }

    // MARK: Folders

    static func temporaryName() -> String {
        "\(writingPrefix)\(getpid())-\(counter.add(1, ordering: .relaxed).newValue)"
    }

    static func parent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes the folder and those above it; what was made is synced into what it is in.
    static func makeFolders(_ path: String) throws(ObjectStoreError) {
        var missing: [String] = []
        var place = path
        var status = stat()
        while stat(place, &status) != 0 {
            guard errno == ENOENT else { throw .system(errno, at: place, "cannot make a folder in it") }
            missing.append(place)
            place = parent(place)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ObjectStoreError(.invalidRequest, at: place, "is a file, and a folder is needed")
        }
        for folder in missing.reversed() {
            if mkdir(folder, 0o755) != 0, errno != EEXIST { throw .system(errno, at: folder, "cannot make the folder") }
            try syncFolder(parent(folder))
        }
    }

    static func syncFolder(_ path: String) throws(ObjectStoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, at: path, "cannot open the folder to sync it") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(errno, at: path, "cannot sync the folder") }
    }
}
