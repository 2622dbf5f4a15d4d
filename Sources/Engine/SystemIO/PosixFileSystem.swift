import CPosix

/// The operating system's files.
public struct PosixFileSystem: FileSystem {
    public init() {}

    public func open(_ path: String, _ mode: FileMode) throws(SystemIOError) -> any File {
        PosixFile(path: path, descriptor: Int32(try check(leat_open(path, mode.flag), "open", path)))
    }

    public func rename(_ path: String, to target: String) throws(SystemIOError) {
        try check(leat_rename(path, target), "rename to \(target)", path)
    }

    public func remove(_ path: String) throws(SystemIOError) {
        try check(leat_remove(path), "remove", path)
    }

    public func list(_ folder: String) throws(SystemIOError) -> [String] {
        let names = NameList()
        let result = leat_list(
            folder,
            { context, name in
                guard let context, let name else { return 1 }
                Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue().names.append(String(cString: name))
                return 0
            }, Unmanaged.passUnretained(names).toOpaque())
        try check(result, "list", folder)
        return names.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    public func makeFolder(_ path: String) throws(SystemIOError) {
        if try folderExists(path) { return }
        // A path such as "/" or "." exists, so going up ends.
        let parent = FilePath.folder(of: path)
        if parent != path { try makeFolder(parent) }
        let result = leat_make_folder(path)
        if result == -ErrorNumber.exists, try folderExists(path) { return }
        try check(result, "make folder", path)
    }

    public func removeFolder(_ path: String) throws(SystemIOError) {
        try check(leat_remove_folder(path), "remove folder", path)
    }

    public func synchronizeFolder(_ path: String) throws(SystemIOError) {
        try check(leat_sync_folder(path), "sync folder", path)
    }

    public func fileSize(_ path: String) throws(SystemIOError) -> Int64? {
        let size = leat_file_size(path)
        if size == -Int64(ErrorNumber.notFound) || size == -Int64(ErrorNumber.notFolder) { return nil }
        return try check(size, "look up the size of", path)
    }

    public func fileExists(_ path: String) throws(SystemIOError) -> Bool {
        try check(leat_kind(path), "look up", path) == 1
    }

    public func folderExists(_ path: String) throws(SystemIOError) -> Bool {
        try check(leat_kind(path), "look up", path) == 2
    }

    public func lock(_ path: String) throws(SystemIOError) -> any FileLock {
        let file = PosixFile(path: path, descriptor: Int32(try check(leat_open(path, FileMode.create.flag), "open", path)))
        let result = leat_lock(file.number)
        if result == -ErrorNumber.wouldBlock {
            let holder = String(decoding: (try? file.read(count: 32, at: 0)) ?? [], as: UTF8.self)
                .prefix { $0.isNumber }
            throw SystemIOError(
                operation: "lock", path: path, errorNumber: ErrorNumber.wouldBlock,
                sentence: "process \(holder.isEmpty ? "(unknown)" : String(holder)) holds it; "
                    + "stop that process, or use another folder")
        }
        try check(result, "lock", path)
        try file.truncate(to: 0)
        try file.write(Array("\(leat_process_id())\n".utf8), at: 0)
        return PosixFileLock(file: file)
    }

    public func freeSpace(at path: String) throws(SystemIOError) -> Int64 {
        try check(leat_free_space(path), "look up the free space of", path)
    }
}

/// Collects what `leat_list` calls back with.
private final class NameList {
    var names: [String] = []
}


extension FileMode {
    fileprivate var flag: Int32 {
        switch self {
        case .read: Int32(LEAT_OPEN_READ)
        case .write: Int32(LEAT_OPEN_WRITE)
        case .create: Int32(LEAT_OPEN_CREATE)
        case .createNew: Int32(LEAT_OPEN_CREATE_NEW)
        }
    }
}

/// Passes on what CPosix answered, or throws for minus an errno.
@discardableResult
func check<Result: FixedWidthInteger & SignedInteger>(
    _ result: Result, _ operation: String, _ path: String
) throws(SystemIOError) -> Result {
    guard result < 0 else { return result }
    throw SystemIOError(operation: operation, path: path, errorNumber: Int32(truncatingIfNeeded: -result))
}
