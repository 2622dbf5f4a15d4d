/// Gathers what a page says about itself in one pass over its nodes.
///
/// Sources, best first: JSON-LD, OpenGraph and its article extension, other `meta` names, microdata, `<time>`,
/// by-lines by class or `rel=author`, the first heading, `<title>`, the URL. Texts are cut at 2,000 bytes.
struct MetadataReader {
    private var linked = LinkedData()
    private var meta = MetaTags()
    private var titleElement: String?
    private var firstHeading: String?
    private var headings = 0
    private var canonical: String?
    private var base: String?
    private var language: String?
    private var itemAuthor: String?
    private var itemDate: String?
    private var byline: String?
    private var time: String?
    private var visibleDate: String?

    /// The metadata of a page (its `text` is left empty), and what it tells about the page's kind.
    static func read(_ tree: borrowing MarkupTree, url: String?) -> (page: ExtractedPage, signals: PageSignals, articleBody: String?) {
        var reader = MetadataReader()
        for node in 0..<tree.count { reader.visit(node, tree) }
        let page = reader.page(url: url)
        let evidence = PageTypeEvidence(types: reader.linked.types, openGraph: reader.meta.type)
        return (page, evidence.signals(of: page, url: url), reader.linked.articleBody)
    }

    private mutating func visit(_ node: Int, _ tree: borrowing MarkupTree) {
        switch tree.tag(node) {
        case .text: return
        case .html: language = language ?? tree.attribute(.lang, of: node)?.folded
        case .title:
            if titleElement == nil, let text = MetadataReader.text(of: node, tree) { titleElement = text }
        case .meta: meta.read(node, tree)
        case .base: base = base ?? tree.attribute(.href, of: node)?.folded
        case .link:
            if canonical == nil, let rel = tree.attribute(.rel, of: node), rel.equals("canonical") {
                canonical = tree.attribute(.href, of: node)?.folded
            }
        case .script:
            if let type = tree.attribute(.type, of: node), type.contains("ld+json"), tree.end(node) > node + 1 {
                linked.read(tree.text(node + 1).bytes)
            }
        case .h1:
            headings += 1
            firstHeading = firstHeading ?? MetadataReader.text(of: node, tree)
        case .time:
            if time == nil {
                let value = tree.attribute(.datetime, of: node)?.folded ?? MetadataReader.text(of: node, tree)
                time = value.flatMap(DateReader.read)
            }
            readItem(node, tree)
        default: readItem(node, tree)
        }
    }

    /// Microdata, by-lines and dates in the page's body.
    private mutating func readItem(_ node: Int, _ tree: borrowing MarkupTree) {
        if let property = tree.attribute(.itemprop, of: node) {
            if itemAuthor == nil, property.equals("author") {
                itemAuthor = tree.attribute(.content, of: node)?.folded ?? MetadataReader.text(of: node, tree)
            } else if itemDate == nil, property.equals("datepublished") {
                let value = tree.attribute(.content, of: node) ?? tree.attribute(.datetime, of: node)
                itemDate = (value?.folded ?? MetadataReader.text(of: node, tree)).flatMap(DateReader.read)
            }
        }
        if byline == nil, let rel = tree.attribute(.rel, of: node), rel.equals("author") {
            byline = MetadataReader.text(of: node, tree).flatMap(AuthorName.readByline)
        }
        guard byline == nil || visibleDate == nil, let kind = tree.attribute(.class, of: node), kind.count < 200 else { return }
        if byline == nil, kind.contains("author") || kind.contains("byline"), !kind.contains("authors-") {
            byline = MetadataReader.text(of: node, tree).flatMap(AuthorName.readByline)
        } else if visibleDate == nil, kind.contains("date") || kind.contains("published") || kind.contains("posted") {
            visibleDate = MetadataReader.text(of: node, tree).flatMap(DateReader.read)
        }
    }

    /// The text below an element, folded; nil when empty or when it takes more than 40 nodes.
    static func text(of node: Int, _ tree: borrowing MarkupTree) -> String? {
        let end = tree.end(node)
        guard end - node <= 40 else { return nil }
        var joined = ""
        for inner in node..<end where tree.tag(inner) == .text {
            let text = tree.text(inner)
            guard !text.isEmpty, text.count + joined.utf8.count <= 2000 else { continue }
            let folded = text.folded
            guard !folded.isEmpty else { continue }
            if !joined.isEmpty { joined += " " }
            joined += folded
        }
        return joined.isEmpty ? nil : joined
    }

    private func page(url: String?) -> ExtractedPage {
        var page = ExtractedPage()
        let base = base.flatMap { URLReference.resolve($0, against: url) } ?? url
        page.canonicalURL = (canonical ?? meta.url).flatMap { URLReference.resolve($0, against: base) }
        page.site = [meta.site, linked.publisher].lazy.compactMap(MetadataReader.clean).first
        let heading = headings == 1 ? firstHeading : nil
        page.title = [linked.headline, meta.title.map { withoutSite($0, page.site) }, heading, titleElement.map { withoutSite($0, page.site) }, firstHeading]
            .lazy.compactMap(MetadataReader.clean).first
        page.author = [linked.author, meta.author, itemAuthor, byline].lazy.compactMap { $0.flatMap(AuthorName.read) }.first
        page.date =
            linked.date.flatMap(DateReader.read) ?? meta.date ?? itemDate ?? url.flatMap(DateReader.readPath(of:)) ?? time
            ?? visibleDate
        page.description = [meta.description, linked.description].lazy.compactMap(MetadataReader.clean).first
        page.declaredLanguage = [language, meta.language, linked.language].lazy.compactMap { $0.flatMap(MetadataReader.languageTag) }.first
        page.pageType = PageTypeEvidence(types: linked.types, openGraph: meta.type).pageType ?? .other
        return page
    }

    /// A title without ` | Site` or ` - Site` at its end.
    private func withoutSite(_ title: String, _ site: String?) -> String {
        for separator in [" | ", " - ", " – ", " — ", " :: ", " » "] {
            let parts = title.split(separator: separator)
            guard parts.count >= 2, let last = parts.last else { continue }
            let head = parts.dropLast().joined(separator: separator)
            if separator == " | " || last == site ?? "" || (last.utf8.count < 24 && head.utf8.count > last.utf8.count * 2) { return head }
        }
        return title
    }

    /// Folded, cut at 2,000 bytes; nil when empty.
    private static func clean(_ text: String?) -> String? {
        guard let text else { return nil }
        var value = text
        let folded = value.withUTF8 { bytes in
            var count = min(bytes.count, 2000)
            while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }  // not inside a character
            return MarkupText(base: bytes.baseAddress, count: count).folded
        }
        let decoded = HTMLEntities.decode(folded)
        return decoded.isEmpty ? nil : decoded
    }

    /// A well-formed BCP 47 tag (RFC 5646), with `_` read as `-`.
    private static func languageTag(_ text: String) -> String? {
        let tag = text.split(separator: ",").first.map { String($0).replacing("_", with: "-") } ?? ""
        let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count), first.utf8.allSatisfy(\.isASCIILetter), parts.count <= 5,
            parts.dropFirst().allSatisfy({ (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit } })
        else { return nil }
        return tag
    }
}
