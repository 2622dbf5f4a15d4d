internal import CTreeEnsemble

/// Boosted decision trees, read from the text that `benchmarks/extraction/compile_model.py` writes.
///
/// The text is base64 (RFC 4648) of, little endian:
///
///     u16 features, u16 trees, f32 scale
///     for each feature:  u8 count, count × f32 thresholds, rising
///     for each tree:     u8 depth, u8 splits
///                        splits × (u8 feature, u8 threshold, u8 left, u8 right)   a child ≥ 128 is leaf (child - 128)
///                        (splits + 1) × i16 leaf, times scale
///
/// A row goes left where its feature is at most the threshold. The score is the sum of the leaves.
struct TreeEnsemble: Sendable {
    /// The right child follows the left one. A leaf is its own left child and has an infinite threshold, so that every
    /// row can take the same number of steps: no branch to mispredict.
    private var nodes: [leat_tree_node] = []
    /// For each node, its value when it is a leaf.
    private var values: [Float] = []
    private var trees: [leat_tree] = []
    /// Numbers in a row.
    private(set) var width = 0

    init(base64 text: StaticString) {
        var reader = TableReader(bytes: Base64.decode(text))
        width = reader.u16()
        let count = reader.u16()
        let scale = reader.f32()
        let thresholds = (0..<width).map { _ in
            let count = reader.u8()
            return (0..<count).map { _ in reader.f32() }
        }
        for _ in 0..<count { readTree(&reader, thresholds, scale) }
    }

    private mutating func readTree(_ reader: inout TableReader, _ thresholds: [[Float]], _ scale: Float) {
        let depth = reader.u8()
        let splits = (0..<reader.u8()).map { _ in
            let feature = reader.u8()
            return (feature, thresholds[feature][reader.u8()], [reader.u8(), reader.u8()])
        }
        let leaves = (0...splits.count).map { _ in Float(reader.i16()) * scale }
        let first = nodes.count
        trees.append(leat_tree(first: Int32(first), depth: Int32(depth)))
        // Breadth first; each entry is what the table calls a child.
        var queue = [splits.isEmpty ? 128 : 0]
        var next = 0
        while next < queue.count {
            let child = queue[next]
            if child >= 128 {
                nodes.append(leat_tree_node(threshold: .infinity, feature: 0, left: UInt16(next)))
                values.append(leaves[child - 128])
            } else {
                let (feature, threshold, children) = splits[child]
                nodes.append(leat_tree_node(threshold: threshold, feature: UInt16(feature), left: UInt16(queue.count)))
                values.append(0)
                queue.append(contentsOf: children)
            }
            next += 1
        }
    }

    /// The scores of `count` rows that start `stride` numbers apart, over every `step`-th tree from `offset` on.
    ///
    /// The walk is C (CTreeEnsemble), whose pointers are checked here: all rows are inside `rows`, and indices into the nodes come from
    /// `init`, whose text is part of the program.
    func scores(_ rows: [Float], count: Int, stride: Int, offset: Int = 0, step: Int = 1) -> [Float] {
        precondition(stride >= width && rows.count >= count * stride && stride <= 1 << 20 && offset >= 0 && step > 0)
        var sums = [Float](repeating: 0, count: count)
        guard count > 0, offset < trees.count else { return sums }
        rows.withUnsafeBufferPointer { rows in
            sums.withUnsafeMutableBufferPointer { sums in
                trees.withUnsafeBufferPointer { trees in
                    guard let tree = trees.baseAddress, let row = rows.baseAddress, let sum = sums.baseAddress else { return }
                    leat_trees_add(tree + offset, trees.count - offset, step, nodes, values, row, stride, count, sum)
                }
            }
        }
        return sums
    }
}

/// Reads little-endian numbers; past the end they are zero.
private struct TableReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func u8() -> Int {
        guard index < bytes.count else { return 0 }
        index += 1
        return Int(bytes[index - 1])
    }

    mutating func u16() -> Int { u8() | u8() << 8 }
    mutating func i16() -> Int { Int(Int16(truncatingIfNeeded: u16())) }
    mutating func f32() -> Float { Float(bitPattern: UInt32(u16()) | UInt32(u16()) << 16) }
}
