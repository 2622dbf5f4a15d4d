/// One named, ordered map from bytes to bytes inside a task's state. Keys are ordered as unsigned bytes.
///
/// A write is seen by every later read of the same task, and lasts only once the task's state commits
/// (``TaskState/commit(changelogOffset:)``); ``TaskState/rollback()`` forgets it.
///
/// Thread rule: one owner at a time, the owner of the task. Not `Sendable`.
/// Limits: a key has at most ``StateLimits/keyBytes`` bytes, a value at most ``StateLimits/valueBytes``.
/// Buffers handed to a closure are valid inside it alone. A closure of a single or batched read must not write to the task's state;
/// one of a range may, and goes on seeing the state as it was when the range was opened.
public protocol KeyValueStore: AnyObject {
    var name: String { get }

    /// Calls `body` once with the bytes of the value, or with `nil` where there is none. Copies nothing.
    func withValue<Result>(
        of key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(StateStoreError) -> Result

    /// Calls `body` once for each key, in the order given, with its position and its value or `nil`. Cheaper than single
    /// reads: the look-ups go down in one batch.
    func withValues(
        of keys: [[UInt8]], _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError)

    /// The same for keys of one length, `keyLength` bytes each, one after another: spares an array for each key.
    func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws(StateStoreError)

    func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(StateStoreError)

    /// Deletes the key; deleting what is not there is no error (and still a change for the changelog).
    func delete(_ key: UnsafeRawBufferPointer) throws(StateStoreError)

    /// Visits, in key order, every entry with `lower` ≤ key, and key < `upper` where one is given, until `body` returns false.
    func scan(
        from lower: [UInt8], to upper: [UInt8]?,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError)
}

/// What a key or a value may measure at most. Larger ones are refused with ``StateStoreError/Kind/tooLarge``.
public enum StateLimits {
    public static let keyBytes = 32 * 1024
    public static let valueBytes = 256 * 1024 * 1024
    public static let nameBytes = 255
}

extension KeyValueStore {
    public func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        try key.borrowed { bytes throws(StateStoreError) in
            try withValue(of: bytes) { value in value.map { [UInt8]($0) } }
        }
    }

    /// The values of many keys, in the order of the keys.
    public func get(_ keys: [[UInt8]]) throws(StateStoreError) -> [[UInt8]?] {
        var values = [[UInt8]?](repeating: nil, count: keys.count)
        try withValues(of: keys) { position, value in
            if let value { values[position] = [UInt8](value) }
        }
        return values
    }

    public func put(_ key: [UInt8], _ value: [UInt8]) throws(StateStoreError) {
        try key.borrowed { keyBytes throws(StateStoreError) in
            try value.borrowed { valueBytes throws(StateStoreError) in try put(keyBytes, valueBytes) }
        }
    }

    public func delete(_ key: [UInt8]) throws(StateStoreError) {
        try key.borrowed { bytes throws(StateStoreError) in try delete(bytes) }
    }

    /// Visits, in key order, every entry whose key begins with `prefix`, until `body` returns false.
    public func scan(
        prefix: [UInt8], _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        try scan(from: prefix, to: prefix.firstKeyPastPrefix, body)
    }

    /// Copies of at most `limit` entries of a range: for loops that write while they walk.
    public func entries(
        from lower: [UInt8] = [], to upper: [UInt8]? = nil, limit: Int = .max
    ) throws(StateStoreError) -> [(key: [UInt8], value: [UInt8])] {
        var found: [(key: [UInt8], value: [UInt8])] = []
        guard limit > 0 else { return found }
        try scan(from: lower, to: upper) { key, value in
            found.append(([UInt8](key), [UInt8](value)))
            return found.count < limit
        }
        return found
    }
}

extension [UInt8] {
    /// The smallest key that is larger than every key with this prefix; `nil` where there is none (only 0xFF bytes, or no byte).
    public var firstKeyPastPrefix: [UInt8]? {
        var bound = self
        while let last = bound.popLast() {
            if last < 0xFF {
                bound.append(last + 1)
                return bound
            }
        }
        return nil
    }

    /// `withUnsafeBytes` that keeps the error's type.
    @inlinable
    func borrowed<Result>(
        _ body: (UnsafeRawBufferPointer) throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        try withUnsafeBufferPointer { buffer throws(StateStoreError) in try body(UnsafeRawBufferPointer(buffer)) }
    }
}
