/// What was learned from labelled pages, ready to use: word weights, the model of page types, and the models that judge
/// blocks. Read once, from the tables that `benchmarks/extraction` makes.
enum ContentModel {
    static let markupWords = WordWeights(base64: ContentModelTables.markupWords)
    static let textWords = WordWeights(base64: ContentModelTables.textWords)
    static let longTextWords = WordWeights(base64: ContentModelTables.longTextWords)
    static let pageTypes = TreeEnsemble(base64: ContentModelTables.pageTypes)
    /// The pairs whose verdicts are averaged: the second model of a pair sees what the first one said of the page.
    static let pairs: [(first: TreeEnsemble, second: TreeEnsemble)] = [
        (TreeEnsemble(base64: ContentModelTables.wideFirst), TreeEnsemble(base64: ContentModelTables.wideSecond)),
        (TreeEnsemble(base64: ContentModelTables.narrowFirst), TreeEnsemble(base64: ContentModelTables.narrowSecond)),
    ]

    /// The classes of `pageTypes`, in the order of its trees.
    static let types: [PageType] = [.article, .documentation, .forum, .listing, .collection, .product, .service]
}
