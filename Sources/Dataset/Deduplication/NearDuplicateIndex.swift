/// Decides, document by document, whether an earlier one is the same or nearly the same text.
///
/// Every document goes in, also those that are dropped, so that a near-duplicate of a dropped one is still found. A document is
/// dropped where an earlier one has the same fingerprint, or shares a band and has an exact Jaccard of word 5-grams of at
/// least the settings' threshold. Since only earlier documents count, the first of every group of like texts survives.
///
/// The same documents in the same order give the same decisions, on any storage, whatever was restarted in between.
/// The cost of a decision does not depend on how many documents there are, beyond the storage's own: one look-up for the
/// fingerprint, one batched look-up of the bands, one of at most ``CandidateList/limit`` candidates.
///
/// It is the buckets of all bands and a ``DuplicateVerifier`` on one storage; ``CandidateMatcher``s divide the bands among several.
///
/// Thread rule: one owner at a time. Document numbers are the caller's; each may be decided once.
public final class NearDuplicateIndex {
    let verifier: DuplicateVerifier
    private var buckets: BandBuckets

    public var settings: DeduplicationSettings { verifier.settings }

    /// Throws ``DeduplicationError/badSetting(_:)``.
    public init(
        _ settings: DeduplicationSettings = DeduplicationSettings(), storage: any DuplicateIndexStorage
    ) throws(DeduplicationError) {
        verifier = try DuplicateVerifier(settings, storage: storage)
        buckets = BandBuckets(.whole, storage: storage)
    }

    public func decide(document: UInt64, signature: DocumentSignature) throws -> DuplicateDecision {
        try verifier.decide(document, signature, from: &buckets)
    }

    /// The same for a signature as it came through the log.
    ///
    /// Throws ``DeduplicationError``: `.badSignature` (also where it was made with other settings), `.alreadyDecided`,
    /// `.damagedIndex`; and whatever the storage throws.
    public func decide(document: UInt64, encoded signature: UnsafeRawBufferPointer) throws -> DuplicateDecision {
        try verifier.decide(document, encoded: signature, from: &buckets)
    }

    /// The document that stands for this one in the dataset: itself, if it survived; `nil` where the index does not know it.
    public func survivor(for document: UInt64) throws -> UInt64? { try verifier.survivor(for: document) }

    /// Takes a document out, for a take-down: out of buckets, fingerprints and its cluster. Where it had survived, the earliest of those
    /// that were dropped for it survives instead. `nil` where the index does not know the document.
    ///
    /// The work grows with the size of the cluster and the number of copies, not with the index.
    public func remove(document: UInt64) throws -> DuplicateRemoval? { try verifier.remove(document, from: &buckets) }
}
