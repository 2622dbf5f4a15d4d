/// Why bytes are not a record batch, or records cannot become one. Positions are bytes from the start of the batch
/// (or of its decompressed records, where the text says so).
public enum RecordError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There are fewer bytes than the format says.
    case truncated(needed: Int, available: Int)
    /// The magic byte is not 2: the two older formats are not read.
    case unsupportedMagic(Int8)
    /// A field of the header has a value that no writer writes.
    case invalidHeader(field: String, value: Int64)
    case checksumMismatch(stored: UInt32, computed: UInt32)
    /// Record number `index` (from 0) is malformed at `position` of the decompressed records.
    case malformedRecord(index: Int, position: Int, reason: String)
    case unsupportedCompression(Int16)
    case decompressionFailed(CompressionCodec, reason: String)
    case compressionFailed(CompressionCodec, reason: String)
    /// The decompressed records are larger than `limit` bytes.
    case tooLarge(limit: Int)

    public var description: String {
        switch self {
        case .truncated(let needed, let available):
            "record batch is cut short: \(needed) bytes are needed, \(available) are there"
        case .unsupportedMagic(let magic): "record batch has magic \(magic); only 2 is supported"
        case .invalidHeader(let field, let value): "record batch has an invalid \(field): \(value)"
        case .checksumMismatch(let stored, let computed):
            "record batch is damaged: its CRC-32C says \(String(stored, radix: 16)), its bytes say \(String(computed, radix: 16))"
        case .malformedRecord(let index, let position, let reason):
            "record \(index) of the batch is malformed at byte \(position) of the records: \(reason)"
        case .unsupportedCompression(let code): "record batch has an unknown compression codec: \(code)"
        case .decompressionFailed(let codec, let reason): "cannot decompress \(codec) records: \(reason)"
        case .compressionFailed(let codec, let reason): "cannot compress records with \(codec): \(reason)"
        case .tooLarge(let limit): "records are larger than the limit of \(limit) bytes"
        }
    }
}
