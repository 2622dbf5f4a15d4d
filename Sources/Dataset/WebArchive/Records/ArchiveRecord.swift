/// A record as an archive gave it: the WARC record itself, where it was, and what was wrong with it.
///
/// A document of an ARC file is presented as the WARC record that it would be: see ``ARCConversion``.
public struct ArchiveRecord: Sendable {
    /// The family of the archive that it was in.
    public enum Origin: Sendable { case warc, arc }

    public let record: WARCRecord
    public let origin: Origin
    /// Where it begins: an ``ArchiveReader`` resumed there delivers it again.
    public let position: ArchivePosition
    /// Bytes it took in the archive, decoded, with its header and without the separator.
    public let sourceBytes: UInt64
    /// What was wrong with it; empty for a record that is whole.
    public let damages: [ArchiveDamage]

    public var kind: RecordKind { record.kind }
    public var headers: HeaderFields { record.headers }
    public var targetURI: String? { record.targetURI }
    public var date: String? { record.date }
    public var identifier: String? { record.identifier }
    public var contentType: String? { record.contentType }
    public var block: ArraySlice<UInt8> { record.block }
    /// Records delivered before it, from the beginning of the archive.
    public var ordinal: UInt64 { position.ordinal }
    /// Whether anything was wrong with it.
    public var isDamaged: Bool { !damages.isEmpty }

    /// Whether bytes of the block are missing at its end.
    public var isCut: Bool {
        damages.contains { [.truncated, .corruptCompression, .blockOverLimit, .headerOverLimit].contains($0.kind) }
    }
}
