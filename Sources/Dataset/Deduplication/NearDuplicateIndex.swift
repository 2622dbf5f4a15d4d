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
/// Thread rule: one owner at a time. Document numbers are the caller's; each may be decided once.
public final class NearDuplicateIndex {
    public let settings: DeduplicationSettings
    let storage: any DuplicateIndexStorage
    private let digest: UInt32
    private var candidates = CandidateList()
    private var buckets = BucketScratch()

    /// Throws ``DeduplicationError/badSetting(_:)``.
    public init(
        _ settings: DeduplicationSettings = DeduplicationSettings(), storage: any DuplicateIndexStorage
    ) throws(DeduplicationError) {
        try settings.validate()
        self.settings = settings
        self.storage = storage
        digest = settings.digest
    }

    public func decide(document: UInt64, signature: DocumentSignature) throws -> DuplicateDecision {
        var record = DocumentRecord.header(.text, room: signature.byteCount)
        record.withUnsafeMutableBytes { bytes in
            signature.encode(into: UnsafeMutableRawBufferPointer(rebasing: bytes[DocumentRecord.headerBytes...]))
        }
        return try decide(document, &record)
    }

    /// The same for a signature as it came through the log.
    ///
    /// Throws ``DeduplicationError``: `.badSignature` (also where it was made with other settings), `.alreadyDecided`,
    /// `.damagedIndex`; and whatever the storage throws.
    public func decide(document: UInt64, encoded signature: UnsafeRawBufferPointer) throws -> DuplicateDecision {
        _ = try SignatureView(signature, trusted: false)
        var record = DocumentRecord.header(.text, room: signature.count)
        record.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[DocumentRecord.headerBytes...]).copyMemory(from: signature)
        }
        return try decide(document, &record)
    }

    /// `record`: as it will be stored, but for the cluster.
    private func decide(_ document: UInt64, _ record: inout [UInt8]) throws -> DuplicateDecision {
        try record.withUnsafeMutableBytes { record in
            let signature = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(record)[DocumentRecord.headerBytes...])
            let view = try SignatureView(signature, trusted: true)
            guard view.settingsDigest == digest else {
                throw DeduplicationError.badSignature("document \(document)'s was made with other settings than the index has")
            }
            let fingerprint = DuplicateIndexKey(view.fingerprint)
            if let original = try number(fingerprint) {
                guard original != document else { throw DeduplicationError.alreadyDecided(document: document) }
                return try addCopy(document, of: original)
            }
            let match = try bestMatch(view)
            let cluster = match?.cluster ?? document
            DocumentRecord.set(cluster: cluster, in: record)
            try DuplicateIndexKey(.document, document).withBytes { try storage.put($0, UnsafeRawBufferPointer(record)) }
            try put(fingerprint, document)
            try addToBuckets(document, view)
            guard let match else { return .unique }
            try put(.init(.member, cluster, document), [])
            return .duplicate(
                .init(of: match.document, jaccard: match.jaccard, isSameText: false, survivor: try survivor(of: cluster)))
        }
    }

    /// The document that stands for this one in the dataset: itself, if it survived; `nil` where the index does not know it.
    public func survivor(for document: UInt64) throws -> UInt64? {
        let cluster = try withValue(.init(.document, document)) { value in
            try value.map { try DocumentRecord($0, of: document).cluster }
        }
        return try cluster.map { try survivor(of: $0) }
    }

    // MARK: - The same text

    private func addCopy(_ document: UInt64, of original: UInt64) throws -> DuplicateDecision {
        let cluster = try withRecord(original) { $0.cluster }
        try put(.init(.document, document), DocumentRecord.encode(copyOf: original, cluster: cluster))
        try put(.init(.copy, original, document), [])
        try put(.init(.member, cluster, document), [])
        return .duplicate(.init(of: original, jaccard: 1, isSameText: true, survivor: try survivor(of: cluster)))
    }

    // MARK: - Nearly the same

    private struct Candidate {
        let document: UInt64
        let jaccard: Double
        let cluster: UInt64
    }

    /// The earlier document with the greatest Jaccard at or above the threshold; of equals the earliest.
    private func bestMatch(_ view: SignatureView) throws -> Candidate? {
        try readBuckets(view)
        let ranked = candidates.ranked()
        guard !ranked.isEmpty else { return nil }
        var best: Candidate?
        var failure: DeduplicationError?
        try Self.withPacked(ranked.count, { DuplicateIndexKey(.document, ranked[$0]) }) { keys in
            try storage.withValues(ofPacked: keys, keyLength: 9) { position, value in
                do throws(DeduplicationError) {
                    guard let value else { return }
                    let document = ranked[position]
                    guard let jaccard = try self.jaccard(of: view, with: value, document) else { return }
                    if let best, (best.jaccard, document) > (jaccard, best.document) { return }
                    let record = try DocumentRecord(value, of: document)
                    best = Candidate(document: document, jaccard: jaccard, cluster: record.cluster)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        return best
    }

    /// `nil` below the threshold.
    private func jaccard(
        of view: SignatureView, with stored: UnsafeRawBufferPointer, _ document: UInt64
    ) throws(DeduplicationError) -> Double? {
        let record = try DocumentRecord(stored, of: document)
        guard record.kind == .text else { return nil }
        let other = try record.signature().hashes
        // Sizes bound the Jaccard: it is at most the smaller by the larger. A little less is asked, since a long text's sample may err.
        let sizes = (min(view.hashes.total, other.total), max(view.hashes.total, other.total))
        guard Double(sizes.0) >= settings.threshold * Double(sizes.1) * 0.99 else { return nil }
        let jaccard = view.hashes.jaccard(with: other)
        return jaccard >= settings.threshold ? jaccard : nil
    }

    /// Fetches the buckets of all bands (kept for ``addToBuckets(_:_:)``), and collects who is in them.
    private func readBuckets(_ view: SignatureView) throws {
        candidates.removeAll()
        buckets.removeAll()
        guard view.bandCount > 0 else { return }
        // Moved out and back: the closures then work on values of their own.
        var (buckets, candidates) = (BucketScratch(), CandidateList())
        swap(&buckets, &self.buckets)
        swap(&candidates, &self.candidates)
        defer {
            swap(&buckets, &self.buckets)
            swap(&candidates, &self.candidates)
        }
        try Self.withPacked(view.bandCount, { DuplicateIndexKey(.bucket, view.bandKey($0)) }) { keys in
            try storage.withValues(ofPacked: keys, keyLength: 9) { _, value in
                buckets.append(value)
                if let value { DuplicateBucket.members(value) { candidates.append($0) } }
            }
        }
    }

    private func addToBuckets(_ document: UInt64, _ view: SignatureView) throws {
        for band in 0..<view.bandCount {
            try buckets.withBucket(band) { stored in
                try DuplicateBucket.withAppended(document, to: stored) { bucket in
                    try DuplicateIndexKey(.bucket, view.bandKey(band)).withBytes { try storage.put($0, bucket) }
                }
            }
        }
    }

    // MARK: - Entries

    func survivor(of cluster: UInt64) throws -> UInt64 {
        try number(.init(.survivor, cluster)) ?? cluster
    }

    func withRecord<Result>(_ document: UInt64, _ body: (DocumentRecord) throws -> Result) throws -> Result {
        let found = try withValue(.init(.document, document)) { value in
            try value.map { try body(DocumentRecord($0, of: document)) }
        }
        guard let found else { throw DeduplicationError.damagedIndex("the record of document \(document) is missing") }
        return found
    }

    /// A value that is one number.
    func number(_ key: DuplicateIndexKey) throws -> UInt64? {
        try withValue(key) { value in
            guard let value else { return nil }
            guard value.count == 8 else { throw DeduplicationError.damagedIndex("an entry has \(value.count) bytes, not 8") }
            return UInt64(littleEndian: value.loadUnaligned(as: UInt64.self))
        }
    }

    func withValue<Result>(
        _ key: DuplicateIndexKey, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) throws -> Result {
        var result: Swift.Result<Result, any Error>?
        try key.withBytes { bytes in
            try storage.withValues(ofPacked: bytes, keyLength: bytes.count) { _, value in
                result = Swift.Result { try body(value) }
            }
        }
        guard let result else { throw DeduplicationError.damagedIndex("the storage did not answer") }
        return try result.get()
    }

    func put(_ key: DuplicateIndexKey, _ value: [UInt8]) throws {
        try key.withBytes { key in try value.withUnsafeBytes { try storage.put(key, $0) } }
    }

    func put(_ key: DuplicateIndexKey, _ value: UInt64) throws {
        try key.withBytes { key in
            try withUnsafeBytes(of: value.littleEndian) { try storage.put(key, $0) }
        }
    }

    func delete(_ key: DuplicateIndexKey) throws { try key.withBytes { try storage.delete($0) } }

    /// `count` keys of nine bytes, one after another, on the stack where they are few.
    private static func withPacked<Result>(
        _ count: Int, _ key: (Int) -> DuplicateIndexKey, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        // Eight more: a key's room is the greatest length.
        try withUnsafeTemporaryAllocation(byteCount: count * 9 + 8, alignment: 8) { bytes in
            for position in 0..<count {
                key(position).write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[(position * 9)...]))
            }
            return try body(UnsafeRawBufferPointer(rebasing: bytes[..<(count * 9)]))
        }
    }
}
