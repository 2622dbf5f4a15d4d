#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Decides which blocks of a page are its main content.
///
/// First the page's kind is judged, then each block by its own look and place, then each block again with the first
/// verdicts on its surroundings. Of the resulting probabilities, the blocks are kept that make the expected word F1
/// highest: with probabilities in falling order, the cut at which 2 × (expected words right) / (words kept + expected
/// words of content) peaks.
struct ContentSelector {
    /// For each block, whether it is kept.
    private(set) var keep: [Bool] = []
    /// The likely kind of page and how likely it is.
    private(set) var pageType = PageType.other
    private(set) var pageTypeProbability: Float = 0

    init(_ layout: PageLayout, _ signals: PageSignals) {
        guard !layout.blocks.isEmpty else { return }
        let context = LayoutContext(layout)
        var features = BlockFeatures(layout, context, signals)
        let kinds = ContentSelector.probabilities(of: features.page)
        if let best = kinds.indices.max(by: { kinds[$0] < kinds[$1] }) {
            pageType = ContentModel.types[best]
            pageTypeProbability = kinds[best]
        }
        features.fillBlocks(pageScores: kinds)
        let model = ContentModel.first
        let scores = layout.blocks.indices.map {
            ContentSelector.sigmoid(model.score(features.values, at: $0 * features.width))
        }
        let rows = SecondLook(layout, context, scores: scores).rows(after: features.values, width: features.width)
        let width = features.width + SecondLook.addedColumns
        let second = ContentModel.second
        let verdicts = layout.blocks.indices.map { ContentSelector.sigmoid(second.score(rows, at: $0 * width)) }
        keep = ContentSelector.cut(layout.blocks.map(\.counts.words), verdicts)
    }

    private static func sigmoid(_ score: Float) -> Float { 1 / (1 + exp(-score)) }

    private static func probabilities(of page: [Float]) -> [Float] {
        let count = ContentModel.types.count
        let scores = (0..<count).map { ContentModel.pageTypes.score(page, at: 0, offset: $0, step: count) }
        let highest = scores.max() ?? 0
        let powers = scores.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    /// A page whose best cut promises less has no content: an error page, a wall, an empty shell.
    private static let leastExpectedScore = 0.3

    /// The blocks above the best cut.
    static func cut(_ words: [Int32], _ probabilities: [Float]) -> [Bool] {
        let order = probabilities.indices.sorted {
            probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1
        }
        var total = 1e-9
        for index in words.indices { total += Double(words[index]) * Double(probabilities[index]) }
        var hit = 0.0
        var size = 0.0
        var best = -1.0
        var last = -1
        for (rank, index) in order.enumerated() {
            hit += Double(words[index]) * Double(probabilities[index])
            size += Double(words[index])
            let expected = 2 * hit / (size + total)
            if expected > best { (best, last) = (expected, rank) }
        }
        var keep = [Bool](repeating: false, count: words.count)
        guard best >= leastExpectedScore else { return keep }
        for rank in 0..<max(0, last + 1) { keep[order[rank]] = true }
        return keep
    }
}
