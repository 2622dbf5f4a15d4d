/// What a page's JSON-LD and OpenGraph types say about its kind.
struct PageTypeEvidence {
    let types: [String]
    let openGraph: String?

    /// The kind that is declared, or nil.
    var pageType: PageType? {
        for type in types {
            switch type {
            case "Product", "ProductGroup": return .product
            case "DiscussionForumPosting", "QAPage", "Question": return .forum
            case "CollectionPage", "ItemList", "OfferCatalog", "SearchResultsPage": return .listing
            case "TechArticle", "APIReference": return .documentation
            case "Service", "ProfessionalService": return .service
            case let type where type.hasSuffix("Article") || type.hasSuffix("Posting"): return .article
            default: continue
            }
        }
        guard let kind = openGraph?.lowercased() else { return nil }
        if kind == "article" || kind.hasPrefix("article") { return .article }
        if kind.hasPrefix("product") || kind == "og:product" { return .product }
        return nil
    }
}
