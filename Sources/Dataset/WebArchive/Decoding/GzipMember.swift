/// The header of a gzip member (RFC 1952):
///
///     1f 8b, method 08, flags, time u32, extra flags, system      10 bytes
///     flag 4: length u16 and so many bytes (WARC: "sl" with the lengths of the member and its content)
///     flag 8: file name, ended by 0;  flag 16: comment, ended by 0;  flag 2: CRC-16 of the header
///
/// then the deflate stream, then its CRC-32 u32 and length modulo 2^32 u32, all little endian.
enum GzipMember {
    static let magic: [UInt8] = [0x1f, 0x8b, 0x08]
    static let trailerBytes = 8

    enum Header: Equatable {
        case bytes(Int)
        /// The header does not end in the bytes given.
        case incomplete
        case invalid
    }

    /// The length of the header that `bytes` begin with.
    static func header(_ bytes: UnsafeRawBufferPointer) -> Header {
        for (index, byte) in magic.enumerated() {
            guard index < bytes.count else { return .incomplete }
            guard bytes[index] == byte else { return .invalid }
        }
        guard bytes.count >= 10 else { return .incomplete }
        let flags = bytes[3]
        guard flags & 0xe0 == 0 else { return .invalid }
        var length = 10
        if flags & 4 != 0 {
            guard bytes.count >= length + 2 else { return .incomplete }
            length += 2 + Int(bytes[length]) + Int(bytes[length + 1]) << 8
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard length < bytes.count, let zero = bytes[length...].firstIndex(of: 0) else { return .incomplete }
            length = zero + 1
        }
        if flags & 2 != 0 { length += 2 }
        return length <= bytes.count ? .bytes(length) : .incomplete
    }
}
