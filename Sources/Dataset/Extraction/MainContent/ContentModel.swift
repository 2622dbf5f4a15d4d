/// What was learned from labelled pages, ready to use: word weights, the model of page types, and the two models that
/// judge blocks. Read once, from the tables that `benchmarks/extraction` makes.
enum ContentModel {
    static let markupWords = WordWeights(base64: ContentModelTables.markupWords)
    static let textWords = WordWeights(base64: ContentModelTables.textWords)
    static let pageTypes = TreeEnsemble(base64: ContentModelTables.pageTypes)
    static let first = TreeEnsemble(base64: ContentModelTables.first)
    static let second = TreeEnsemble(base64: ContentModelTables.second)

    /// The classes of `pageTypes`, in the order of its trees.
    static let types: [PageType] = [.article, .documentation, .forum, .listing, .collection, .product, .service]
}
