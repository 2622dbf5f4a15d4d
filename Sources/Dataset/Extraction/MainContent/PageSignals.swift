/// What is known about a page as a whole before its blocks are judged.
struct PageSignals: Sendable {
    /// The kind that JSON-LD or OpenGraph declares.
    var declaredType: PageType?
    var hasArticleData = false
    var hasProductData = false
    var hasForumData = false
    var hasListData = false
    /// Words in the path of the URL, by family: a bit each.
    var urlGroups: UInt32 = 0
    var urlDepth: Int32 = 0
    var urlDigits: Int32 = 0
    var urlBytes: Int32 = 0
    var urlHyphens: Int32 = 0
    var hasDate = false
    var hasAuthor = false
    /// `Discourse`, `vBulletin` and their like in `<meta name=generator>`.
    var isForumSoftware = false

    /// Words in a URL that tell what kind of page it is, in the order of the bits.
    private static let families: [[StaticString]] = [
        ["blog", "news", "article", "articles", "story", "post", "magazine", "press"],
        ["docs", "doc", "documentation", "guide", "guides", "manual", "reference", "api", "help", "learn", "tutorial", "wiki", "support", "kb"],
        ["forum", "forums", "thread", "threads", "topic", "viewtopic", "showthread", "discussion", "discussions", "questions", "community", "t", "r", "comments", "bbs", "board"],
        ["product", "products", "p", "dp", "item", "ip", "buy"],
        ["collection", "collections", "category", "categories", "shop", "store", "c", "catalog", "browse", "department"],
        ["tag", "tags", "search", "list", "lists", "archive", "archives", "topics", "jobs", "events", "directory", "index", "listing", "listings", "results"],
        ["service", "services", "solutions", "platform", "features", "pricing", "about", "consulting", "company", "industries"],
        ["best", "top", "review", "reviews", "how", "what", "why", "vs"],
    ]

    static let urlFamilies = families.count

    private static let table: [UInt32: UInt32] = {
        var table: [UInt32: UInt32] = [:]
        for (bit, family) in families.enumerated() {
            for word in family {
                var hash: UInt32 = 2_166_136_261
                for index in 0..<word.utf8CodeUnitCount { hash = (hash ^ UInt32(word.utf8Start[index])) &* 16_777_619 }
                table[hash, default: 0] |= 1 << UInt32(bit)
            }
        }
        return table
    }()

    /// Reads the host and path of a URL.
    mutating func read(url: String) {
        var bytes = url.utf8.prefix(600)
        if bytes.starts(with: "https://".utf8) { bytes = bytes.dropFirst(8) } else if bytes.starts(with: "http://".utf8) { bytes = bytes.dropFirst(7) }
        urlBytes = Int32(bytes.count)
        var hash: UInt32 = 2_166_136_261
        var length = 0
        var inQuery = false
        for byte in bytes {
            if byte.isASCIILetter {
                hash = (hash ^ UInt32(byte.asciiLowercased)) &* 16_777_619
                length += 1
                continue
            }
            if length > 0 { urlGroups |= PageSignals.table[hash] ?? 0 }
            (hash, length) = (2_166_136_261, 0)
            switch byte {
            case 0x3F: inQuery = true
            case 0x2F where !inQuery: urlDepth += 1
            case 0x2D: urlHyphens += 1
            default: if byte.isASCIIDigit { urlDigits += 1 }
            }
        }
        if length > 0 { urlGroups |= PageSignals.table[hash] ?? 0 }
        if bytes.last == 0x2F { urlDepth -= 1 }
    }
}
