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
/// verdicts on its surroundings. `ContentCut` makes the choice.
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
        let count = layout.blocks.count
        var verdicts = [Float](repeating: 0, count: count)
        for (first, second) in ContentModel.pairs {
            let scores = first.scores(features.tiles).map(ContentSelector.sigmoid)
            SecondLook(layout, context, scores: scores).fill(features.tiles, width: features.width)
            let looks = second.scores(features.tiles)
            for index in 0..<count { verdicts[index] += looks[index] / Float(ContentModel.pairs.count) }
        }
        keep = ContentCut.keep(words: layout.blocks.map(\.counts.words), scores: verdicts)
        dropRepetitions(layout)
    }

    /// Keeps a text of three words or more once; code and the cells of tables may repeat.
    private mutating func dropRepetitions(_ layout: PageLayout) {
        var seen: Set<UInt64> = []
        for (index, block) in layout.blocks.enumerated() where keep[index] && block.counts.words >= 3 {
            guard block.row < 0, !block.surroundings.contains(.code) else { continue }
            let key = UInt64(block.textHash) << 32 | UInt64(UInt32(bitPattern: block.textEnd - block.textStart))
            if !seen.insert(key).inserted { keep[index] = false }
        }
    }

    private static func sigmoid(_ score: Float) -> Float { 1 / (1 + exp(-score)) }

    private static func probabilities(of page: [Float]) -> [Float] {
        let count = ContentModel.types.count
        let tiles = FeatureTiles(count: 1, columns: page.count)
        var row = tiles.row(0)
        for number in page { row.append(number) }
        let scores = (0..<count).map { ContentModel.pageTypes.scores(tiles, offset: $0, step: count)[0] }
        let highest = scores.max() ?? 0
        let powers = scores.map { exp($0 - highest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

}
