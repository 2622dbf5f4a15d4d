import CTreeEnsemble
import Testing

@Suite struct TreeEnsembleTests {
    /// The vector kernels against the definition, on random trees: the same bits for every number of rows.
    @Test func everyNumberOfRowsGivesTheDefinitionsBits() {
        var state: UInt64 = 11
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let width = 40
        var nodes: [leat_tree_node] = []
        var values: [Float] = []
        var trees: [leat_tree] = []
        for _ in 0..<30 {
            let first = nodes.count
            let depth = 1 + random(6)
            // A whole tree, breadth first; the last level is leaves.
            let inner = (1 << depth) - 1
            for index in 0..<(2 * inner + 1) {
                if index < inner {
                    nodes.append(leat_tree_node(threshold: Float(random(100)), feature: UInt16(random(width)), left: UInt16(2 * index + 1)))
                } else {
                    nodes.append(leat_tree_node(threshold: .infinity, feature: 0, left: UInt16(index)))
                }
                values.append(Float(random(2_000) - 1_000) / 7)
            }
            trees.append(leat_tree(first: Int32(first), depth: Int32(depth)))
        }
        for count in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100] {
            let rows = (0..<count * width).map { _ in random(50) == 0 ? Float.nan : Float(random(100)) }
            for step in [1, 3] {
                var expected = [Float](repeating: 0.5, count: count)
                for tree in Swift.stride(from: 0, to: trees.count, by: step) {
                    let first = Int(trees[tree].first)
                    for row in 0..<count {
                        var at = 0
                        for _ in 0..<trees[tree].depth {
                            let node = nodes[first + at]
                            at = Int(node.left) + (rows[row * width + Int(node.feature)] > node.threshold ? 1 : 0)
                        }
                        expected[row] += values[first + at]
                    }
                }
                var found = [Float](repeating: 0.5, count: count)
                leat_trees_add(trees, trees.count, step, nodes, values, rows, width, count, &found)
                #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "\(count) rows, every \(step). tree")
            }
        }
    }
}
