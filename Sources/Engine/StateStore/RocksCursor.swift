import CRocksDB

/// Walks a range of a database in key order. Its views are valid until the next ``advance()``.
///
/// The bound is copied into memory of our own, because RocksDB keeps a pointer to it as long as the iterator lives.
final class RocksCursor {
    private let iterator: OpaquePointer
    private let options: OpaquePointer
    private let bound: UnsafeMutableRawBufferPointer

    init(database: OpaquePointer, from lower: UnsafeRawBufferPointer, to upper: UnsafeRawBufferPointer) {
        bound = .allocate(byteCount: max(1, upper.count), alignment: 1)
        bound.copyMemory(from: upper)
        options = rocksdb_readoptions_create()
        rocksdb_readoptions_set_iterate_upper_bound(
            options, UnsafeRawBufferPointer(bound).characters, upper.count)
        iterator = rocksdb_create_iterator(database, options)
        rocksdb_iter_seek(iterator, lower.characters, lower.count)
    }

    deinit {
        rocksdb_iter_destroy(iterator)
        rocksdb_readoptions_destroy(options)
        bound.deallocate()
    }

    var isValid: Bool { rocksdb_iter_valid(iterator) != 0 }

    var key: UnsafeRawBufferPointer {
        var length = 0
        let start = rocksdb_iter_key(iterator, &length)
        return UnsafeRawBufferPointer(start: start, count: length)
    }

    var value: UnsafeRawBufferPointer {
        var length = 0
        let start = rocksdb_iter_value(iterator, &length)
        return UnsafeRawBufferPointer(start: start, count: length)
    }

    func advance() { rocksdb_iter_next(iterator) }

    /// Why the walk ended, where it was not the end of the range.
    func failure(folder: String) -> StateStoreError? {
        var message: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &message)
        guard let message else { return nil }
        defer { rocksdb_free(message) }
        return StateStoreError(folder: folder, operation: "scan", kind: .corrupt, reason: String(cString: message))
    }
}
