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

    /// The signals for judging blocks.
    func signals(of page: ExtractedPage, url: String?) -> PageSignals {
        var signals = PageSignals()
        signals.declaredType = pageType
        for type in types {
            switch type {
            case "Product", "ProductGroup": signals.hasProductData = true
            case "DiscussionForumPosting", "QAPage", "Question": signals.hasForumData = true
            case "CollectionPage", "ItemList", "OfferCatalog", "SearchResultsPage": signals.hasListData = true
            default: if type.hasSuffix("Article") || type.hasSuffix("Posting") { signals.hasArticleData = true }
            }
        }
        signals.hasDate = page.date != nil
        signals.hasAuthor = page.author != nil
        if let address = url ?? page.canonicalURL { signals.read(url: address) }
        return signals
    }
}
