/// The documents that share one band key: eight bytes each, oldest first, at most ``limit``.
///
/// When a bucket is full, the oldest half stays for ever (among them is the survivor, which is what most later ones will match), and
/// the other half keeps the newest, since near-duplicates come in bursts. Which ones are kept follows from the order alone.
struct DuplicateBucket {
    static let limit = 32
    static let kept = limit / 2

    private(set) var bytes: [UInt8]

    /// Other lengths than whole numbers are cut to them.
    init(_ stored: UnsafeRawBufferPointer?) {
        bytes = []
        bytes.reserveCapacity((stored?.count ?? 0) + 8)
        if let stored { bytes.append(contentsOf: stored.prefix(stored.count / 8 * 8)) }
    }

    static func members(_ stored: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) {
        for start in stride(from: 0, to: stored.count / 8 * 8, by: 8) {
            body(UInt64(littleEndian: stored.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
        }
    }

    mutating func append(_ document: UInt64) {
        if bytes.count >= Self.limit * 8 {
            bytes.removeSubrange((Self.kept * 8)..<(Self.kept * 8 + 8))
        }
        withUnsafeBytes(of: document.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Takes one out, or puts another in its place.
    mutating func replace(_ document: UInt64, with other: UInt64?) {
        var members: [UInt64] = []
        bytes.withUnsafeBytes { Self.members($0) { members.append($0) } }
        bytes.removeAll(keepingCapacity: true)
        for member in members {
            guard let present = member == document ? other : member else { continue }
            withUnsafeBytes(of: present.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }
}
