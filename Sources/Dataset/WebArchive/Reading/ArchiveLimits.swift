/// The bounds within which an archive is read, whatever it says of itself.
public struct ArchiveLimits: Sendable {
    /// Bytes of a record's block that are kept; the rest is skipped and the record marked. At most 1 GiB.
    public var blockBytes: Int
    /// Bytes of a record's header that are kept; a longer header is cut and the record marked. At most 64 MiB.
    public var headerBytes: Int

    public init(blockBytes: Int = 64 << 20, headerBytes: Int = 1 << 20) {
        self.blockBytes = max(0, min(blockBytes, 1 << 30))
        self.headerBytes = max(1024, min(headerBytes, 64 << 20))
    }
}
