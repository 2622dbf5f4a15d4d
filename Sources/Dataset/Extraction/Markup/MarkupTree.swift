internal import CLexbor

/// A parsed page: its nodes in document order, in one array owned by the tree.
///
/// The texts point into memory that lives as long as the tree, so a `MarkupText` must not outlive it; the tree stays
/// inside `PageExtractor.extract`. This file and `MarkupText.swift` are the only ones that touch that memory.
struct MarkupTree: ~Copyable {
    private var tree: clexbor_tree

    /// Parses UTF-8 HTML; invalid sequences are replaced. Time and memory are bounded by `limits`.
    init(html: UnsafeRawBufferPointer, limits: MarkupLimits) throws(ExtractionError) {
        var tree = clexbor_tree()
        var bounds = clexbor_limits(
            bytes: limits.pageBytes, depth: UInt32(clamping: limits.depth), nodes: UInt32(clamping: limits.nodes),
            work: limits.work)
        let status = clexbor_parse(html.baseAddress?.assumingMemoryBound(to: UInt8.self), html.count, &bounds, &tree)
        switch UInt32(bitPattern: status) {
        case CLEXBOR_OK.rawValue: self.tree = tree
        case CLEXBOR_NO_MEMORY.rawValue: throw .outOfMemory(pageBytes: html.count)
        default: throw .parserFailed(pageBytes: html.count)
        }
    }

    deinit {
        var owned = tree
        clexbor_free(&owned)
    }

    /// Whether a limit cut something off.
    var isTruncated: Bool { tree.truncated }
    var count: Int { Int(tree.node_count) }

    func tag(_ node: Int) -> Tag { Tag(rawValue: UInt8(truncatingIfNeeded: entry(node).tag)) }
    func parent(_ node: Int) -> Int { Int(entry(node).parent) }
    /// The index after the last descendant.
    func end(_ node: Int) -> Int { Int(entry(node).end) }
    func text(_ node: Int) -> MarkupText {
        let entry = entry(node)
        return MarkupText(base: entry.text, count: Int(entry.text_length))
    }

    /// The value of an attribute, empty when it has none, nil when it is absent.
    func attribute(_ name: AttributeName, of node: Int) -> MarkupText? {
        let entry = entry(node)
        let first = Int(entry.first_attribute)
        for index in first..<(first + Int(entry.attribute_count)) where tree.attributes[index].name == name.rawValue {
            return MarkupText(base: tree.attributes[index].value, count: Int(tree.attributes[index].length))
        }
        return nil
    }

    /// Calls `body` for each attribute of a node.
    func forEachAttribute(of node: Int, _ body: (AttributeName, MarkupText) -> Void) {
        let entry = entry(node)
        let first = Int(entry.first_attribute)
        for index in first..<(first + Int(entry.attribute_count)) {
            let attribute = tree.attributes[index]
            guard let name = AttributeName(rawValue: attribute.name) else { continue }
            body(name, MarkupText(base: attribute.value, count: Int(attribute.length)))
        }
    }

    @inline(__always)
    private func entry(_ node: Int) -> clexbor_node {
        precondition(node >= 0 && node < Int(tree.node_count))
        return tree.nodes[node]
    }
}
