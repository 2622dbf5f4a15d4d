/// Entries by their keys, for the parts of the index.
extension DuplicateIndexStorage {
    func withValue<Result>(
        _ key: DuplicateIndexKey, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) throws -> Result {
        var result: Swift.Result<Result, any Error>?
        try key.withBytes { bytes in
            try withValues(ofPacked: bytes, keyLength: bytes.count) { _, value in
                result = Swift.Result { try body(value) }
            }
        }
        guard let result else { throw DeduplicationError.damagedIndex("the storage did not answer") }
        return try result.get()
    }

    /// The values of `count` keys of nine bytes, looked up together; the keys lie on the stack where they are few.
    func withValues(
        of count: Int, _ key: (Int) -> DuplicateIndexKey, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws {
        // Eight more: a key's room is the greatest length.
        try withUnsafeTemporaryAllocation(byteCount: count * 9 + 8, alignment: 8) { bytes in
            for position in 0..<count {
                key(position).write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[(position * 9)...]))
            }
            try withValues(ofPacked: UnsafeRawBufferPointer(rebasing: bytes[..<(count * 9)]), keyLength: 9, body)
        }
    }

    /// A value that is one number.
    func number(_ key: DuplicateIndexKey) throws -> UInt64? {
        try withValue(key) { value in
            guard let value else { return nil }
            guard value.count == 8 else { throw DeduplicationError.damagedIndex("an entry has \(value.count) bytes, not 8") }
            return UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
        }
    }

    func put(_ key: DuplicateIndexKey, _ value: [UInt8]) throws {
        try key.withBytes { key in try value.withUnsafeBytes { try put(key, $0) } }
    }

    func put(_ key: DuplicateIndexKey, _ value: UInt64) throws {
        try key.withBytes { key in
            try withUnsafeBytes(of: value.littleEndian) { try put(key, $0) }
        }
    }

    func delete(_ key: DuplicateIndexKey) throws { try key.withBytes { try delete($0) } }

    /// The last numbers of all keys that begin with `prefix`, in their order.
    func numbers(prefix: DuplicateIndexKey) throws -> [UInt64] {
        var found: [UInt64] = []
        try prefix.withBytes { bytes in
            try scan(prefix: bytes) { key in
                found.append(DuplicateIndexKey(key).last)
                return true
            }
        }
        return found
    }
}
