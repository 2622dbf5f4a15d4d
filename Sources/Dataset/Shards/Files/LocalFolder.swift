import Glibc

/// A folder of the local disk: what the shard and lake writers do with names in it. To be joined with the engine's object store.
struct LocalFolder: Sendable {
    let path: String

    /// Opens the folder, making it and its parents where they are missing.
    init(creating path: String) throws(ShardError) {
        self.path = path
        var parent = path.hasPrefix("/") ? "/" : "."
        for part in path.split(separator: "/") {
            let made = parent == "." ? String(part) : parent + (parent == "/" ? "" : "/") + part
            if mkdir(made, 0o755) == 0 {
                // The folder's own name must outlive a lost machine as well as what will be in it.
                try Self.synchronize(parent)
            } else if errno != EEXIST {
                throw .system(call: "mkdir", path: made, errorNumber: errno)
            }
            parent = made
        }
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// The names in the folder, sorted, without `.` and `..`.
    func names() throws(ShardError) -> [String] {
        guard let folder = opendir(path) else { throw .system(call: "opendir", path: path, errorNumber: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // Unsafe corner: d_name is a C array inside the entry, which readdir keeps valid until the next call.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The size of a file in bytes, or nil where there is none of that name.
    func size(_ name: String) throws(ShardError) -> Int? {
        var facts = stat()
        guard stat(file(name), &facts) == 0 else {
            if errno == ENOENT { return nil }
            throw .system(call: "stat", path: file(name), errorNumber: errno)
        }
        return Int(facts.st_size)
    }

    func isFolder(_ name: String) -> Bool {
        var facts = stat()
        return stat(file(name), &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Renames within the folder; the only way in which anything becomes visible to readers.
    func rename(_ old: String, to new: String) throws(ShardError) {
        guard Glibc.rename(file(old), file(new)) == 0 else {
            throw .system(call: "rename", path: file(old), errorNumber: errno)
        }
    }

    /// Removes a file; one that is not there is no error.
    func remove(_ name: String) throws(ShardError) {
        guard unlink(file(name)) == 0 || errno == ENOENT else {
            throw .system(call: "unlink", path: file(name), errorNumber: errno)
        }
    }

    /// Makes the names themselves durable.
    func synchronize() throws(ShardError) { try Self.synchronize(path) }

    private static func synchronize(_ path: String) throws(ShardError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(call: "open", path: path, errorNumber: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(call: "fsync", path: path, errorNumber: errno) }
    }

    /// Replaces a small file whole: written beside, synced, renamed, and the folder synced.
    func replace(_ name: String, with bytes: [UInt8]) throws(ShardError) {
        let partial = name + ".partial"
        do {
            let file = try LocalFile(file(partial), .writeFromEmpty)
            try file.write(bytes, at: 0)
            try file.synchronize()
        }
        try rename(partial, to: name)
        try synchronize()
    }

    /// The whole of a small file, or nil where there is none; refuses more than `limit` bytes.
    func contents(_ name: String, limit: Int) throws(ShardError) -> [UInt8]? {
        guard let size = try size(name) else { return nil }
        guard size <= limit else {
            throw .unreadable(what: file(name), reason: "\(size) bytes are more than the \(limit) allowed")
        }
        return try LocalFile(file(name), .read).read(at: 0, limit: size)
    }
}
