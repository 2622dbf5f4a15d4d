/// The main content of a page and what the page says about itself.
///
/// Every field is a function of the page's bytes, its URL and the extractor's settings.
public struct ExtractedPage: Sendable, Equatable {
    /// Main content as plain text: paragraphs are one line each with an empty line between, list items start with
    /// `- `, a table row is a line with ` | ` between its cells, code keeps its line breaks. Empty when there is none.
    public var text = ""
    public var title: String?
    public var author: String?
    /// When it was published: ISO 8601, a day (`2024-05-31`) or a time (`2024-05-31T10:00:00Z`, with the page's offset).
    public var date: String?
    /// Name of the site.
    public var site: String?
    /// Absolute; resolved against the page's URL.
    public var canonicalURL: String?
    /// The BCP 47 tag that the page declares.
    public var declaredLanguage: String?
    public var description: String?
    public var pageType = PageType.other
    /// Bytes of the page as given.
    public var htmlBytes = 0
    /// Unicode scalars of `text`.
    public var textScalars = 0
    /// Unicode scalars of `text` that stand in preformatted blocks.
    public var codeScalars = 0
    /// Words of `text`, and those of them that are in links.
    public var words = 0
    public var linkWords = 0
    /// Whether a bound on size, depth or work cut something off the page.
    public var isTruncated = false

    public init() {}
}
