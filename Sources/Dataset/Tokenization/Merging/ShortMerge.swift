extension PartBuffer {
    /// Merges the first `count` parts, which are filled in with their merges (the last with none), and returns how many are left.
    ///
    /// Looks through all parts for the lowest rank each time, the leftmost among equals: faster than a heap for the few parts a word has.
    @inline(__always)
    func mergeAll(
        _ count: Int, piece: UnsafePointer<UInt8>, byteCount: Int, readable: Int, rule: MergeRule, table: TokenTable
    ) -> Int {
        var count = count
        while count > 1 {
            var best = 0
            var bestRank = parts[0].merge.rank
            var index = 1
            while index < count &- 1 {
                if parts[index].merge.rank < bestRank {
                    bestRank = parts[index].merge.rank
                    best = index
                }
                index &+= 1
            }
            guard bestRank != .max else { break }
            parts[best].identifier = parts[best].merge.identifier
            count &-= 1
            index = best &+ 1
            while index < count {
                parts[index] = parts[index &+ 1]
                index &+= 1
            }
            if best < count &- 1 {
                refresh(best, count, piece, byteCount, readable, rule, table)
            } else {
                parts[best].merge = .none
            }
            if best > 0 { refresh(best &- 1, count, piece, byteCount, readable, rule, table) }
        }
        return count
    }

    /// Looks up what part `index` and the one to its right become.
    @inline(__always)
    private func refresh(
        _ index: Int, _ count: Int, _ piece: UnsafePointer<UInt8>, _ byteCount: Int, _ readable: Int, _ rule: MergeRule,
        _ table: TokenTable
    ) {
        let start = Int(parts[index].start)
        let end = index &+ 2 < count ? Int(parts[index &+ 2].start) : byteCount
        parts[index].merge = rule.merge(
            parts[index].identifier, parts[index &+ 1].identifier, piece + start, end &- start, readable &- start, table)
    }
}
