/// Writes the kept blocks as plain text: paragraphs apart by an empty line and each on one line, list items with `- `,
/// the cells of a table row on one line with ` | ` between, preformatted text verbatim.
struct TextRenderer {
    private let layout: PageLayout
    private var output: [UInt8] = []
    private var previous: Block?

    static func render(_ layout: PageLayout, keeping keep: [Bool]) -> String {
        var renderer = TextRenderer(layout: layout)
        renderer.output.reserveCapacity(layout.text.count)
        for (index, block) in layout.blocks.enumerated() where keep[index] { renderer.add(block) }
        return String(decoding: renderer.output, as: UTF8.self)
    }

    private init(layout: PageLayout) { self.layout = layout }

    private mutating func add(_ block: Block) {
        let isRowMember = block.row >= 0 && isDataTable(block.table)
        if let previous {
            if isRowMember, previous.row == block.row {
                append(previous.cell == block.cell ? " " : " | ")
            } else if joinsLine(previous, block) {
                append("\n")
            } else {
                append("\n\n")
            }
        }
        if block.startsItem, !isRowMember {
            for _ in 1..<max(1, min(Int(block.listDepth), 8)) { append("  ") }
            append("- ")
        }
        if isRowMember {
            for byte in layout.utf8(of: block) { output.append(byte == 0x0A ? 0x20 : byte) }
        } else {
            output.append(contentsOf: layout.utf8(of: block))
        }
        previous = block
    }

    /// Whether two blocks stand on neighbouring lines: items of one list, rows of one table, a term and its definition.
    private func joinsLine(_ first: Block, _ second: Block) -> Bool {
        if second.table >= 0, first.table == second.table, isDataTable(second.table) { return true }
        if second.startsItem, first.listDepth > 0, second.listDepth > 0 {
            return first.list == second.list || second.listDepth != first.listDepth
        }
        return first.tag == .dt && second.tag == .dd
    }

    /// Whether a table holds data and not the page: rows of short cells.
    private func isDataTable(_ table: Int32) -> Bool {
        guard table >= 0 else { return false }
        let counts = layout.containers[Int(table)].counts
        return counts.blocks > 0 && counts.bytes / counts.blocks < 120
    }

    private mutating func append(_ text: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
