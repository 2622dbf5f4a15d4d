/// One of several matchers: finds, for a group of the bands, which earlier documents share a band with each document.
///
/// All matchers see all documents in the one order, each with a storage of its own. What they find, brought together, is what a
/// ``NearDuplicateIndex`` finds in its one storage, whatever their number: a ``DuplicateVerifier`` then decides the same.
///
/// Storage: the buckets of the group, and the fingerprints of all texts, since a copy of an earlier text is in no bucket.
/// Thread rule: one owner at a time.
public final class CandidateMatcher {
    private let settings: DeduplicationSettings
    private let digest: UInt32
    private let storage: any DuplicateIndexStorage
    private var buckets: BandBuckets
    private var list = CandidateList()

    /// Throws ``DeduplicationError/badSetting(_:)``.
    public init(_ settings: DeduplicationSettings, group: BandGroup, storage: any DuplicateIndexStorage) throws(DeduplicationError) {
        try settings.validate()
        self.settings = settings
        digest = settings.digest
        self.storage = storage
        buckets = BandBuckets(group, storage: storage)
    }

    /// The earlier documents that share a band of the group, by ascending number; none for a copy of an earlier text. The document is then an earlier one
    /// itself.
    ///
    /// Throws ``DeduplicationError/badSignature(_:)`` and takes no notice of the document, as a verifier will not; and whatever the storage throws.
    public func match(document: UInt64, encoded signature: UnsafeRawBufferPointer) throws -> [DuplicateCandidate] {
        let view = try SignatureView(signature, trusted: false, madeWith: settings, digest, document: document)
        let fingerprint = DuplicateIndexKey(view.fingerprint)
        guard try storage.number(fingerprint) == nil else { return [] }
        list.removeAll()
        try buckets.collect(view, into: &list)
        try storage.put(fingerprint, document)
        try buckets.admit(document, view)
        return list.counted()
    }
}
