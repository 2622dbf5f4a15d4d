/// Where a ``DuplicateVerifier`` learns which earlier documents may be like the one at hand.
protocol CandidateSource {
    /// Adds the earlier documents that share a band with this one: each as often as it shares one.
    mutating func collect(_ view: SignatureView, into candidates: inout CandidateList) throws

    /// From now on the document is an earlier one. Called after ``collect(_:into:)`` for the same signature.
    mutating func admit(_ document: UInt64, _ view: SignatureView) throws

    /// Takes a document out, and puts another one with the same text in its place where there is one.
    mutating func replace(_ document: UInt64, with heir: UInt64?, _ view: SignatureView) throws
}

/// An earlier document that shares bands with the one at hand.
public struct DuplicateCandidate: Sendable, Hashable {
    public var document: UInt64
    /// How many, at least one.
    public var sharedBands: Int

    public init(document: UInt64, sharedBands: Int) {
        self.document = document
        self.sharedBands = sharedBands
    }
}

/// Candidates that matchers have found elsewhere.
struct GivenCandidates: CandidateSource {
    let candidates: [DuplicateCandidate]

    func collect(_ view: SignatureView, into list: inout CandidateList) throws(DeduplicationError) {
        for candidate in candidates {
            guard (1...DeduplicationSettings.bandLimit).contains(candidate.sharedBands) else {
                throw .badCandidates("document \(candidate.document) is said to share \(candidate.sharedBands) bands")
            }
            for _ in 0..<candidate.sharedBands { list.append(candidate.document) }
        }
    }

    func admit(_ document: UInt64, _ view: SignatureView) {}
    func replace(_ document: UInt64, with heir: UInt64?, _ view: SignatureView) {}
}
