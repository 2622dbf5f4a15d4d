/// How an archive file is packed, found by its first bytes and never by its name.
///
///     gzip  1f 8b 08                          RFC 1952
///     zstd  28 b5 2f fd, or a skippable frame 5? 2a 4d 18 in front (RFC 8878; WARC: 5d 2a 4d 18 holds the dictionary)
///     lz4   04 22 4d 18                       lz4 frame format 1.6
public enum ArchiveFormat: String, Sendable, CaseIterable {
    case plain, gzip, zstd, lz4

    /// The format of a file that begins with `bytes` (16 are enough, except behind foreign skippable frames: those are taken for zstd's).
    public init(sniffing bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(4))
        if head.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if head == [0x28, 0xb5, 0x2f, 0xfd]
            || (head.count == 4 && head[0] & 0xf0 == 0x50 && head[1...] == [0x2a, 0x4d, 0x18])
        {
            self = .zstd
        } else if head == [0x04, 0x22, 0x4d, 0x18] {
            self = .lz4
        } else {
            self = .plain
        }
    }
}
