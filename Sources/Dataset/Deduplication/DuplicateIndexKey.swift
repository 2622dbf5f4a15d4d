/// A key of the duplicate index, held in place: a letter that says of what kind, then one or two big-endian numbers (so that the
/// storage's byte order is the numbers' order).
///
/// ```
/// key                            value
/// 'b' band key (8)               bucket: document numbers, 8 bytes little-endian each, oldest first
/// 'd' document (8)               record: see DocumentRecord
/// 'f' fingerprint (16)           document (8, little-endian): the first with this text
/// 'k' cluster (8)                document (8, little-endian): the cluster's survivor, where it is not the one that named it
/// 'm' cluster (8) document (8)   nothing: the document was dropped into this cluster
/// 'x' document (8) copy (8)      nothing: `copy` has the same text as `document`
/// ```
public struct DuplicateIndexKey: Hashable, Sendable {
    public static let greatestLength = 17

    enum Kind: UInt8 {
        case bucket = 0x62  // b
        case document = 0x64  // d
        case fingerprint = 0x66  // f
        case survivor = 0x6B  // k
        case member = 0x6D  // m
        case copy = 0x78  // x
    }

    private let kind: UInt8
    let length: Int
    private let first: UInt64
    private let second: UInt64

    init(_ kind: Kind, _ first: UInt64) {
        self.kind = kind.rawValue
        self.first = first
        second = 0
        length = 9
    }

    init(_ kind: Kind, _ first: UInt64, _ second: UInt64) {
        self.kind = kind.rawValue
        self.first = first
        self.second = second
        length = 17
    }

    init(_ fingerprint: TextFingerprint) { self.init(.fingerprint, fingerprint.low, fingerprint.high) }

    /// A key as it is stored: 9 or 17 bytes. Others are not ours, and read as if cut or filled with zeros.
    init(_ bytes: UnsafeRawBufferPointer) {
        func number(_ start: Int) -> UInt64 {
            (start..<start + 8).reduce(0) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : 0) }
        }
        kind = bytes.first ?? 0
        length = bytes.count > 9 ? 17 : 9
        if bytes.count >= 17 {
            first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
            second = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 9, as: UInt64.self))
        } else if bytes.count == 9 {
            first = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
            second = 0
        } else {
            first = number(1)
            second = number(9)
        }
    }

    /// For tables in memory: the numbers are hashes themselves, or counted.
    var quickHash: Int { Int(truncatingIfNeeded: Mixing.mix(first ^ (second &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(kind) &<< 56)) }

    /// The last number of the key.
    var last: UInt64 { length == 17 ? second : first }

    /// The stored form, in memory that is valid inside `body` alone.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: Self.greatestLength, alignment: 8) { bytes in
            write(to: bytes)
            return try body(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        }
    }

    var bytes: [UInt8] { withBytes { [UInt8]($0) } }

    /// Writes the stored form to the start of `bytes`, which has room for it.
    @inline(__always)
    func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes[0] = kind
        bytes.storeBytes(of: first.bigEndian, toByteOffset: 1, as: UInt64.self)
        if length == 17 { bytes.storeBytes(of: second.bigEndian, toByteOffset: 9, as: UInt64.self) }
    }
}
