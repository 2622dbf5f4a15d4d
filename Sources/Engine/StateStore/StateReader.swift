import CRocksDB

/// Looks into a task's state, also while another process owns it: RocksDB's read-only mode, which takes no lock and writes nothing.
///
/// It sees what was committed when it was opened. Files that the owner removes meanwhile end the look with an error: open it again.
/// One thread at a time. The layout is that of ``StateStore``.
public final class StateReader {
    public let folder: String
    /// Everything below this offset of the changelog is in the state.
    public private(set) var changelogOffset: Int64 = 0
    private let database: OpaquePointer
    private let options: OpaquePointer
    private let reading: OpaquePointer
    private var numbers: [String: UInt16] = [:]

    /// Throws ``StateStoreError`` where there is no state, or one that cannot be read.
    public init(folder: String) throws(StateStoreError) {
        self.folder = folder
        guard let options = rocksdb_options_create(), let reading = rocksdb_readoptions_create() else {
            throw StateStoreError(folder: folder, operation: "look", kind: .io, reason: "no memory for options")
        }
        rocksdb_options_set_create_if_missing(options, 0)
        var message: UnsafeMutablePointer<CChar>?
        let opened = rocksdb_open_for_read_only(options, folder, 0, &message)
        guard let opened, message == nil else {
            let reason = message.map { String(cString: $0) } ?? "RocksDB returned no database"
            if let message { rocksdb_free(message) }
            rocksdb_options_destroy(options)
            rocksdb_readoptions_destroy(reading)
            throw StateStoreError(folder: folder, operation: "look", kind: .io, reason: reason)
        }
        self.options = options
        self.reading = reading
        database = opened
        guard try value(StateLayout.versionKey) == [StateLayout.version] else {
            throw StateStoreError(folder: folder, operation: "look", kind: .corrupt, reason: "this is no state of layout version \(StateLayout.version)")
        }
        if let bytes = try value(StateLayout.offsetKey) {
            changelogOffset = bytes.withUnsafeBytes { StateLayout.decodeOffset($0) } ?? 0
        }
        try readNames()
    }

    deinit {
        rocksdb_close(database)
        rocksdb_readoptions_destroy(reading)
        rocksdb_options_destroy(options)
    }

    /// The names of the stores, sorted.
    public var storeNames: [String] { numbers.keys.sorted() }

    /// Bytes of the files, and of what is only in the write-ahead log.
    public var byteCount: Int { property("rocksdb.total-sst-files-size") + property("rocksdb.cur-size-all-mem-tables") }

    /// About how many entries there are, over all stores; RocksDB's estimate.
    public var estimatedEntryCount: Int { property("rocksdb.estimate-num-keys") }

    /// The value of a key; nil where there is none, or no such store.
    public func get(store: String, key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        guard let number = numbers[store] else { return nil }
        return try value(StateLayout.prefix(number) + key)
    }

    /// Visits a store's entries in key order, from those that begin with `prefix`, until `body` returns false.
    public func scan(
        store: String, prefix: [UInt8] = [], _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        guard let number = numbers[store] else { return }
        try scan(StateLayout.prefix(number) + prefix) { key, value in
            body(UnsafeRawBufferPointer(rebasing: key[StateLayout.prefixLength...]), value)
        }
    }

    // MARK: - RocksDB

    private func readNames() throws(StateStoreError) {
        var found: [String: UInt16] = [:]
        try scan(StateLayout.namePrefix) { key, value in
            if value.count == 2 {
                found[String(decoding: key[StateLayout.namePrefix.count...], as: UTF8.self)] = StateLayout.number(of: value)
            }
            return true
        }
        numbers = found
    }

    private func value(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        var message: UnsafeMutablePointer<CChar>?
        var length = 0
        let found = key.withUnsafeBytes { rocksdb_get(database, reading, $0.characters, $0.count, &length, &message) }
        try check(&message, "get")
        guard let found else { return nil }
        defer { rocksdb_free(found) }
        return Array(UnsafeRawBufferPointer(start: found, count: length))
    }

    /// Pointers of the iterator are valid until its next step, so `body` gets them and nothing keeps them.
    private func scan(
        _ prefix: [UInt8], _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        guard let iterator = rocksdb_create_iterator(database, reading) else { return }
        defer { rocksdb_iter_destroy(iterator) }
        prefix.withUnsafeBytes { rocksdb_iter_seek(iterator, $0.characters, $0.count) }
        while rocksdb_iter_valid(iterator) != 0 {
            var keyLength = 0
            var valueLength = 0
            let key = UnsafeRawBufferPointer(start: rocksdb_iter_key(iterator, &keyLength), count: keyLength)
            guard key.count >= prefix.count, key.prefix(prefix.count).elementsEqual(prefix) else { break }
            let value = UnsafeRawBufferPointer(start: rocksdb_iter_value(iterator, &valueLength), count: valueLength)
            guard body(key, value) else { break }
            rocksdb_iter_next(iterator)
        }
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &message)
        try check(&message, "scan")
    }

    private func check(_ message: inout UnsafeMutablePointer<CChar>?, _ operation: String) throws(StateStoreError) {
        guard let found = message else { return }
        defer { rocksdb_free(found) }
        throw StateStoreError(folder: folder, operation: operation, kind: .io, reason: String(cString: found))
    }

    private func property(_ name: String) -> Int {
        var value: UInt64 = 0
        return rocksdb_property_int(database, name, &value) == 0 ? Int(clamping: value) : 0
    }
}
