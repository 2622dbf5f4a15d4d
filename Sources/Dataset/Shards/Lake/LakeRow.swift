/// One document as the lake keeps it. Texts are UTF-8; nil is null in the file.
public struct LakeRow: Equatable, Sendable {
    public var id: String
    public var url: String
    public var text: String
    /// As the language model names it: `en`. The partition; an empty one becomes `und`.
    public var language: String
    /// ISO 15924: `Latn`.
    public var languageScript: String?
    /// 0 to 1.
    public var languageScore: Double?
    public var date: String?
    public var title: String?
    public var author: String?
    public var site: String?
    /// The archive's collection, as FineWeb's `dump`.
    public var dump: String?
    /// Where the page was read: archive, byte position in it, digest of the payload.
    public var filePath: String?
    public var sourceOffset: Int64?
    public var sourceDigest: String?
    public var tokenCount: Int64?
    /// As many as the schema has signal names, in their order.
    public var signals: [Double?]
    public var clusterID: String?
    public var clusterSize: Int64?
    /// Stages and builds that handled the document.
    public var lineage: String

    public init(
        id: String, url: String, text: String, language: String, languageScript: String? = nil, languageScore: Double? = nil,
        date: String? = nil, title: String? = nil, author: String? = nil, site: String? = nil, dump: String? = nil,
        filePath: String? = nil, sourceOffset: Int64? = nil, sourceDigest: String? = nil, tokenCount: Int64? = nil,
        signals: [Double?] = [], clusterID: String? = nil, clusterSize: Int64? = nil, lineage: String = ""
    ) {
        self.id = id
        self.url = url
        self.text = text
        self.language = language
        self.languageScript = languageScript
        self.languageScore = languageScore
        self.date = date
        self.title = title
        self.author = author
        self.site = site
        self.dump = dump
        self.filePath = filePath
        self.sourceOffset = sourceOffset
        self.sourceDigest = sourceDigest
        self.tokenCount = tokenCount
        self.signals = signals
        self.clusterID = clusterID
        self.clusterSize = clusterSize
        self.lineage = lineage
    }
}
