/// Where in an archive a record begins, so that reading can be taken up there exactly.
///
/// Encoded, in 4 to 31 bytes (varints are LEB128, low groups first, at most 10 bytes each):
///
///     version      1 byte   = 1
///     family       1 byte   0 not known yet, 1 WARC, 2 ARC (their record starts are told apart by it)
///     fileOffset   varint   bytes before the gzip member or zstd/lz4 frame in which the record begins; in a plain file before the record
///     skip         varint   bytes of that member or frame, decoded, before the record (0 where a member holds one record)
///     ordinal      varint   records delivered before it
///
/// In a file of one single gzip member, `fileOffset` is that of the member, and reading on decodes it again up to `skip`.
public struct ArchivePosition: Sendable, Hashable {
    /// The kind of records the archive holds, as far as it has been seen.
    public enum Family: UInt8, Sendable {
        case unknown = 0
        case warc = 1
        case arc = 2
    }

    public var family: Family
    public var fileOffset: UInt64
    public var skip: UInt64
    public var ordinal: UInt64

    /// The beginning of an archive.
    public static let start = ArchivePosition(family: .unknown, fileOffset: 0, skip: 0, ordinal: 0)

    public init(family: Family, fileOffset: UInt64, skip: UInt64, ordinal: UInt64) {
        self.family = family
        self.fileOffset = fileOffset
        self.skip = skip
        self.ordinal = ordinal
    }

    /// The encoded form.
    public func encode() -> [UInt8] {
        var bytes: [UInt8] = [1, family.rawValue]
        for var value in [fileOffset, skip, ordinal] {
            while value >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
                value >>= 7
            }
            bytes.append(UInt8(value))
        }
        return bytes
    }

    /// The position that `bytes` encode; nil unless they are one, whole and nothing else.
    public init?(decoding bytes: some Collection<UInt8>) {
        var rest = bytes.makeIterator()
        guard rest.next() == 1, let code = rest.next(), let family = Family(rawValue: code) else { return nil }
        var values: [UInt64] = []
        for _ in 0..<3 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard let byte = rest.next(), shift < 64, shift < 63 || byte <= 1 else { return nil }
                value |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { break }
                shift += 7
            }
            values.append(value)
        }
        guard rest.next() == nil else { return nil }
        self.init(family: family, fileOffset: values[0], skip: values[1], ordinal: values[2])
    }
}
