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
///
/// The tables for CTreeEnsemble are made of it: each split's leaves that remain to its right, a bit each.
struct TreeEnsemble: Sendable {
    private var splits: [leat_tree_split] = []
    /// `leat_tree_leaves` for each tree.
    private var leaves: [Float] = []
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
        leaves.reserveCapacity(count * Int(leat_tree_leaves))
        for _ in 0..<count { readTree(&reader, thresholds, scale) }
    }

    private mutating func readTree(_ reader: inout TableReader, _ thresholds: [[Float]], _ scale: Float) {
        _ = reader.u8()  // the depth, which nothing here needs
        let count = reader.u8()
        precondition(count < Int(leat_tree_leaves), "a tree of the model has more leaves than CTreeEnsemble has bits")
        let first = splits.count
        trees.append(leat_tree(first: UInt32(first), count: UInt32(count)))
        var children: [(left: Int, right: Int)] = []
        children.reserveCapacity(count)
        for _ in 0..<count {
            let feature = reader.u8()
            splits.append(leat_tree_split(threshold: thresholds[feature][reader.u8()], kept: 0, feature: UInt32(feature)))
            children.append((reader.u8(), reader.u8()))
        }
        // Children come after their parents, so that backwards each split finds its branches done.
        var below = [UInt32](repeating: 0, count: count)
        for index in (0..<count).reversed() {
            func leavesBelow(_ child: Int) -> UInt32 {
                precondition(child >= 128 ? child - 128 <= count : child > index && child < count, "a tree of the model is not in order")
                return child >= 128 ? 1 << UInt32(child - 128) : below[child]
            }
            let (left, right) = (leavesBelow(children[index].left), leavesBelow(children[index].right))
            precondition(left.leadingZeroBitCount > 31 - right.trailingZeroBitCount, "the leaves of a tree of the model are not in order")
            below[index] = left | right
            splits[first + index].kept = ~left
        }
        for _ in 0...count { leaves.append(Float(reader.i16()) * scale) }
        for _ in count + 1..<Int(leat_tree_leaves) { leaves.append(0) }
    }

    /// The scores of all rows, over every `step`-th tree from `offset` on.
    ///
    /// The sums are made by C (CTreeEnsemble), whose pointers are checked here: features lie inside a tile, and what the
    /// tables hold comes from `init`, whose text is part of the program.
    func scores(_ tiles: FeatureTiles, offset: Int = 0, step: Int = 1) -> [Float] {
        precondition(tiles.columns >= width && offset >= 0 && step > 0)
        let count = tiles.count
        guard count > 0, offset < trees.count else { return [Float](repeating: 0, count: count) }
        return [Float](unsafeUninitializedCapacity: count + FeatureTiles.tileRows) { sums, initialized in
            sums.initialize(repeating: 0)
            initialized = count
            guard let sum = sums.baseAddress else { return }
            trees.withUnsafeBufferPointer { trees in
                guard let tree = trees.baseAddress else { return }
                leaves.withUnsafeBufferPointer { leaves in
                    guard let leaf = leaves.baseAddress else { return }
                    tiles.forEachTile { tile, first, rows in
                        leat_trees_add(
                            tree + offset, trees.count - offset, step, splits, leaf + offset * Int(leat_tree_leaves), tile, rows,
                            sum + first)
                    }
                }
            }
        }
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
