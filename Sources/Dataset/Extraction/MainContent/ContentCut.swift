#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Chooses the blocks that make the expected word F1 of a page highest.
///
/// With the blocks in the order of their scores, the choice is a cut; what it promises is
/// 2 × (expected words right) / (words kept + expected words of content). The model errs on whole pages rather than on
/// single blocks (whether customers' reviews count as content, say), so the expectation is taken over pages that are
/// altogether more, or less, content than the scores say: over shifts of all scores, weighed as a normal distribution.
enum ContentCut {
    /// In log odds, with their weights: a deviation of two, cut into five.
    private static let shifts: [(by: Float, weight: Double)] = [(-3, 0.1), (-1.5, 0.23), (0, 0.34), (1.5, 0.23), (3, 0.1)]
    /// A page whose best cut promises less has no content: an error page, a wall, an empty shell.
    private static let leastPromise = 0.3

    /// For each block whether it is kept; `scores` are log odds.
    static func keep(words: [Int32], scores: [Float]) -> [Bool] {
        var keep = [Bool](repeating: false, count: scores.count)
        let order = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        var promises = [Double](repeating: 0, count: order.count)
        for shift in shifts {
            var hits = [Double](repeating: 0, count: order.count)
            var hit = 0.0
            for (rank, index) in order.enumerated() {
                hit += Double(words[index]) / (1 + exp(-Double(scores[index] + shift.by)))
                hits[rank] = hit
            }
            var size = 0.0
            for (rank, index) in order.enumerated() {
                size += Double(words[index])
                promises[rank] += shift.weight * 2 * hits[rank] / (size + hit + 1e-9)
            }
        }
        var best = -1
        for rank in promises.indices where best < 0 || promises[rank] > promises[best] { best = rank }
        guard best >= 0, promises[best] >= leastPromise else { return keep }
        for rank in 0...best { keep[order[rank]] = true }
        return keep
    }
}
