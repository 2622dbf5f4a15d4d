import Synchronization

/// A disk in memory that keeps what is written apart from what is durable, for tests.
///
/// Reads see every write at once, as through a page cache. `crash(seed:)` then leaves what a real disk may leave:
/// * of each file's writes since its last `synchronizeData`, a seeded subset, in sectors of 512 bytes, in any order;
///   a size that any of them implies, with zeros where a lost write lay before a kept one;
/// * of each folder's changes (new, renamed, removed names) since its last `synchronizeFolder`, a prefix.
/// It can also fail the k-th call, be full, or stop at the k-th call as a killed machine does. Safe from any thread.
public final class SimulatedFileSystem: FileSystem {
    private let disk: Mutex<SimulatedDisk>

    /// `capacity`: bytes that fit on the disk.
    public init(capacity: Int64 = .max) { disk = Mutex(SimulatedDisk(capacity: capacity)) }

    private init(disk: SimulatedDisk) { self.disk = Mutex(disk) }

    /// What the machine finds when it starts again after losing power now. This disk is not changed, so that one run
    /// can be crashed in many ways; files that are open here stay open here.
    public func crash(seed: UInt64) -> SimulatedFileSystem {
        SimulatedFileSystem(disk: disk.withLock { $0.afterCrash(seed: seed) })
    }

    /// What the machine finds after the process alone was killed: everything written.
    public func afterKill() -> SimulatedFileSystem {
        SimulatedFileSystem(disk: disk.withLock { $0.afterKill() })
    }

    /// Makes a later call fail; counted from now, 1 for the next.
    public func fail(call number: Int, with errorNumber: Int32, only operation: SimulatedOperation? = nil) {
        disk.withLock { $0.faults.append(.init(remaining: number, errorNumber: errorNumber, operation: operation)) }
    }

    /// Makes every call from the `number`-th on fail: the moment at which the machine is gone.
    public func stop(atCall number: Int) { disk.withLock { $0.callsUntilStop = number } }

    public func setCapacity(_ bytes: Int64) { disk.withLock { $0.capacity = bytes } }

    /// How many calls were made so far: what `stop(atCall:)` can be chosen from.
    public var callCount: Int { disk.withLock { $0.callCount } }

    /// Flips the bits of `mask` in one byte of a file, as a failing disk does: durable, and unnoticed.
    public func damage(_ path: String, at position: Int, mask: UInt8) {
        disk.withLock { $0.damage(path, at: position, mask: mask) }
    }

    public func open(_ path: String, _ mode: FileMode) throws(SystemIOError) -> any File {
        let node = try perform(.open, path) { disk throws(SystemIOError) in try disk.open(path, mode) }
        return SimulatedFile(path: path, node: node, system: self, isWritable: mode != .read)
    }

    public func rename(_ path: String, to target: String) throws(SystemIOError) {
        try perform(.rename, path) { disk throws(SystemIOError) in try disk.rename(path, to: target) }
    }

    public func remove(_ path: String) throws(SystemIOError) {
        try perform(.remove, path) { disk throws(SystemIOError) in try disk.remove(path) }
    }

    public func list(_ folder: String) throws(SystemIOError) -> [String] {
        try perform(.list, folder) { disk throws(SystemIOError) in try disk.list(folder) }
    }

    public func makeFolder(_ path: String) throws(SystemIOError) {
        try perform(.makeFolder, path) { disk in disk.makeFolder(path) }
    }

    public func removeFolder(_ path: String) throws(SystemIOError) {
        try perform(.remove, path) { disk throws(SystemIOError) in try disk.removeFolder(path) }
    }

    public func synchronizeFolder(_ path: String) throws(SystemIOError) {
        try perform(.synchronizeFolder, path) { disk in disk.synchronizeFolder(path) }
    }

    public func fileSize(_ path: String) throws(SystemIOError) -> Int64? {
        try perform(.list, path) { disk in disk.names[path].map { Int64(disk.nodes[$0].visible.count) } }
    }

    public func fileExists(_ path: String) throws(SystemIOError) -> Bool {
        try perform(.list, path) { disk in disk.names[path] != nil }
    }

    public func folderExists(_ path: String) throws(SystemIOError) -> Bool {
        try perform(.list, path) { disk in disk.folders.contains(path) }
    }

    public func lock(_ path: String) throws(SystemIOError) -> any FileLock {
        try perform(.open, path) { disk throws(SystemIOError) in
            guard disk.locks.insert(path).inserted else {
                throw SystemIOError(
                    operation: "lock", path: path, errorNumber: ErrorNumber.wouldBlock,
                    sentence: "this process holds it already")
            }
        }
        return SimulatedFileLock(path: path, system: self)
    }

    public func freeSpace(at path: String) throws(SystemIOError) -> Int64 {
        try perform(.list, path) { disk in max(0, disk.capacity - disk.used) }
    }

    func unlock(_ path: String) { disk.withLock { _ = $0.locks.remove(path) } }

    /// Every call goes through here: it is counted, may be chosen to fail, and is alone.
    func perform<Result: Sendable>(
        _ operation: SimulatedOperation, _ path: String,
        _ body: (inout SimulatedDisk) throws(SystemIOError) -> Result
    ) throws(SystemIOError) -> Result {
        try disk.withLock { (disk) throws(SystemIOError) in
            try disk.countCall(operation, path)
            return try body(&disk)
        }
    }
}

/// The kinds of calls that a simulated disk counts and can fail.
public enum SimulatedOperation: String, Sendable {
    case open, read, write, truncate, size, synchronizeData, synchronizeFolder, rename, remove, list, makeFolder
}

/// An open file of a simulated disk; after a crash it still belongs to the disk from before.
final class SimulatedFile: File {
    let path: String
    private let node: Int
    private let system: SimulatedFileSystem
    private let isWritable: Bool

    init(path: String, node: Int, system: SimulatedFileSystem, isWritable: Bool) {
        self.path = path
        self.node = node
        self.system = system
        self.isWritable = isWritable
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int {
        let count = buffer.count
        let bytes = try system.perform(.read, path) { disk in
            disk.nodes[node].read(count: count, at: Int(position))
        }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) {
        try refuseReadOnly("write")
        let copy = Array(bytes)
        try system.perform(.write, path) { disk throws(SystemIOError) in
            try disk.write(copy, at: Int(position), node: node, path: path)
        }
    }

    func size() throws(SystemIOError) -> Int64 {
        try system.perform(.size, path) { disk in Int64(disk.nodes[node].visible.count) }
    }

    func truncate(to size: Int64) throws(SystemIOError) {
        try refuseReadOnly("truncate")
        try system.perform(.truncate, path) { disk in disk.nodes[node].truncate(to: Int(size)) }
    }

    func synchronizeData() throws(SystemIOError) {
        do throws(SystemIOError) {
            try system.perform(.synchronizeData, path) { disk in disk.nodes[node].synchronize() }
        } catch {
            // As on Linux: the pages are clean now, and what was in them may never be written.
            system.forgetUnsynchronized(node)
            throw error
        }
    }

    func close() {}

    private func refuseReadOnly(_ operation: String) throws(SystemIOError) {
        guard !isWritable else { return }
        throw SystemIOError(
            operation: operation, path: path, errorNumber: ErrorNumber.invalid, sentence: "it was opened for reading alone")
    }
}

extension SimulatedFileSystem {
    func forgetUnsynchronized(_ node: Int) { disk.withLock { $0.nodes[node].forgetUnsynchronized() } }
}

final class SimulatedFileLock: FileLock {
    private let path: String
    private let system: SimulatedFileSystem

    init(path: String, system: SimulatedFileSystem) {
        self.path = path
        self.system = system
    }

    deinit { unlock() }
    func unlock() { system.unlock(path) }
}
