/// What the `<meta>` elements of a page say: OpenGraph, Twitter cards, Dublin Core and the usual names.
struct MetaTags {
    private(set) var title: String?
    private(set) var author: String?
    private(set) var date: String?
    private(set) var site: String?
    private(set) var description: String?
    private(set) var language: String?
    private(set) var type: String?
    private(set) var url: String?
    private var ranks: [Field: Int] = [:]

    private enum Field { case title, author, date, site, description, language, type, url }

    /// Names in lower case; a lower rank wins over a higher one.
    private static let known: [String: (Field, Int)] = [
        "og:title": (.title, 0), "twitter:title": (.title, 1), "dc.title": (.title, 2), "dcterms.title": (.title, 2),
        "citation_title": (.title, 2), "parsely-title": (.title, 2),
        "author": (.author, 0), "citation_author": (.author, 1), "dc.creator": (.author, 1), "dcterms.creator": (.author, 1),
        "article:author": (.author, 2), "parsely-author": (.author, 1), "sailthru.author": (.author, 1), "byl": (.author, 1),
        "book:author": (.author, 2),
        "article:published_time": (.date, 0), "og:published_time": (.date, 1), "datepublished": (.date, 1),
        "date": (.date, 2), "dc.date": (.date, 2), "dc.date.issued": (.date, 2), "dcterms.created": (.date, 2),
        "dcterms.issued": (.date, 2), "citation_publication_date": (.date, 1), "citation_date": (.date, 2),
        "parsely-pub-date": (.date, 1), "sailthru.date": (.date, 1), "pubdate": (.date, 1), "publishdate": (.date, 1),
        "publish-date": (.date, 1), "publication_date": (.date, 1), "article.published": (.date, 1),
        "cxenseparse:recs:publishtime": (.date, 1), "og:article:published_time": (.date, 1),
        "og:site_name": (.site, 0), "application-name": (.site, 1), "publisher": (.site, 2), "dc.publisher": (.site, 3),
        "og:description": (.description, 0), "description": (.description, 1), "twitter:description": (.description, 2),
        "dc.description": (.description, 3),
        "content-language": (.language, 0), "language": (.language, 1), "dc.language": (.language, 1), "og:locale": (.language, 2),
        "og:type": (.type, 0), "og:url": (.url, 0),
    ]

    /// Takes one `<meta>` element in.
    mutating func read(_ node: Int, _ tree: borrowing MarkupTree) {
        guard let content = tree.attribute(.content, of: node), !content.isEmpty else { return }
        for attribute in [AttributeName.property, .name, .itemprop] {
            guard let name = tree.attribute(attribute, of: node), name.count <= 40 else { continue }
            guard let (field, rank) = MetaTags.known[name.folded.lowercased()] else { continue }
            if let old = ranks[field], old <= rank { continue }
            set(field, rank, content)
        }
    }

    private mutating func set(_ field: Field, _ rank: Int, _ content: MarkupText) {
        let value = content.folded
        guard !value.isEmpty else { return }
        switch field {
        case .title: title = value
        case .author: author = value
        case .date:
            guard let read = DateReader.read(value) else { return }
            date = read
        case .site: site = value
        case .description: description = value
        case .language: language = value
        case .type: type = value
        case .url: url = value
        }
        ranks[field] = rank
    }
}
