import CTreeEnsemble
import Testing

@testable import Extraction

@Suite struct TreeEnsembleTests {
    /// A tree as it is defined: a child below 128 is a split, another one is leaf (child - 128), numbered from left to right.
    private struct Tree {
        var splits: [(feature: Int, threshold: Float, left: Int, right: Int)] = []
        var leaves: [Float] = []

        func score(_ row: [Float]) -> Float {
            var at = splits.isEmpty ? 128 : 0
            while at < 128 { at = row[splits[at].feature] > splits[at].threshold ? splits[at].right : splits[at].left }
            return leaves[at - 128]
        }

        /// The leaves under a child, a bit each.
        func below(_ child: Int) -> UInt32 {
            child >= 128 ? 1 << UInt32(child - 128) : below(splits[child].left) | below(splits[child].right)
        }
    }

    private struct Numbers {
        var state: UInt64 = 11

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }

        /// In preorder, as the model's tables have it.
        mutating func tree(splits count: Int, width: Int) -> Tree {
            var tree = Tree()
            _ = add(count, width, to: &tree)
            return tree
        }

        private mutating func add(_ count: Int, _ width: Int, to tree: inout Tree) -> Int {
            guard count > 0 else {
                tree.leaves.append(Float(next(2_000) - 1_000) / 7)
                return 128 + tree.leaves.count - 1
            }
            let at = tree.splits.count
            tree.splits.append((next(width), Float(next(100)), 0, 0))
            let onLeft = next(count)
            tree.splits[at].left = add(onLeft, width, to: &tree)
            tree.splits[at].right = add(count - 1 - onLeft, width, to: &tree)
            return at
        }
    }

    /// The kernels against the definition, on random trees: the same bits for every number of rows.
    @Test func everyNumberOfRowsGivesTheDefinitionsBits() {
        var random = Numbers()
        let width = 40
        var made: [Tree] = []
        for index in 0..<40 { made.append(random.tree(splits: index < 32 ? index : random.next(32), width: width)) }
        var splits: [leat_tree_split] = []
        var trees: [leat_tree] = []
        var leaves: [Float] = []
        for tree in made {
            trees.append(leat_tree(first: UInt32(splits.count), count: UInt32(tree.splits.count)))
            for split in tree.splits {
                splits.append(leat_tree_split(threshold: split.threshold, kept: ~tree.below(split.left), feature: UInt32(split.feature)))
            }
            leaves += tree.leaves + [Float](repeating: .nan, count: 32 - tree.leaves.count)
        }
        for count in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100] {
            let rows = (0..<count).map { _ in (0..<width).map { _ in random.next(50) == 0 ? Float.nan : Float(random.next(100)) } }
            let tiles = FeatureTiles(count: count, columns: width)
            for (index, numbers) in rows.enumerated() {
                var row = tiles.row(index)
                for number in numbers { row.append(number) }
            }
            for step in [1, 3] {
                var expected = [Float](repeating: 0.5, count: count)
                for tree in Swift.stride(from: 0, to: made.count, by: step) {
                    for row in 0..<count { expected[row] += made[tree].score(rows[row]) }
                }
                var found = [Float](repeating: 0.5, count: count + 32)
                tiles.forEachTile { tile, first, rows in
                    found.withUnsafeMutableBufferPointer { found in
                        guard let sums = found.baseAddress else { return }
                        leat_trees_add(trees, trees.count, step, splits, leaves, tile, rows, sums + first)
                    }
                }
                #expect(
                    found.prefix(count).map(\.bitPattern) == expected.map(\.bitPattern), "\(count) rows, every \(step). tree")
            }
        }
    }

    /// The model's text, from its definition: two trees over two features, one of them a single leaf.
    @Test func readsAModelAndScoresRows() {
        // 2 features, 2 trees, scale 1; feature 0: threshold 1.0; feature 1: threshold 2.0.
        // Tree 1: feature 0 ≤ 1 ? leaf 0 : (feature 1 ≤ 2 ? leaf 1 : leaf 2), leaves 10, 20, 30. Tree 2: leaf 5.
        let model = TreeEnsemble(base64: "AgACAAAAgD8BAACAPwEAAABAAgIAAIABAQCBggoAFAAeAAAABQA=")
        #expect(model.width == 2)
        let rows: [([Float], Float)] = [([1, 9], 15), ([1.5, 2], 25), ([1.5, 2.5], 35)]
        let tiles = FeatureTiles(count: rows.count, columns: 2)
        for (index, (numbers, _)) in rows.enumerated() {
            var row = tiles.row(index)
            for number in numbers { row.append(number) }
        }
        #expect(model.scores(tiles) == rows.map(\.1))
        #expect(model.scores(tiles, offset: 1, step: 2) == [5, 5, 5])
    }

    @Test func tilesGiveBackWhatIsWritten() {
        let tiles = FeatureTiles(count: 70, columns: 3)
        for index in 0..<70 {
            var row = tiles.row(index, from: 1)
            row.append(Float(index))
            row.add(Int32(-index))
            #expect(row.column == 3)
        }
        for index in 0..<70 { #expect([tiles[index, 0], tiles[index, 1], tiles[index, 2]] == [0, Float(index), -Float(index)]) }
    }
}
