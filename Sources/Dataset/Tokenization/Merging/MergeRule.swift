/// Which two neighbouring parts of a piece merge, and in which order.
enum MergeRule: Sendable {
    /// Two parts merge if their bytes together are a token; its id is its rank (tiktoken).
    case tokens
    /// Two parts merge if their bytes together are a token; ranks by id (SentencePiece scores, best first).
    case rankedTokens(FrozenBuffer<UInt32>)
    /// The pairs that the vocabulary lists (GPT-2, Hugging Face).
    case pairs(PairTable)

    /// What the parts `left` and `right`, which begin at `start` and have `count` bytes together, become.
    @inline(__always)
    func merge(
        _ left: UInt32, _ right: UInt32, _ start: UnsafePointer<UInt8>, _ count: Int, _ readable: Int,
        _ table: TokenTable
    ) -> Merge {
        switch self {
        case .tokens:
            let identifier = table.identifier(of: start, count: count, readable: readable)
            return Merge(rank: identifier, identifier: identifier)
        case .rankedTokens(let ranks):
            let identifier = table.identifier(of: start, count: count, readable: readable)
            guard identifier != TokenTable.absent else { return .none }
            return Merge(rank: ranks.base[Int(identifier)], identifier: identifier)
        case .pairs(let pairs):
            return pairs.merge(left, right)
        }
    }
}
