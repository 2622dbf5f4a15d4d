/// What is known about each container and each family of alike blocks, worked out once per page.
struct LayoutContext {
    /// For each container, the nearest ancestor with more words than it, or 0.
    private(set) var grown: [Int32] = []
    /// Weights of class words along the chain of ancestors, itself included: sum with decay, lowest and highest.
    private(set) var chainSum: [Float] = []
    private(set) var chainLow: [Float] = []
    private(set) var chainHigh: [Float] = []
    /// The largest ancestor-or-self that has at least three alike siblings, or -1.
    private(set) var unit: [Int32] = []
    /// For each block, the family it is in: blocks with equal tags and classes three levels up.
    private(set) var family: [Int32] = []
    private(set) var families: [Family] = []
    /// How many blocks have the same text.
    private(set) var sameText: [Int32] = []
    /// The deepest containers with half, and with four fifths, of the page's prose.
    private(set) var half: Int32 = 0
    private(set) var most: Int32 = 0

    struct Family {
        var blocks: Int32 = 0
        var words: Int32 = 0
        /// Words, where a block without any counts as one.
        var sizeOfWords: Int32 = 0
        var linkWords: Int32 = 0
        var prose: Int32 = 0
        var first: Int32 = 0
        var last: Int32 = 0
    }

    init(_ layout: PageLayout) {
        readContainers(layout)
        readBlocks(layout)
    }

    private mutating func readContainers(_ layout: PageLayout) {
        let containers = layout.containers
        let count = containers.count
        grown = [Int32](repeating: 0, count: count)
        chainSum = [Float](repeating: 0, count: count)
        chainLow = chainSum
        chainHigh = chainSum
        unit = [Int32](repeating: -1, count: count)
        let prose = layout.totals.proseWords
        for index in 1..<max(1, count) {
            let container = containers[index]
            let parent = Int(container.parent)
            grown[index] = containers[parent].counts.words > container.counts.words ? container.parent : grown[parent]
            let weight = container.wordWeight
            chainSum[index] = chainSum[parent] * 0.8 + weight
            chainLow[index] = min(chainLow[parent], weight)
            chainHigh[index] = max(chainHigh[parent], weight)
            unit[index] = unit[parent] >= 0 ? unit[parent] : (container.alikeSiblings >= 3 ? Int32(index) : -1)
            if container.counts.proseWords * 2 >= prose { half = Int32(index) }
            if container.counts.proseWords * 5 >= prose * 4 { most = Int32(index) }
        }
        if prose == 0 { (half, most) = (0, 0) }
    }

    private mutating func readBlocks(_ layout: PageLayout) {
        var byPath: [UInt64: Int32] = [:]
        var byText: [UInt32: Int32] = [:]
        byPath.reserveCapacity(layout.blocks.count)
        byText.reserveCapacity(layout.blocks.count)
        family.reserveCapacity(layout.blocks.count)
        for (index, block) in layout.blocks.enumerated() {
            byText[block.textHash, default: 0] += 1
            var key: UInt64 = 14_695_981_039_346_656_037
            var container = Int(block.container)
            for _ in 0..<3 {
                key = (key ^ UInt64(layout.containers[container].signature)) &* 1_099_511_628_211
                container = Int(layout.containers[container].parent)
            }
            var found = Int32(families.count)
            if let known = byPath[key] {
                found = known
            } else {
                byPath[key] = found
                families.append(Family(first: Int32(index)))
            }
            family.append(found)
            families[Int(found)].blocks += 1
            families[Int(found)].words += block.counts.words
            families[Int(found)].sizeOfWords += max(1, block.counts.words)
            families[Int(found)].linkWords += block.counts.linkWords
            families[Int(found)].prose += block.counts.proseBlocks
            families[Int(found)].last = Int32(index)
        }
        sameText = layout.blocks.map { byText[$0.textHash] ?? 1 }
    }
}
