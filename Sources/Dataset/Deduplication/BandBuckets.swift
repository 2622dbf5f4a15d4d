/// The buckets of a group of bands: for each band key the documents that have it.
///
/// Who is in a bucket follows from the documents that were admitted and from their order, and no bucket knows of another one: so it makes no difference
/// whether all bands lie in one storage or each in its own. (Keys of two bands are equal by an accident of probability 2⁻⁶⁴; where both bands lie in one
/// storage, they then share a bucket.)
///
/// One owner at a time.
struct BandBuckets: CandidateSource {
    private let storage: any DuplicateIndexStorage
    private let group: BandGroup
    private var found = BucketScratch()

    init(_ group: BandGroup, storage: any DuplicateIndexStorage) {
        self.group = group
        self.storage = storage
    }

    /// Fetches the buckets of the group's bands (kept for ``admit(_:_:)``), and collects who is in them.
    mutating func collect(_ view: SignatureView, into candidates: inout CandidateList) throws {
        found.removeAll()
        let bands = group.range(of: view.bandCount)
        guard !bands.isEmpty else { return }
        try storage.withValues(of: bands.count, { DuplicateIndexKey(.bucket, view.bandKey(bands.lowerBound + $0)) }) { _, value in
            found.append(value)
            if let value { DuplicateBucket.members(value) { candidates.append($0) } }
        }
    }

    func admit(_ document: UInt64, _ view: SignatureView) throws {
        for (place, band) in group.range(of: view.bandCount).enumerated() {
            try found.withBucket(place) { stored in
                try DuplicateBucket.withAppended(document, to: stored) { bucket in
                    try DuplicateIndexKey(.bucket, view.bandKey(band)).withBytes { try storage.put($0, bucket) }
                }
            }
        }
    }

    func replace(_ document: UInt64, with heir: UInt64?, _ view: SignatureView) throws {
        for band in group.range(of: view.bandCount) {
            let key = DuplicateIndexKey(.bucket, view.bandKey(band))
            let bucket = try storage.withValue(key) { stored in
                stored.map { DuplicateBucket.replacing(document, with: heir, in: $0) } ?? []
            }
            if bucket.isEmpty { try storage.delete(key) } else { try storage.put(key, bucket) }
        }
    }
}
