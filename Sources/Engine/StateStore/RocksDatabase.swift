import CRocksDB

/// RocksDB behind typed errors: the one file group that holds its pointers. One column family, the default one.
///
/// Reads and writes give views into RocksDB's memory, valid in the closure alone.
final class RocksDatabase {
    let folder: String
    private let database: OpaquePointer
    private let column: OpaquePointer
    private let resources: RocksResources

    init(folder: String, options: StateStoreOptions) throws(StateStoreError) {
        self.folder = folder
        let resources = RocksResources(options)
        self.resources = resources
        try Self.makeFolders(folder)
        var column: OpaquePointer?
        let name: StaticString = "default"
        let opened = try Self.checked(folder, "open") { error in
            name.withUTF8Buffer { buffer -> OpaquePointer? in
                // A StaticString ends with a zero byte, so its start is a C string.
                var names: UnsafePointer<CChar>? = UnsafeRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self)
                var columnOptions: OpaquePointer? = resources.options
                return rocksdb_open_column_families(
                    resources.options, folder, 1, &names, &columnOptions, &column, error)
            }
        }
        guard let opened, let column else {
            throw StateStoreError(folder: folder, operation: "open", kind: .io, reason: "RocksDB returned no database")
        }
        database = opened
        self.column = column
    }

    deinit {
        rocksdb_column_family_handle_destroy(column)
        rocksdb_close(database)
    }

    func withValue<Result>(
        of key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(StateStoreError) -> Result {
        let pinned = try Self.checked(folder, "get") { error in
            rocksdb_get_pinned(database, resources.reading, key.characters, key.count, error)
        }
        guard let pinned else { return body(nil) }
        defer { rocksdb_pinnableslice_destroy(pinned) }
        return body(Self.bytes(of: pinned))
    }

    /// `keys`: where each key begins, and how long it is.
    func withValues(
        of keys: [UnsafeRawBufferPointer], _ body: (Int, UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError) {
        let starts = keys.map { $0.characters }
        let lengths = keys.map { $0.count }
        var values = [OpaquePointer?](repeating: nil, count: keys.count)
        var errors = [UnsafeMutablePointer<CChar>?](repeating: nil, count: keys.count)
        rocksdb_batched_multi_get_cf(
            database, resources.reading, column, keys.count, starts, lengths, &values, &errors, false)
        defer { for value in values { if let value { rocksdb_pinnableslice_destroy(value) } } }
        let failures = errors.compactMap { $0 }
        if let first = failures.first {
            let failure = Self.failure(folder, "get many", first)
            for message in failures { rocksdb_free(message) }
            throw failure
        }
        for (position, value) in values.enumerated() { body(position, value.map(Self.bytes(of:))) }
    }

    /// Writes everything that `fill` puts into the batch, or nothing. Through the write-ahead log; `syncs` waits for the disk too.
    func write(
        _ operation: StaticString, syncs: Bool = false, _ fill: (_ batch: OpaquePointer) -> Void
    ) throws(StateStoreError) {
        guard let batch = rocksdb_writebatch_create() else {
            throw StateStoreError(folder: folder, operation: "\(operation)", kind: .io, reason: "no memory for a batch")
        }
        defer { rocksdb_writebatch_destroy(batch) }
        fill(batch)
        try Self.checked(folder, operation) { error in
            rocksdb_write(database, syncs ? resources.writingSynced : resources.writing, batch, error)
        }
    }

    /// A cursor over `lower` ≤ key < `upper`.
    func cursor(from lower: UnsafeRawBufferPointer, to upper: UnsafeRawBufferPointer) -> RocksCursor {
        RocksCursor(database: database, from: lower, to: upper)
    }

    func checkpoint(to target: String) throws(StateStoreError) {
        let checkpoint = try Self.checked(folder, "checkpoint") { error in
            rocksdb_checkpoint_object_create(database, error)
        }
        guard let checkpoint else { return }
        defer { rocksdb_checkpoint_object_destroy(checkpoint) }
        try Self.checked(folder, "checkpoint") { error in
            // 0: what is only in the write-ahead log is flushed into files first, so that the copy is whole by itself.
            rocksdb_checkpoint_create(checkpoint, target, 0, error)
        }
    }

    func integerProperty(_ name: String) -> Int {
        var value: UInt64 = 0
        return rocksdb_property_int(database, name, &value) == 0 ? Int(clamping: value) : 0
    }

    static func destroy(folder: String) throws(StateStoreError) {
        let options = rocksdb_options_create()
        defer { rocksdb_options_destroy(options) }
        try checked(folder, "destroy") { error in rocksdb_destroy_db(options, folder, error) }
    }

    // MARK: - Errors

    /// Runs a C call that reports through an error pointer.
    private static func checked<Result>(
        _ folder: String, _ operation: StaticString,
        _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) throws(StateStoreError) -> Result {
        var message: UnsafeMutablePointer<CChar>?
        let result = call(&message)
        guard let message else { return result }
        defer { rocksdb_free(message) }
        throw failure(folder, operation, message)
    }

    private static func failure(
        _ folder: String, _ operation: StaticString, _ message: UnsafeMutablePointer<CChar>
    ) -> StateStoreError {
        let reason = String(cString: message)
        let kind: StateStoreError.Kind =
            if reason.contains("lock ") || reason.contains("LOCK") { .locked }
            else if reason.hasPrefix("Corruption") || reason.hasPrefix("Invalid argument") { .corrupt }
            else { .io }
        return StateStoreError(folder: folder, operation: "\(operation)", kind: kind, reason: reason)
    }

    private static func bytes(of pinned: OpaquePointer) -> UnsafeRawBufferPointer {
        var length = 0
        let start = rocksdb_pinnableslice_value(pinned, &length)
        return UnsafeRawBufferPointer(start: start, count: length)
    }

    /// RocksDB makes the last folder of a path alone.
    private static func makeFolders(_ folder: String) throws(StateStoreError) {
        guard let environment = rocksdb_create_default_env() else { return }
        defer { rocksdb_env_destroy(environment) }
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += part + "/"
            try checked(folder, "make folder") { error in rocksdb_create_dir_if_missing(environment, path, error) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// As C wants it: never null, even where there is no byte.
    @inline(__always)
    var characters: UnsafePointer<CChar>? {
        (baseAddress ?? UnsafeRawPointer(bitPattern: 1))?.assumingMemoryBound(to: CChar.self)
    }
}
