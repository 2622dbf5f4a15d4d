/// Turns a markup tree into blocks and containers in one pass over its nodes, without recursion.
struct BlockBuilder {
    private var layout = PageLayout()
    private var text: BlockText
    private var open: [OpenElement] = []
    /// Where the text of the block being gathered belongs.
    private var blockElement = 0
    private var blockSurroundings: Surroundings = []
    private var itemStarts = false

    /// An element whose end has not been reached.
    private struct OpenElement {
        var node: Int
        var end: Int
        var tag: Tag
        var surroundings: Surroundings
        /// Index of the container it is or is in.
        var container: Int32
        var list: Int32
        var listDepth: UInt8
        var row: Int32
        var cell: Int32
        var table: Int32
        var lastChild: Tag
        /// The index after the last child seen so far.
        var lastChildEnd: Int
    }

    /// Blocks past these are left out: each takes about a kilobyte while it is judged.
    private static let mostBlocks = 50_000

    private init(title: String, description: String, bytes: Int) {
        text = BlockText(
            title: WordSet(of: title, limit: 24), description: WordSet(of: description, limit: 160), capacity: bytes)
    }

    /// The layout of a page; `title` and `description` are what it says of itself, to find the blocks that repeat them.
    static func layout(of tree: borrowing MarkupTree, title: String, description: String) -> PageLayout {
        var builder = BlockBuilder(title: title, description: description, bytes: tree.count * 8)
        builder.walk(tree)
        builder.finish()
        return builder.layout
    }

    private mutating func walk(_ tree: borrowing MarkupTree) {
        open.append(
            OpenElement(
                node: 0, end: tree.count, tag: .other, surroundings: [], container: 0, list: -1, listDepth: 0, row: -1,
                cell: -1, table: -1, lastChild: .text, lastChildEnd: 0))
        layout.containers.append(
            Container(node: 0, parent: 0, tag: .other, depth: 0, wordWeight: 0, groups: [], chainGroups: [], signature: 0,
                firstBlock: 0, endBlock: 0))
        layout.nodes = Int32(clamping: tree.count)
        text.begin()
        var node = 1
        while node < tree.count {
            guard layout.blocks.count < BlockBuilder.mostBlocks else {
                layout.isTruncated = true
                break
            }
            close(upTo: node)
            let tag = tree.tag(node)
            if tag == .text {
                addText(tree.text(node))
                open[open.count - 1].lastChild = .text
                node += 1
            } else {
                node = enter(node, tag, tree)
            }
        }
        close(upTo: Int.max)
        flush()
    }

    private mutating func addText(_ value: MarkupText) {
        let around = open[open.count - 1].surroundings
        let inLink = around.contains(.link)
        if around.contains(.code), isPreformatted {
            text.addVerbatim(value.bytes, inLink: inLink)
        } else {
            if text.isEmpty { blockSurroundings = [] }
            text.add(value.bytes, inLink: inLink)
        }
        blockSurroundings.formUnion(around.subtracting([.link, .code, .small]))
    }

    private var isPreformatted: Bool { layout.containers[Int(open[open.count - 1].container)].tag == .pre }

    /// Starts an element; returns the node to go on with.
    private mutating func enter(_ node: Int, _ tag: Tag, _ tree: borrowing MarkupTree) -> Int {
        let top = open.count - 1
        let previous = open[top].lastChild
        let touches = open[top].lastChildEnd == node
        open[top].lastChild = tag
        open[top].lastChildEnd = tree.end(node)
        switch tag {
        case .head, .script, .style, .template, .select, .option, .textarea, .svg, .rp, .title, .iframe, .object:
            if tag == .select || tag == .textarea { layout.inputs += 1 }
            return tree.end(node)
        case .input:
            layout.inputs += 1
            return tree.end(node)
        case .img, .picture, .video, .audio, .canvas:
            text.addImage()
            layout.containers[Int(open[top].container)].counts.images += 1
            return tree.end(node)
        case .noscript where BlockBuilder.textBytes(below: node, tree) < BlockBuilder.leastNoscriptBytes:
            return tree.end(node)
        case .br:
            addBreak()
            return tree.end(node)
        case .hr:
            flush()
            return tree.end(node)
        default: break
        }
        var element = open[top]
        element.node = node
        element.end = tree.end(node)
        element.tag = tag
        element.lastChild = .other
        element.lastChildEnd = -1
        element.surroundings.formUnion(Surroundings(tag: tag))
        readMarks(of: node, tag, into: &element.surroundings, tree)
        if tag.isBlock {
            flush()
            if tag == .form { layout.forms += 1 }
            enterContainer(&element, tree)
        } else {
            if tag == .a {
                text.addLink()
                if touches, previous == .a { text.addSpace() }
            }
            if touches, previous.isBlock { text.addSpace() }
        }
        open.append(element)
        return node + 1
    }

    /// Less text in a `noscript` is a request to turn scripts on or an image; more can be the page itself, as in some
    /// forums.
    private static let leastNoscriptBytes = 400

    private static func textBytes(below node: Int, _ tree: borrowing MarkupTree) -> Int {
        var bytes = 0
        for inner in node..<tree.end(node) where tree.tag(inner) == .text { bytes += tree.text(inner).count }
        return bytes
    }

    private mutating func addBreak() {
        if open[open.count - 1].surroundings.contains(.heading) {
            text.addSpace()
            return
        }
        text.addBreak()
        if text.breaks >= 2 {
            let wasItemStart = itemStarts
            flush()
            if text.isEmpty { itemStarts = wasItemStart && itemStarts }
        }
    }

    private mutating func enterContainer(_ element: inout OpenElement, _ tree: borrowing MarkupTree) {
        let index = Int32(layout.containers.count)
        let parent = element.container
        let evidence = evidence(of: element.node, element.tag, tree)
        let first = Int32(layout.blocks.count)
        layout.containers.append(
            Container(
                node: Int32(clamping: element.node), parent: parent, tag: element.tag, depth: Int16(clamping: open.count),
                wordWeight: evidence.weight, groups: evidence.groups,
                chainGroups: evidence.groups.union(layout.containers[Int(parent)].chainGroups),
                signature: evidence.signature, firstBlock: first, endBlock: first))
        layout.containers[Int(parent)].childContainers += 1
        element.container = index
        if element.tag.isList {
            element.list = index
            element.listDepth = element.listDepth == .max ? .max : element.listDepth + 1
        } else if element.tag == .table {
            (element.table, element.row, element.cell) = (index, -1, -1)
            layout.tables += 1
        } else if element.tag == .tr {
            element.row = index
        } else if element.tag.isCell {
            element.cell = index
        } else if element.tag == .li {
            itemStarts = true
        }
    }

    /// What the class, id and role of an element tell.
    private struct Evidence {
        var weight: Float = 0
        var groups: WordGroups = []
        var signature: UInt32
    }

    private mutating func evidence(of node: Int, _ tag: Tag, _ tree: borrowing MarkupTree) -> Evidence {
        var found = Evidence(signature: UInt32(tag.rawValue) &* 2_654_435_761)
        tree.forEachAttribute(of: node) { name, value in
            guard name == .class || name == .id || name == .role || name == .itemprop else { return }
            MarkupWords.forEachWord(in: value) { word in
                found.weight += ContentModel.markupWords.weight(of: word)
                found.groups.formUnion(WordGroups.of(word))
                if name == .class { found.signature = found.signature &+ word &* 31 }
            }
        }
        found.weight = max(-4, min(4, found.weight))
        return found
    }

    private func readMarks(
        of node: Int, _ tag: Tag, into surroundings: inout Surroundings, _ tree: borrowing MarkupTree
    ) {
        var marks: Surroundings = []
        tree.forEachAttribute(of: node) { name, value in
            switch name {
            case .hidden: marks.insert(.hidden)
            case .ariaHidden where value.equals("true"): marks.insert(.hidden)
            case .style where value.contains("display:none") || value.contains("display: none")
                || value.contains("visibility:hidden"): marks.insert(.hidden)
            case .role: marks.formUnion(BlockBuilder.surroundings(ofRole: value))
            case .itemprop: marks.insert(.itemProperty)
            default: break
            }
        }
        surroundings.formUnion(marks)
    }

    private static func surroundings(ofRole role: MarkupText) -> Surroundings {
        if role.equals("navigation") || role.equals("menu") || role.equals("menubar") { return .nav }
        if role.equals("complementary") { return .aside }
        if role.equals("banner") { return .header }
        if role.equals("contentinfo") { return .footer }
        if role.equals("main") { return .main }
        if role.equals("article") { return .article }
        if role.equals("dialog") || role.equals("alertdialog") { return .dialog }
        if role.equals("search") { return .form }
        return []
    }

    private mutating func close(upTo node: Int) {
        while let last = open.last, last.end <= node, open.count > 1 {
            if last.tag.isBlock {
                flush()
                layout.containers[Int(last.container)].endBlock = Int32(layout.blocks.count)
                if last.tag == .li { itemStarts = false }
            }
            open.removeLast()
        }
    }

    /// Ends the block being gathered, if it has text.
    private mutating func flush() {
        guard let top = open.last else { return }
        if text.isEmpty {
            text.begin()
            return
        }
        let range = text.finish(inLink: top.surroundings.contains(.link))
        guard text.counts.words > 0 || isPreformatted else { return text.begin() }
        var counts = text.counts
        counts.blocks = 1
        if top.surroundings.contains(.heading) { counts.headings = 1 }
        if counts.words >= 10, counts.linkWords * 3 < counts.words {
            counts.proseBlocks = 1
            counts.proseWords = counts.words
        }
        let container = top.container
        layout.blocks.append(
            Block(
                textStart: Int32(clamping: range.lowerBound), textEnd: Int32(clamping: range.upperBound),
                container: container, tag: layout.containers[Int(container)].tag,
                surroundings: top.surroundings.union(blockSurroundings), counts: counts, textHash: text.textHash,
                titleWords: text.titleWords, descriptionWords: text.descriptionWords,
                firstHash: Int32(clamping: text.hashStart), endHash: Int32(clamping: text.wordHashes.count),
                listDepth: top.listDepth, startsItem: itemStarts, list: top.list,
                row: top.row, cell: top.cell, table: top.table))
        itemStarts = false
        text.begin()
    }

    /// Adds up what is below each container and counts siblings that look alike.
    private mutating func finish() {
        layout.text = text.text
        layout.wordHashes = text.wordHashes
        layout.containers[0].endBlock = Int32(layout.blocks.count)
        for block in layout.blocks { layout.containers[Int(block.container)].counts.add(block.counts) }
        var alike: [UInt64: Int32] = [:]
        alike.reserveCapacity(layout.containers.count)
        for index in stride(from: layout.containers.count - 1, to: 0, by: -1) {
            let container = layout.containers[index]
            layout.containers[Int(container.parent)].counts.add(container.counts)
            guard container.counts.words > 0 else { continue }
            alike[UInt64(UInt32(bitPattern: container.parent)) << 32 | UInt64(container.signature), default: 0] += 1
        }
        for index in layout.containers.indices {
            let container = layout.containers[index]
            let key = UInt64(UInt32(bitPattern: container.parent)) << 32 | UInt64(container.signature)
            layout.containers[index].alikeSiblings = alike[key] ?? 1
        }
        layout.totals = layout.containers[0].counts
    }
}
