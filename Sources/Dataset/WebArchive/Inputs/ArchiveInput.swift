public import ObjectStore

/// One thing to read pages from: an archive, or a file of HTML.
public struct ArchiveInput: Sendable, Hashable {
    public enum Kind: String, Sendable { case archive, html }

    public let kind: Kind
    /// A path of this machine, or an http(s):// or s3:// URL.
    public let location: String
    /// The length of the file, packed as it is, where it is known without asking over the network.
    public let bytes: UInt64?
    /// The URI of the page in a file of HTML; nil for archives, which name theirs.
    public let pageURI: String?

    public init(kind: Kind, location: String, bytes: UInt64? = nil, pageURI: String? = nil) {
        self.kind = kind
        self.location = location
        self.bytes = bytes
        self.pageURI = pageURI
    }

    /// A reader of its records; a file of HTML gives one `resource` record. `open` makes a source of a location (files, http(s) and s3 by default).
    public func reader(
        limits: ArchiveLimits = ArchiveLimits(), resuming position: ArchivePosition = .start,
        open: (String) throws(ObjectStoreError) -> any ByteSource = { (location) throws(ObjectStoreError) in
            try ByteSources.open(location)
        }
    ) throws(ObjectStoreError) -> ArchiveReader {
        switch kind {
        case .archive: return try ArchiveReader(try open(location), limits: limits, resuming: position)
        case .html:
            let page = try HTMLFile.record(
                path: location, uri: pageURI ?? HTMLFile.fileURI(location), limit: limits.blockBytes)
            return try ArchiveReader(
                MemoryByteSource(page.bytes, location: location), limits: limits, resuming: position)
        }
    }
}
