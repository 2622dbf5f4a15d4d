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
