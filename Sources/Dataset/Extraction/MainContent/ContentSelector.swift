/// Decides which blocks of a page are its main content.
struct ContentSelector: Sendable {
    /// For each block, whether it is kept.
    func select(_ layout: PageLayout) -> [Bool] {
        var chain = [Float](repeating: 0, count: layout.containers.count)
        for index in layout.containers.indices.dropFirst() {
            let container = layout.containers[index]
            chain[index] = chain[Int(container.parent)] * 0.8 + container.wordWeight
        }
        return layout.blocks.map { block in
            let words = Float(block.counts.words)
            let linkShare = words > 0 ? Float(block.counts.linkWords) / words : 1
            var score = chain[Int(block.container)] * 0.5 - linkShare * 2.5 + min(words, 40) / 20
            score += Float(block.counts.sentenceEnds > 0 ? 0.5 : 0)
            if block.surroundings.contains(.main) || block.surroundings.contains(.article) { score += 0.7 }
            if !block.surroundings.isDisjoint(with: [.nav, .footer]) { score -= 3 }
            if !block.surroundings.isDisjoint(with: [.aside, .form, .control, .dialog, .hidden]) { score -= 1 }
            if block.surroundings.contains(.heading) { score += 0.6 }
            return score > 0.3
        }
    }
}
