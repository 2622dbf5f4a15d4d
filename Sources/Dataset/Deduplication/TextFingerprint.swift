/// The identity of a text whatever its white space and its Unicode form: the first 16 bytes of SHA-256 over the text in form C (NFC),
/// with every run of white space as one space, and none at the ends.
///
/// Sixteen bytes: among a billion different texts two share a fingerprint with probability 10⁻²¹.
public struct TextFingerprint: Sendable, Hashable {
    /// Bytes 0…7 and 8…15, little-endian.
    let low: UInt64
    let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// A fingerprint that was stored; `nil` where these are not sixteen bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        low = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        high = bytes[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The sixteen bytes, as in the digest: the key for exact deduplication.
    public var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: low >> (8 * $0)) } + (0..<8).map { UInt8(truncatingIfNeeded: high >> (8 * $0)) }
    }
}
