/// Finds the main content of an HTML page, and its metadata.
///
/// Thread rule: a value; one may be used from any number of threads at a time.
/// Cost: linear in the page, about 3 ms of CPU for an average page (170 kB); hostile pages are cut at `Settings`' bounds and at
/// 50,000 blocks of text. All bounds count bytes, nodes and steps, so that the result depends on the page alone.
public struct PageExtractor: Sendable {
    /// Bounds on what a page may cost.
    public struct Settings: Sendable, Equatable {
        /// Bytes of a page that are read; the rest is cut off.
        public var maximumPageBytes = 16 << 20
        /// Elements and texts of a page; about 300 bytes of memory each.
        public var maximumNodes = 1_000_000
        /// Elements inside one another; tags of deeper ones are ignored, their text is kept.
        public var maximumDepth = 256

        public init() {}
    }

    public let settings: Settings

    public init(settings: Settings = Settings()) { self.settings = settings }

    /// Extracts a page.
    /// - Parameters:
    ///   - html: UTF-8; invalid sequences become U+FFFD.
    ///   - url: Where the page is from: resolves its links, and may tell its date.
    /// - Throws: `ExtractionError` when memory is short. A page without content is no error.
    public func extract(html: some Collection<UInt8>, url: String? = nil) throws(ExtractionError) -> ExtractedPage {
        var result: Result<ExtractedPage, ExtractionError>?
        html.withContiguousStorageIfAvailable { bytes in
            result = Result { () throws(ExtractionError) in try extract(bytes: UnsafeRawBufferPointer(bytes), url: url) }
        }
        if let result { return try result.get() }
        return try extract(html: Array(html), url: url)
    }

    /// Extracts a page whose bytes stay valid during the call.
    public func extract(bytes html: UnsafeRawBufferPointer, url: String?) throws(ExtractionError) -> ExtractedPage {
        var limits = MarkupLimits()
        limits.pageBytes = settings.maximumPageBytes
        limits.nodes = settings.maximumNodes
        limits.depth = settings.maximumDepth
        let tree = try MarkupTree(html: html, limits: limits)
        var (page, signals, articleBody) = MetadataReader.read(tree, url: url)
        let layout = BlockBuilder.layout(of: tree, title: page.title ?? "", description: page.description ?? "")
        let selector = ContentSelector(layout, signals)
        page.text = TextRenderer.render(layout, keeping: selector.keep)
        if page.pageType == .other { page.pageType = selector.pageType }
        page.htmlBytes = html.count
        page.isTruncated = tree.isTruncated || layout.isTruncated
        page.count(layout, selector.keep)
        if let articleBody { page.replaceText(with: articleBody) }
        return page
    }
}

extension ExtractedPage {
    /// Takes the text that the page's JSON-LD gives where the markup holds next to none of it: pages that scripts draw.
    fileprivate mutating func replaceText(with articleBody: String) {
        let size = articleBody.utf8.count
        guard size >= 600, text.utf8.count * 4 < size, !articleBody.utf8.contains(0x3C) else { return }
        let paragraphs = articleBody.split(whereSeparator: \.isNewline).map { line in
            var copy = String(line)
            return copy.withUTF8 { MarkupText(base: $0.baseAddress, count: $0.count).folded }
        }
        text = HTMLEntities.decode(paragraphs.filter { !$0.isEmpty }.joined(separator: "\n\n"))
        textScalars = text.unicodeScalars.count
        words = text.utf8.split(whereSeparator: { $0 <= 0x20 }).count
        (linkWords, codeScalars) = (0, 0)
    }

    /// Fills in the counts of the kept text.
    mutating func count(_ layout: PageLayout, _ keep: [Bool]) {
        textScalars = text.unicodeScalars.count
        for (index, block) in layout.blocks.enumerated() where keep[index] {
            words += Int(block.counts.words)
            linkWords += Int(block.counts.linkWords)
            guard block.surroundings.contains(.code) else { continue }
            for byte in layout.utf8(of: block) where byte & 0xC0 != 0x80 { codeScalars += 1 }
        }
    }
}
