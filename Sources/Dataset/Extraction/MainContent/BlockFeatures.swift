/// The numbers that the models judge a page and its blocks by. Training reads them from this code, too
/// (`benchmarks/extraction`), so that there is one definition.
struct BlockFeatures {
    /// A row for each block: `width` numbers for the first model, then room for the second one's.
    private(set) var tiles = FeatureTiles(count: 0, columns: 1)
    /// Numbers about the page as a whole.
    private(set) var page: [Float] = []
    /// Numbers of a row that are filled in here.
    private(set) var width = 0
    /// Numbers of a row that are not `pageScores`.
    private static let ownColumns = 208
    var stride: Int { width + SecondLook.addedColumns }
    private let layout: PageLayout
    private let context: LayoutContext
    private let signals: PageSignals
    private let evidence: [WordEvidence]
    private var wordsBefore: [Int32] = [0]
    private var linkWordsBefore: [Int32] = [0]
    private var proseBefore: [Int32] = [0]

    init(_ layout: PageLayout, _ context: LayoutContext, _ signals: PageSignals) {
        self.layout = layout
        self.context = context
        self.signals = signals
        evidence = layout.blocks.map { WordEvidence(layout.wordHashes[Int($0.firstHash)..<Int($0.endHash)]) }
        for block in layout.blocks {
            wordsBefore.append(wordsBefore[wordsBefore.count - 1] + block.counts.words)
            linkWordsBefore.append(linkWordsBefore[linkWordsBefore.count - 1] + block.counts.linkWords)
            proseBefore.append(proseBefore[proseBefore.count - 1] + block.counts.proseWords)
        }
        fillPage()
    }

    /// Fills `tiles`, after the page has been judged: `pageScores` are added to each row.
    mutating func fillBlocks(pageScores: [Float]) {
        width = BlockFeatures.ownColumns + pageScores.count
        tiles = FeatureTiles(count: layout.blocks.count, columns: stride)
        var lastHeading = -1
        var titleBlock = -1
        for index in layout.blocks.indices {
            let block = layout.blocks[index]
            var row = tiles.row(index)
            if block.surroundings.contains(.heading) { lastHeading = index }
            if titleBlock < 0, block.titleWords >= 2, block.titleWords * 4 >= block.counts.words * 3,
                block.surroundings.contains(.heading)
            {
                titleBlock = index
            }
            addText(block, index, lastHeading, &row)
            addPlace(index, lastHeading, titleBlock, &row)
            addNeighbours(index, &row)
            addContainers(block, &row)
            addFamily(block, index, &row)
            addSurroundings(block, &row)
            for score in pageScores { row.append(score) }
            addPageShort(&row)
            precondition(row.column == width, "ownColumns is not what is written")
        }
    }

    private static func share(_ part: Int32, _ whole: Int32) -> Float { whole > 0 ? Float(part) / Float(whole) : 0 }

    private func addText(_ block: Block, _ index: Int, _ lastHeading: Int, _ row: inout FeatureTiles.Row) {
        let counts = block.counts
        row.add(counts.words)
        row.append(BlockFeatures.share(counts.linkWords, counts.words))
        row.append(BlockFeatures.share(counts.functionWords, counts.words))
        row.append(BlockFeatures.share(counts.capitalWords, counts.words))
        row.append(BlockFeatures.share(counts.numbers, counts.words))
        row.add(counts.sentenceEnds)
        row.add(counts.commas)
        row.append(BlockFeatures.share(counts.sentenceEnds + counts.commas, counts.words))
        row.append(BlockFeatures.share(counts.bytes, counts.words))
        row.add(counts.prices)
        row.add(counts.links)
        row.add(counts.images)
        row.append(BlockFeatures.share(block.titleWords, counts.words))
        row.add(context.sameText[index])
        let text = layout.utf8(of: block)
        row.append(Float(BlockFeatures.kind(ofLast: text.last ?? 0x20)))
        row.append(Float(BlockFeatures.kind(ofFirst: text.first ?? 0x20)))
        row.append(Float(block.tag.rawValue))
        row.add(Int32(block.listDepth))
        row.append(block.startsItem ? 1 : 0)
        row.append(BlockFeatures.share(block.descriptionWords, counts.words))
        row.append(BlockFeatures.share(block.descriptionWords - block.titleWords, 1))
        addWordEvidence(block, index, lastHeading, &row)
    }

    /// What the first words of the block, of the heading above it and of what contains it speak for.
    private func addWordEvidence(_ block: Block, _ index: Int, _ lastHeading: Int, _ row: inout FeatureTiles.Row) {
        let own = evidence[index]
        row.append(own.mean)
        row.append(own.low)
        row.append(own.high)
        row.append(own.longMean)
        row.append(own.longLow)
        row.append(own.longHigh)
        row.append(lastHeading >= 0 ? evidence[lastHeading].mean : 0)
        row.append(lastHeading >= 0 ? evidence[lastHeading].low : 0)
        var container = Int(context.grown[Int(block.container)])
        for _ in 0..<3 {
            row.append(evidence[Int(layout.containers[container].firstBlock)].mean)
            container = Int(context.grown[container])
        }
    }

    private static func kind(ofLast byte: UInt8) -> Int {
        switch byte {
        case 0x2E: 1
        case 0x21, 0x3F: 2
        case 0x3A: 3
        case 0x22, 0x29, 0x5D: 4
        default: byte.isASCIILetter ? 5 : byte.isASCIIDigit ? 6 : byte >= 0x80 ? 7 : 0
        }
    }

    private static func kind(ofFirst byte: UInt8) -> Int {
        byte.isASCIIUppercase ? 1 : byte.isASCIILetter ? 2 : byte.isASCIIDigit ? 3 : byte >= 0x80 ? 4 : 0
    }

    private func addPlace(_ index: Int, _ lastHeading: Int, _ titleBlock: Int, _ row: inout FeatureTiles.Row) {
        let count = Int32(clamping: layout.blocks.count)
        let total = layout.totals
        row.append(BlockFeatures.share(Int32(index), count))
        row.append(Float(index))
        row.append(Float(Int(count) - index))
        row.append(BlockFeatures.share(wordsBefore[index], total.words))
        row.append(BlockFeatures.share(proseBefore[index], total.proseWords))
        row.append(Float(lastHeading >= 0 ? min(99, index - lastHeading) : 100))
        row.append(Float(titleBlock >= 0 ? min(200, index - titleBlock) : -1))
    }

    private func addNeighbours(_ index: Int, _ row: inout FeatureTiles.Row) {
        for offset in [-3, -2, -1, 1, 2, 3] {
            let other = index + offset
            guard layout.blocks.indices.contains(other) else {
                row.append(-1)
                row.append(-1)
                row.append(-1)
                continue
            }
            let block = layout.blocks[other]
            row.add(block.counts.words)
            row.append(BlockFeatures.share(block.counts.linkWords, block.counts.words))
            row.append(Float(block.tag.rawValue))
        }
        for reach in [4, 12] {
            let from = max(0, index - reach)
            let to = min(layout.blocks.count, index + reach + 1)
            let words = wordsBefore[to] - wordsBefore[from]
            row.append(BlockFeatures.share(words, Int32(to - from)))
            row.append(BlockFeatures.share(linkWordsBefore[to] - linkWordsBefore[from], words))
            row.append(BlockFeatures.share(proseBefore[to] - proseBefore[from], words))
        }
    }

    private func addContainers(_ block: Block, _ row: inout FeatureTiles.Row) {
        let containers = layout.containers
        var at = Int(block.container)
        let total = layout.totals
        for _ in 0..<5 {
            let container = containers[at]
            let counts = container.counts
            row.add(counts.words)
            row.append(BlockFeatures.share(counts.words, total.words))
            row.append(BlockFeatures.share(counts.linkWords, counts.words))
            row.append(BlockFeatures.share(counts.proseWords, counts.words))
            row.append(BlockFeatures.share(counts.words, counts.blocks))
            row.append(BlockFeatures.share(counts.functionWords, counts.words))
            row.append(BlockFeatures.share(counts.headings, counts.blocks))
            row.add(container.alikeSiblings)
            row.append(container.wordWeight)
            row.append(Float(container.tag.rawValue))
            at = Int(context.grown[at])
        }
        let own = containers[Int(block.container)]
        let parent = containers[Int(own.parent)]
        let index = Int(block.container)
        row.append(parent.wordWeight)
        row.append(containers[Int(parent.parent)].wordWeight)
        row.append(context.chainSum[index])
        row.append(context.chainLow[index])
        row.append(context.chainHigh[index])
        row.append(Float(own.depth))
        row.add(parent.childContainers)
        addUnit(index, &row)
        row.append(isInside(block, context.half) ? 1 : 0)
        row.append(isInside(block, context.most) ? 1 : 0)
        row.append(Float(own.depth - containers[Int(context.half)].depth))
        row.append(BlockFeatures.share(containers[Int(context.half)].counts.words, total.words))
        row.append(BlockFeatures.share(containers[Int(context.most)].counts.words, total.words))
    }

    private func isInside(_ block: Block, _ container: Int32) -> Bool {
        let node = layout.containers[Int(container)]
        return block.container >= container && block.textStart >= 0
            && (container == 0 || isDescendant(Int(block.container), of: Int(container), depth: Int(node.depth)))
    }

    private func isDescendant(_ container: Int, of ancestor: Int, depth: Int) -> Bool {
        var at = container
        while at > ancestor { at = Int(layout.containers[at].parent) }
        return at == ancestor
    }

    private func addUnit(_ container: Int, _ row: inout FeatureTiles.Row) {
        let unit = context.unit[container]
        guard unit >= 0 else {
            for _ in 0..<7 { row.append(-1) }
            return
        }
        let found = layout.containers[Int(unit)]
        row.add(found.alikeSiblings)
        row.add(found.counts.words)
        row.append(BlockFeatures.share(found.counts.linkWords, found.counts.words))
        row.append(BlockFeatures.share(found.counts.proseWords, found.counts.words))
        row.add(found.counts.blocks)
        row.add(found.counts.images)
        row.append(BlockFeatures.share(layout.containers[Int(found.parent)].counts.words, layout.totals.words))
    }

    private func addFamily(_ block: Block, _ index: Int, _ row: inout FeatureTiles.Row) {
        let family = context.families[Int(context.family[index])]
        row.add(family.blocks)
        row.add(family.words)
        row.append(BlockFeatures.share(family.words, family.blocks))
        row.append(BlockFeatures.share(family.linkWords, family.words))
        row.append(BlockFeatures.share(family.prose, family.blocks))
        row.append(BlockFeatures.share(family.words, layout.totals.words))
        row.append(BlockFeatures.share(family.last - family.first + 1, Int32(clamping: layout.blocks.count)))
    }

    private func addSurroundings(_ block: Block, _ row: inout FeatureTiles.Row) {
        for bit in 0..<25 { row.append(block.surroundings.rawValue >> UInt32(bit) & 1 == 1 ? 1 : 0) }
        let own = layout.containers[Int(block.container)]
        let near = own.groups.union(layout.containers[Int(own.parent)].groups)
        for bit in 0..<WordGroups.count {
            // 2: on the block's element or its parent; 1: further up.
            row.append(near.rawValue >> UInt32(bit) & 1 == 1 ? 2 : own.chainGroups.rawValue >> UInt32(bit) & 1 == 1 ? 1 : 0)
        }
    }

    /// The few numbers about the page that each row repeats.
    private func addPageShort(_ row: inout FeatureTiles.Row) {
        for index in 0..<12 { row.append(page[index]) }
    }

    private mutating func fillPage() {
        let total = layout.totals
        let blocks = Int32(clamping: layout.blocks.count)
        page = [
            Float(total.words), Float(blocks), BlockFeatures.share(total.linkWords, total.words),
            BlockFeatures.share(total.proseWords, total.words), BlockFeatures.share(total.words, blocks),
            BlockFeatures.share(total.functionWords, total.words), Float(total.proseBlocks), Float(total.headings),
            BlockFeatures.share(layout.containers[Int(context.half)].counts.words, total.words),
            BlockFeatures.share(total.prices, blocks), Float(total.images), BlockFeatures.share(total.links, total.words),
            Float(layout.forms), Float(layout.inputs), Float(layout.tables), Float(total.sentenceEnds),
            BlockFeatures.share(total.numbers, total.words), Float(total.prices), Float(layout.containers.count),
            Float(layout.nodes), BlockFeatures.share(layout.containers[Int(context.most)].counts.words, total.words),
        ]
        fillRepetition()
        fillDeclarations()
    }

    /// The largest family and the largest repeated unit of the page; which families of words it has.
    private mutating func fillRepetition() {
        var largest = LayoutContext.Family()
        var longest = LayoutContext.Family()
        for family in context.families {
            if family.words > largest.words { largest = family }
            if family.blocks > longest.blocks { longest = family }
        }
        for family in [largest, longest] {
            page.append(Float(family.blocks))
            page.append(BlockFeatures.share(family.words, layout.totals.words))
            page.append(BlockFeatures.share(family.words, family.blocks))
            page.append(BlockFeatures.share(family.linkWords, family.words))
            page.append(BlockFeatures.share(family.prose, family.blocks))
        }
        var wordsInUnits: Int32 = 0
        var best = -1
        for index in layout.containers.indices where context.unit[index] == Int32(index) {
            let container = layout.containers[index]
            wordsInUnits += container.counts.words
            let total = layout.containers[Int(container.parent)].counts.words
            if best < 0 || total > layout.containers[Int(layout.containers[best].parent)].counts.words { best = index }
        }
        page.append(BlockFeatures.share(wordsInUnits, layout.totals.words))
        let unit = best >= 0 ? layout.containers[best] : nil
        page.append(Float(unit?.alikeSiblings ?? 0))
        page.append(unit.map { BlockFeatures.share($0.counts.linkWords, $0.counts.words) } ?? 0)
        page.append(unit.map { Float($0.counts.words) } ?? 0)
        var words = [Int32](repeating: 0, count: WordGroups.count)
        var codeWords: Int32 = 0
        var inMain: Int32 = 0
        var inArticle: Int32 = 0
        for block in layout.blocks {
            let groups = layout.containers[Int(block.container)].chainGroups.rawValue
            for bit in 0..<WordGroups.count where groups >> UInt32(bit) & 1 == 1 { words[bit] += block.counts.words }
            if block.surroundings.contains(.code) { codeWords += block.counts.words }
            if block.surroundings.contains(.main) { inMain += block.counts.words }
            if block.surroundings.contains(.article) { inArticle += block.counts.words }
        }
        for count in words + [codeWords, inMain, inArticle] { page.append(BlockFeatures.share(count, layout.totals.words)) }
    }

    private mutating func fillDeclarations() {
        page.append(signals.declaredType.flatMap { PageType.allCases.firstIndex(of: $0) }.map(Float.init) ?? -1)
        for flag in [
            signals.hasArticleData, signals.hasProductData, signals.hasForumData, signals.hasListData, signals.hasDate,
            signals.hasAuthor,
        ] {
            page.append(flag ? 1 : 0)
        }
        page.append(Float(signals.urlDepth))
        page.append(Float(signals.urlDigits))
        page.append(Float(signals.urlBytes))
        page.append(Float(signals.urlHyphens))
        for bit in 0..<PageSignals.urlFamilies { page.append(signals.urlGroups >> UInt32(bit) & 1 == 1 ? 1 : 0) }
    }
}
