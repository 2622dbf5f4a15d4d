/// The documents met in the buckets of one query, and in how many.
struct CandidateList {
    /// Of more candidates than this, those that share fewest bands are not looked at (of equals, the latest).
    static let limit = 64

    private var met: [UInt64] = []

    mutating func removeAll() { met.removeAll(keepingCapacity: true) }

    mutating func append(_ document: UInt64) { met.append(document) }

    /// Each document once, by ascending number.
    mutating func counted() -> [DuplicateCandidate] {
        guard !met.isEmpty else { return [] }
        met.sort()
        var counted: [DuplicateCandidate] = []
        for document in met {
            if counted.last?.document == document {
                counted[counted.count - 1].sharedBands += 1
            } else {
                counted.append(DuplicateCandidate(document: document, sharedBands: 1))
            }
        }
        return counted
    }

    /// Those to check: most shared bands first, of equals the earliest number first.
    mutating func ranked() -> [UInt64] {
        guard met.count > 1 else { return met }
        var counted = counted()
        if counted.count > 1 { counted.sort { ($1.sharedBands, $0.document) < ($0.sharedBands, $1.document) } }
        return counted.prefix(Self.limit).map(\.document)
    }
}
