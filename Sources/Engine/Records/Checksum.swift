import CChecksum

/// CRC-32C (Castagnoli), RFC 3720 appendix B.4.
public enum Checksum {
    /// The checksum of `bytes`, continuing from `previous`, the checksum of the bytes before them.
    public static func crc32c(_ bytes: RawSpan, continuing previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { leat_crc32c(previous, $0.baseAddress, $0.count) }
    }

    public static func crc32c(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        leat_crc32c(previous, bytes.baseAddress, bytes.count)
    }

    public static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { leat_crc32c(0, $0.baseAddress, $0.count) }
    }
}
