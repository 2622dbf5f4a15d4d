/// What a page's JSON-LD (schema.org) says about the page.
struct LinkedData {
    var headline: String?
    var author: String?
    var date: String?
    var publisher: String?
    var description: String?
    var articleBody: String?
    var language: String?
    /// The `@type`s of the top-level items, such as `NewsArticle`.
    var types: [String] = []

    /// Adds what one script element says; what came first stays.
    mutating func read(_ script: UnsafeBufferPointer<UInt8>) {
        guard let value = JSONValue.parse(script) else { return }
        for item in value.elements.prefix(64) { readItem(item, depth: 0) }
    }

    private mutating func readItem(_ item: JSONValue, depth: Int) {
        guard case .object = item, depth < 3 else { return }
        for name in item["@type"]?.elements.compactMap(\.string) ?? [] {
            types.append(name)
            readFields(of: item, type: name)
        }
        for graph in ["@graph", "mainEntity", "mainEntityOfPage"] {
            for inner in item[graph]?.elements.prefix(64) ?? [] { readItem(inner, depth: depth + 1) }
        }
    }

    private mutating func readFields(of item: JSONValue, type: String) {
        switch LinkedData.kind(of: type) {
        case .document, .product:
            headline = headline ?? item["headline"]?.string ?? item["name"]?.string
            author = author ?? LinkedData.names(item["author"]) ?? LinkedData.names(item["creator"])
            date = date ?? item["datePublished"]?.string ?? item["uploadDate"]?.string ?? item["dateCreated"]?.string
            publisher = publisher ?? LinkedData.names(item["publisher"])
            description = description ?? item["description"]?.string
            articleBody = articleBody ?? item["articleBody"]?.string ?? item["text"]?.string
            language = language ?? item["inLanguage"]?.string
        case .site: publisher = publisher ?? item["name"]?.string
        case .page:
            date = date ?? item["datePublished"]?.string
            description = description ?? item["description"]?.string
            language = language ?? item["inLanguage"]?.string
        case .other: break
        }
    }

    private enum Kind { case document, product, page, site, other }

    private static func kind(of type: String) -> Kind {
        if type.hasSuffix("Article") || type.hasSuffix("Posting") { return .document }
        switch type {
        case "Report", "Question", "QAPage", "Recipe", "HowTo", "Review", "VideoObject", "Book", "Course", "Event", "CreativeWork":
            return .document
        case "Product", "ProductGroup", "SoftwareApplication", "Service": return .product
        case "WebPage", "CollectionPage", "ItemPage", "FAQPage", "AboutPage": return .page
        case "WebSite": return .site
        default: return .other
        }
    }

    /// The names of persons or organisations, joined by `; `.
    private static func names(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        var names: [String] = []
        for element in value.elements.prefix(16) {
            let name = element.string ?? element["name"]?.string
            guard let name, !name.isEmpty, !names.contains(name) else { continue }
            names.append(name)
        }
        return names.isEmpty ? nil : names.joined(separator: "; ")
    }
}
