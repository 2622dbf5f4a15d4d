/// The documents that share one band key: eight bytes each, oldest first, at most ``limit``.
///
/// When a bucket is full, the oldest half stays for ever (among them is the survivor, which is what most later ones will match), and
/// the other half keeps the newest, since near-duplicates come in bursts. Which ones are kept follows from the order alone.
enum DuplicateBucket {
    static let limit = 32
    static let kept = limit / 2

    static func members(_ stored: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) {
        for start in stride(from: 0, to: stored.count / 8 * 8, by: 8) {
            body(UInt64(littleEndian: stored.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
        }
    }

    /// Calls `body` with the stored form of the bucket after `document` has joined it.
    static func withAppended<Result>(
        _ document: UInt64, to stored: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: (limit + 1) * 8, alignment: 8) { bytes in
            // A length that is no whole number of members, or too great, is cut.
            var count = min(stored.count / 8, limit)
            bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: stored[..<(count * 8)]))
            if count == limit {
                let newer = UnsafeRawBufferPointer(rebasing: stored[((kept + 1) * 8)..<(limit * 8)])
                UnsafeMutableRawBufferPointer(rebasing: bytes[(kept * 8)...]).copyMemory(from: newer)
                count -= 1
            }
            bytes.storeBytes(of: document.littleEndian, toByteOffset: count * 8, as: UInt64.self)
            return try body(UnsafeRawBufferPointer(rebasing: bytes[..<((count + 1) * 8)]))
        }
    }

    /// The stored form with `document` out of it, or `other` in its place.
    static func replacing(_ document: UInt64, with other: UInt64?, in stored: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        members(stored) { member in
            guard let present = member == document ? other : member else { return }
            withUnsafeBytes(of: present.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
