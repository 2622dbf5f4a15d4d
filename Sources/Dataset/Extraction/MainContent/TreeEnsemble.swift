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
    private struct Node {
        var threshold: Float
        var feature: UInt16
        var left: UInt16
    }

    private struct Tree {
        var first: Int
        var depth: Int
    }

    private var nodes: [Node] = []
    /// For each node, its value when it is a leaf.
    private var values: [Float] = []
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
        trees.append(Tree(first: first, depth: depth))
        // Breadth first; each entry is what the table calls a child.
        var queue = [splits.isEmpty ? 128 : 0]
        var next = 0
        while next < queue.count {
            let child = queue[next]
            if child >= 128 {
                nodes.append(Node(threshold: .infinity, feature: 0, left: UInt16(next)))
                values.append(leaves[child - 128])
            } else {
                let (feature, threshold, children) = splits[child]
                nodes.append(Node(threshold: threshold, feature: UInt16(feature), left: UInt16(queue.count)))
                values.append(0)
                queue.append(contentsOf: children)
            }
            next += 1
        }
    }

    /// The scores of `count` rows that start `stride` numbers apart, over every `step`-th tree from `offset` on.
    ///
    /// Unsafe buffers keep bounds checks out of the innermost loop: indices into the nodes come from `init`, whose text
    /// is part of the program; that all rows are inside `rows` is checked here.
    func scores(_ rows: [Float], count: Int, stride: Int, offset: Int = 0, step: Int = 1) -> [Float] {
        precondition(stride >= width && rows.count >= count * stride)
        var sums = [Float](repeating: 0, count: count)
        rows.withUnsafeBufferPointer { rows in
            nodes.withUnsafeBufferPointer { nodes in
                values.withUnsafeBufferPointer { values in
                    sums.withUnsafeMutableBufferPointer { sums in
                        // All trees for some rows, then the next rows: rows of a kilobyte stay in the nearest cache.
                        for row in Swift.stride(from: 0, to: count, by: TreeEnsemble.rowsAtATime) {
                            let end = min(count, row + TreeEnsemble.rowsAtATime)
                            let someRows = UnsafeBufferPointer(rebasing: rows[(row * stride)...])
                            let someSums = UnsafeMutableBufferPointer(rebasing: sums[row..<end])
                            for index in Swift.stride(from: offset, to: trees.count, by: step) {
                                let tree = trees[index]
                                let nodes = UnsafeBufferPointer(rebasing: nodes[tree.first...])
                                let values = UnsafeBufferPointer(rebasing: values[tree.first...])
                                TreeEnsemble.add(someRows, stride, nodes, values, depth: tree.depth, to: someSums)
                            }
                        }
                    }
                }
            }
        }
        return sums
    }

    private static let rowsAtATime = 24

    /// Adds one tree's leaves for all rows: eight rows at a time, so that their loads overlap.
    private static func add(
        _ rows: UnsafeBufferPointer<Float>, _ stride: Int, _ nodes: UnsafeBufferPointer<Node>,
        _ values: UnsafeBufferPointer<Float>, depth: Int, to sums: UnsafeMutableBufferPointer<Float>
    ) {
        var row = 0
        while row + 8 <= sums.count {
            var (a, b, c, d): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            var (e, f, g, h): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            let start = row * stride
            for _ in 0..<depth {
                a = step(a, rows, start, nodes)
                b = step(b, rows, start + stride, nodes)
                c = step(c, rows, start + 2 * stride, nodes)
                d = step(d, rows, start + 3 * stride, nodes)
                e = step(e, rows, start + 4 * stride, nodes)
                f = step(f, rows, start + 5 * stride, nodes)
                g = step(g, rows, start + 6 * stride, nodes)
                h = step(h, rows, start + 7 * stride, nodes)
            }
            sums[row] += values[Int(a)]
            sums[row + 1] += values[Int(b)]
            sums[row + 2] += values[Int(c)]
            sums[row + 3] += values[Int(d)]
            sums[row + 4] += values[Int(e)]
            sums[row + 5] += values[Int(f)]
            sums[row + 6] += values[Int(g)]
            sums[row + 7] += values[Int(h)]
            row += 8
        }
        while row < sums.count {
            var at: Int32 = 0
            for _ in 0..<depth { at = step(at, rows, row * stride, nodes) }
            sums[row] += values[Int(at)]
            row += 1
        }
    }

    @inline(__always)
    private static func step(
        _ at: Int32, _ rows: UnsafeBufferPointer<Float>, _ row: Int, _ nodes: UnsafeBufferPointer<Node>
    ) -> Int32 {
        let node = nodes[Int(at)]
        return Int32(node.left) + (rows[row + Int(node.feature)] > node.threshold ? 1 : 0)
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
