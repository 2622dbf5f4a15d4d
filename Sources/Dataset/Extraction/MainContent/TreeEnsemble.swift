/// Boosted decision trees, read from the text that `benchmarks/extraction/compile_model.py` writes.
///
/// The text is base64 (RFC 4648) of, little endian:
///
///     u16 features, u16 trees, f32 scale
///     for each feature:  u8 count, count × f32 thresholds, rising
///     for each tree:     u8 splits
///                        splits × (u8 feature, u8 threshold, u8 left, u8 right)   a child ≥ 128 is leaf (child - 128)
///                        (splits + 1) × i16 leaf, times scale
///
/// A row goes left where its feature is at most the threshold. The score is the sum of the leaves.
struct TreeEnsemble: Sendable {
    private struct Node {
        var threshold: Float
        var feature: UInt16
        /// Index of the next node, or -1 - index of a leaf.
        var left: Int16
        var right: Int16
    }

    private struct Tree {
        var nodes: Range<Int32>
        var firstLeaf: Int32
    }

    private var nodes: [Node] = []
    private var leaves: [Float] = []
    private var trees: [Tree] = []
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
        for _ in 0..<count {
            let splits = reader.u8()
            let first = Int32(nodes.count)
            for _ in 0..<splits {
                let feature = reader.u8()
                let threshold = thresholds[feature][reader.u8()]
                let left = reader.u8()
                let right = reader.u8()
                nodes.append(
                    Node(
                        threshold: threshold, feature: UInt16(feature), left: TreeEnsemble.child(left),
                        right: TreeEnsemble.child(right)))
            }
            trees.append(Tree(nodes: first..<Int32(nodes.count), firstLeaf: Int32(leaves.count)))
            for _ in 0...splits { leaves.append(Float(reader.i16()) * scale) }
        }
    }

    private static func child(_ byte: Int) -> Int16 { byte >= 128 ? Int16(-1 - (byte - 128)) : Int16(byte) }

    /// The score of the row that starts at `start`, over every `step`-th tree from `offset` on.
    ///
    /// Unsafe buffers keep the bounds checks out of the innermost loop; every index in them comes from `init`, whose
    /// text is part of the program, and `start + width` is checked here.
    func score(_ rows: [Float], at start: Int, offset: Int = 0, step: Int = 1) -> Float {
        precondition(start >= 0 && start + width <= rows.count)
        var sum: Float = 0
        rows.withUnsafeBufferPointer { rows in
            nodes.withUnsafeBufferPointer { nodes in
                for index in stride(from: offset, to: trees.count, by: step) {
                    let tree = trees[index]
                    var at: Int16 = tree.nodes.isEmpty ? -1 : 0
                    while at >= 0 {
                        let node = nodes[Int(tree.nodes.lowerBound) + Int(at)]
                        at = rows[start + Int(node.feature)] <= node.threshold ? node.left : node.right
                    }
                    sum += leaves[Int(tree.firstLeaf) - 1 - Int(at)]
                }
            }
        }
        return sum
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
