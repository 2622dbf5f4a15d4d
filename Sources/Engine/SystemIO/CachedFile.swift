import Synchronization

/// A file that is open while it is used, see ``FileDescriptorCache``. Safe from any thread.
public final class CachedFile: File {
    public let path: String
    private let cache: FileDescriptorCache
    private let mayCloseUnsynced: Bool
    private let state: Mutex<State>
    /// Used since the cache last looked: one store on the way of a read, no lock of the cache.
    private let wasUsed = Atomic<Bool>(false)

    private struct State {
        var file: (any File)?
        /// Where the cache keeps it while it is open.
        var slot = -1
        var exists: Bool
        /// Written since the last sync.
        var isDirty = false
        /// Its name is gone or another file's.
        var isRetired = false
        /// Of a sync that the cache made.
        var failure: SystemIOError?
    }

    init(path: String, exists: Bool, mayCloseUnsynced: Bool, cache: FileDescriptorCache) {
        self.path = path
        self.mayCloseUnsynced = mayCloseUnsynced
        self.cache = cache
        state = Mutex(State(exists: exists))
    }

    deinit { close() }

    /// Whether it is there, as far as this object knows.
    public var exists: Bool { state.withLock { $0.exists } }
    public var isOpen: Bool { state.withLock { $0.file != nil } }
    public var descriptor: Int32? { state.withLock { $0.file?.descriptor } }

    /// The open file: it stays open for as long as the answer is held, whatever the cache does meanwhile.
    public func lease(forWriting: Bool = false) throws(SystemIOError) -> any File {
        let (file, isNew) = try state.withLock { (state) throws(SystemIOError) -> (any File, Bool) in
            if forWriting { state.isDirty = !mayCloseUnsynced }
            if let file = state.file { return (file, false) }
            guard !state.isRetired else {
                throw SystemIOError(
                    operation: "open", path: path, errorNumber: ErrorNumber.notFound, sentence: "it was removed or replaced meanwhile")
            }
            let file = try cache.fileSystem.open(path, state.exists ? .write : .create)
            state.exists = true
            state.file = file
            return (file, true)
        }
        if isNew { enter() } else if !wasUsed.load(ordering: .relaxed) { wasUsed.store(true, ordering: .relaxed) }
        return file
    }

    private func enter() {
        wasUsed.store(true, ordering: .relaxed)
        let slot = cache.admit(self)
        let isLate = state.withLock { state in
            // Closed again before it was in the ring.
            guard state.file != nil, state.slot < 0 else { return true }
            state.slot = slot
            return false
        }
        if isLate { cache.leave(slot) }
    }

    /// Its name was removed, or is another file's now: what is open stays readable, and nothing is opened by that name again.
    public func retire() { state.withLock { $0.isRetired = true } }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(SystemIOError) -> Int {
        if !exists { return 0 }
        return try lease().read(into: buffer, at: position)
    }

    public func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(SystemIOError) {
        try lease(forWriting: true).write(bytes, at: position)
    }

    public func size() throws(SystemIOError) -> Int64 {
        if !exists { return 0 }
        return try lease().size()
    }

    public func truncate(to size: Int64) throws(SystemIOError) {
        if !exists, size == 0 { return }
        try lease(forWriting: true).truncate(to: size)
    }

    public func synchronizeData() throws(SystemIOError) {
        if !exists { return }
        let file = try lease()
        if let failure = state.withLock({ $0.failure }) { throw failure }
        // A write that comes meanwhile makes it dirty again.
        state.withLock { $0.isDirty = false }
        do throws(SystemIOError) { try file.synchronizeData() } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }

    public func close() {
        let slot = state.withLock { state in
            state.file = nil
            defer { state.slot = -1 }
            return state.slot
        }
        if slot >= 0 { cache.leave(slot) }
    }

    /// Called by the cache, which holds no lock of its own.
    func closeIfIdle(sparingUsed: Bool, synchronizing: Bool) -> Bool {
        if sparingUsed, wasUsed.exchange(false, ordering: .relaxed) { return false }
        let slot: Int? = state.withLockIfAvailable { state -> Int? in
            guard let file = state.file, state.slot >= 0, !state.isRetired, !state.isDirty || synchronizing else { return nil }
            if state.isDirty {
                do throws(SystemIOError) { try file.synchronizeData() } catch { state.failure = error }
                state.isDirty = false
            }
            state.file = nil
            defer { state.slot = -1 }
            return state.slot
        } ?? nil
        if let slot { cache.leave(slot) }
        return slot != nil
    }
}
