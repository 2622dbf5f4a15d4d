/// Where a ``NearDuplicateIndex`` keeps its entries: an ordered map from bytes to bytes.
///
/// Keys have at most ``DuplicateIndexKey/greatestLength`` bytes; values up to 257 KiB, 1.4 KB on the mean. Reads see earlier writes.
/// Errors of the storage pass through the index unchanged; after one, the index's writes for that document have to be rolled back
/// by the storage's owner (or never committed).
public protocol DuplicateIndexStorage: AnyObject {
    /// Calls `body` once for each key, in the order given, with its value or `nil`. `keys` holds the keys one after another, each of
    /// `keyLength` bytes. The buffer is valid inside `body` alone.
    func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws

    func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws

    func delete(_ key: UnsafeRawBufferPointer) throws

    /// Visits the keys that begin with `prefix`, in order, until `body` returns false. Used for removals alone.
    func scan(prefix: UnsafeRawBufferPointer, _ body: (_ key: UnsafeRawBufferPointer) -> Bool) throws
}

/// The storage in memory: for tests, evaluations, and indexes that fit.
public final class InMemoryDuplicateStorage: DuplicateIndexStorage {
    private var values: [DuplicateIndexKey: [UInt8]] = [:]

    public init() {}

    public var entryCount: Int { values.count }

    /// Bytes of keys and values.
    public var byteCount: Int { values.reduce(0) { $0 + $1.key.length + $1.value.count } }

    public func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) {
        guard keyLength > 0 else { return }
        for position in 0..<(keys.count / keyLength) {
            let start = position * keyLength
            let key = DuplicateIndexKey(UnsafeRawBufferPointer(rebasing: keys[start..<start + keyLength]))
            guard let value = values[key] else {
                body(position, nil)
                continue
            }
            value.withUnsafeBytes { body(position, $0) }
        }
    }

    public func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        values[DuplicateIndexKey(key)] = [UInt8](value)
    }

    public func delete(_ key: UnsafeRawBufferPointer) { values[DuplicateIndexKey(key)] = nil }

    public func scan(prefix: UnsafeRawBufferPointer, _ body: (_ key: UnsafeRawBufferPointer) -> Bool) {
        let prefix = [UInt8](prefix)
        let found = values.keys.map(\.bytes).filter { $0.starts(with: prefix) }
        for key in found.sorted(by: { $0.lexicographicallyPrecedes($1) }) where !key.withUnsafeBytes(body) { return }
    }
}
