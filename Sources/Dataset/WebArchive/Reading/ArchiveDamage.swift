/// One thing that was wrong in an archive, where, and how many bytes it cost.
///
/// A reader never drops the rest of a file for it: it reports and goes on.
public struct ArchiveDamage: Sendable, Equatable, CustomStringConvertible {
    /// What was wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// The file ends inside a compressed member or frame, or inside a record.
        case truncated
        /// A compressed member or frame cannot be decoded from some place on.
        case corruptCompression
        /// A member or frame decodes, but its checksum or length is another.
        case checksumMismatch
        /// Bytes between members or frames that are neither.
        case foreignCompressedBytes
        /// Bytes between records that begin none.
        case foreignBytes
        /// A record without Content-Length: it was ended at the next record.
        case contentLengthMissing
        /// A Content-Length that is no length (negative, no number, beyond belief): as if it were missing.
        case contentLengthInvalid
        /// The declared length reaches into later records: the record was ended where the next begins.
        case contentLengthTooLong
        /// The record goes on after its declared length: it was extended to where the next begins.
        case contentLengthTooShort
        /// The header is longer than the limit: it was cut, and the block skipped.
        case headerOverLimit
        /// The block is longer than the limit: its rest was skipped.
        case blockOverLimit
    }

    public let kind: Kind
    /// Bytes from the beginning of the file (of the compressed file, where it is one) of the member, frame or record concerned.
    public let fileOffset: UInt64
    /// Bytes that are lost: compressed ones for damage of the compression, bytes of the record otherwise.
    public let lostBytes: UInt64
    /// Records delivered before.
    public let recordOrdinal: UInt64

    public var description: String {
        "\(kind.rawValue) at byte \(fileOffset), after \(recordOrdinal) records, \(lostBytes) bytes lost"
    }
}
