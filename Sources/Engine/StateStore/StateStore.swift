import CRocksDB

/// The state of one task on disk: named stores in one RocksDB database, and the changelog offset they include.
///
/// **What survives.** Writes wait in an overlay in memory. ``commit(changelogOffset:)`` moves them into RocksDB in one write batch with
/// the changelog offset. RocksDB writes that batch to its write-ahead log before it returns, and the log is handed to the
/// operating system with every batch but not synced:
/// * a process killed at any moment loses nothing that a commit returned for, because the page cache outlives it;
/// * a machine that stops loses at most the newest commits, whole ones, because the log is replayed up to its first torn record; data
///   and offset are in the same batch, so they go back together, and the changelog (which was synced before the commit) is
///   replayed from that offset. So no fsync a commit is needed, and state is at worst behind its changelog, never ahead of it.
///
/// Thread rule: one owner at a time. Memory: the overlay, two write buffers, and a share of the process's block cache (``StateMemory``).
public final class StateStore: TaskState {
    public let folder: String
    public private(set) var changelogOffset: Int64 = 0
    public var uncommittedByteCount: Int { overlay.byteCount }

    let database: RocksDatabase
    var overlay = Overlay()
    private var numbers: [String: UInt16] = [:]
    private var names: [UInt16: String] = [:]
    private var stores: [UInt16: RocksKeyValueStore] = [:]

    /// Opens the store in `folder`, making it (and the folders above it) where it does not exist.
    ///
    /// Throws ``StateStoreError``: `.locked` where it is open elsewhere, `.corrupt` where files are damaged or from a later layout.
    public init(folder: String, options: StateStoreOptions = StateStoreOptions()) throws(StateStoreError) {
        self.folder = folder
        database = try RocksDatabase(folder: folder, options: options)
        try readLayout()
    }

    /// The names of the stores, sorted.
    public var storeNames: [String] { numbers.keys.sorted() }

    /// Bytes on disk and in memory tables that this state holds.
    public var byteCount: Int {
        database.integerProperty("rocksdb.total-sst-files-size") + database.integerProperty("rocksdb.cur-size-all-mem-tables")
    }

    /// About how many entries are committed, over all stores.
    public var estimatedEntryCount: Int { database.integerProperty("rocksdb.estimate-num-keys") }

    /// Deletes the database in a folder. It must not be open.
    public static func destroy(folder: String) throws(StateStoreError) { try RocksDatabase.destroy(folder: folder) }

    public func store(named name: String) throws(StateStoreError) -> any KeyValueStore {
        let number = try number(of: name)
        if let store = stores[number] { return store }
        let store = RocksKeyValueStore(name: name, number: number, state: self)
        stores[number] = store
        return store
    }

    public func takeChanges(
        _ body: (_ store: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        let names = names
        overlay.takeChanges { key, value in
            let name = names[StateLayout.number(of: key)] ?? ""
            body(name, UnsafeRawBufferPointer(rebasing: key[StateLayout.prefixLength...]), value)
        }
    }

    public func commit(changelogOffset offset: Int64?) throws(StateStoreError) {
        if let offset {
            try require(!overlay.hasUntakenChanges, "commit", "changes were not taken for the changelog")
            try require(
                offset >= changelogOffset, "commit",
                "changelog offset \(offset) is below \(changelogOffset), which is committed")
        }
        if overlay.isEmpty && (offset == nil || offset == changelogOffset) { return }
        let offsetBytes = offset.map { StateLayout.encode(offset: $0) }
        try database.write("commit") { batch in
            overlay.forEachInOrder { key, value in
                if let value {
                    rocksdb_writebatch_put(batch, key.characters, key.count, value.characters, value.count)
                } else {
                    rocksdb_writebatch_delete(batch, key.characters, key.count)
                }
            }
            if let offsetBytes { Self.put(batch, StateLayout.offsetKey, offsetBytes) }
        }
        if let offset { changelogOffset = offset }
        overlay.clear()
    }

    public func rollback() { overlay.clear() }

    public func restore(
        store: String, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(StateStoreError) {
        try write(number(of: store), key, value, isChange: false)
    }

    /// Copies what is committed into a new folder (which must not exist), by links where the file system allows. The copy opens
    /// as a ``StateStore`` of its own, with the offset it includes.
    public func checkpoint(to target: String) throws(StateStoreError) { try database.checkpoint(to: target) }

    // MARK: - For the named stores

    func write(
        _ number: UInt16, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?, isChange: Bool
    ) throws(StateStoreError) {
        try StateLimits.check(folder: folder, key: key.count, value: value?.count ?? 0)
        try StateLayout.withKey(number, key) { whole throws(StateStoreError) in
            overlay.set(whole, value, isChange: isChange)
        }
    }

    // MARK: - Layout

    private func readLayout() throws(StateStoreError) {
        let version = try value(StateLayout.versionKey) { bytes in bytes.map { [UInt8]($0) } }
        guard let version else {
            try database.write("open", syncs: true) { batch in Self.put(batch, StateLayout.versionKey, [StateLayout.version]) }
            return
        }
        guard version == [StateLayout.version] else {
            throw StateStoreError(
                folder: folder, operation: "open", kind: .corrupt,
                reason: "layout version \(version) is not the one this build knows, \(StateLayout.version)")
        }
        let offset = try value(StateLayout.offsetKey) { bytes in bytes.map { StateLayout.decodeOffset($0) ?? -1 } }
        changelogOffset = offset ?? 0
        guard changelogOffset >= 0 else {
            throw StateStoreError(folder: folder, operation: "open", kind: .corrupt, reason: "the changelog offset is damaged")
        }
        try readNames()
    }

    private func readNames() throws(StateStoreError) {
        let prefix = StateLayout.namePrefix
        let upper = prefix.firstKeyPastPrefix ?? []
        let cursor = prefix.withUnsafeBytes { lower in upper.withUnsafeBytes { database.cursor(from: lower, to: $0) } }
        while cursor.isValid {
            let name = String(decoding: cursor.key[prefix.count...], as: UTF8.self)
            guard cursor.value.count == 2 else {
                throw StateStoreError(
                    folder: folder, operation: "open", kind: .corrupt, reason: "the number of store \(name) is damaged")
            }
            let number = StateLayout.number(of: cursor.value)
            numbers[name] = number
            names[number] = name
            cursor.advance()
        }
        if let failure = cursor.failure(folder: folder) { throw failure }
    }

    /// The number of a store; a new name gets the next one, written at once (a name without entries does no harm).
    private func number(of name: String) throws(StateStoreError) -> UInt16 {
        if let number = numbers[name] { return number }
        guard !name.isEmpty, name.utf8.count <= StateLimits.nameBytes, numbers.count < StateLayout.greatestNumber else {
            throw StateStoreError(
                folder: folder, operation: "open store", kind: .tooLarge,
                reason: "\(name.utf8.count) bytes of name; 1 to \(StateLimits.nameBytes) are allowed, for at most "
                    + "\(StateLayout.greatestNumber) stores")
        }
        let number = (names.keys.max() ?? 0) + 1
        try database.write("open store") { batch in
            Self.put(batch, StateLayout.namePrefix + Array(name.utf8), StateLayout.prefix(number))
        }
        numbers[name] = number
        names[number] = name
        return number
    }

    private func value<Result>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(StateStoreError) -> Result {
        try key.borrowed { bytes throws(StateStoreError) in try database.withValue(of: bytes, body) }
    }

    private func require(_ holds: Bool, _ operation: String, _ reason: String) throws(StateStoreError) {
        if !holds { throw StateStoreError(folder: folder, operation: operation, kind: .misuse, reason: reason) }
    }

    private static func put(_ batch: OpaquePointer, _ key: [UInt8], _ value: [UInt8]) {
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                rocksdb_writebatch_put(batch, key.characters, key.count, value.characters, value.count)
            }
        }
    }
}

extension StateLimits {
    static func check(folder: String, key: Int, value: Int) throws(StateStoreError) {
        guard key <= keyBytes, value <= valueBytes else {
            throw StateStoreError(
                folder: folder, operation: "put", kind: .tooLarge,
                reason: "key of \(key) bytes, value of \(value); allowed are \(keyBytes) and \(valueBytes)")
        }
    }
}
