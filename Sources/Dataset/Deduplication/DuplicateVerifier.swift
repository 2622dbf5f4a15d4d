/// Decides, document by document, whether an earlier one is the same or nearly the same text, among candidates that others have found.
///
/// It keeps every document's signature, fingerprint and cluster; who shares a band with whom it is told: by the buckets of a ``NearDuplicateIndex``, or by
/// matchers (``CandidateMatcher``) that have divided the bands among them. The decisions are the same.
///
/// Thread rule: one owner at a time. Document numbers are the caller's; each may be decided once.
public final class DuplicateVerifier {
    public let settings: DeduplicationSettings
    let storage: any DuplicateIndexStorage
    private let digest: UInt32
    private var candidates = CandidateList()

    /// Throws ``DeduplicationError/badSetting(_:)``.
    public init(_ settings: DeduplicationSettings, storage: any DuplicateIndexStorage) throws(DeduplicationError) {
        try settings.validate()
        self.settings = settings
        self.storage = storage
        digest = settings.digest
    }

    /// `candidates`: what all matchers found for this document; one that several found is named by each of them.
    ///
    /// Throws ``DeduplicationError``: `.badSignature` (also where it was made with other settings), `.badCandidates`, `.alreadyDecided`,
    /// `.damagedIndex`; and whatever the storage throws.
    public func decide(
        document: UInt64, encoded signature: UnsafeRawBufferPointer, candidates: [DuplicateCandidate]
    ) throws -> DuplicateDecision {
        var given = GivenCandidates(candidates: candidates)
        return try decide(document, encoded: signature, from: &given)
    }

    /// Throws ``DeduplicationError/badSignature(_:)`` where ``decide(document:encoded:candidates:)`` would.
    public func check(document: UInt64, encoded signature: UnsafeRawBufferPointer) throws {
        _ = try SignatureView(signature, trusted: false, madeWith: settings, digest, document: document)
    }

    /// True where no document has been decided.
    public var isEmpty: Bool {
        get throws {
            var isEmpty = true
            try withUnsafeBytes(of: DuplicateIndexKey.Kind.document.rawValue) { prefix in
                try storage.scan(prefix: prefix) { _ in
                    isEmpty = false
                    return false
                }
            }
            return isEmpty
        }
    }

    func decide(_ document: UInt64, _ signature: DocumentSignature, from source: inout some CandidateSource) throws -> DuplicateDecision {
        var record = DocumentRecord.header(.text, room: signature.byteCount)
        record.withUnsafeMutableBytes { bytes in
            signature.encode(into: UnsafeMutableRawBufferPointer(rebasing: bytes[DocumentRecord.headerBytes...]))
        }
        return try decide(document, &record, &source)
    }

    func decide(
        _ document: UInt64, encoded signature: UnsafeRawBufferPointer, from source: inout some CandidateSource
    ) throws -> DuplicateDecision {
        _ = try SignatureView(signature, trusted: false)
        var record = DocumentRecord.header(.text, room: signature.count)
        record.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[DocumentRecord.headerBytes...]).copyMemory(from: signature)
        }
        return try decide(document, &record, &source)
    }

    /// `record`: as it will be stored, but for the cluster.
    private func decide(_ document: UInt64, _ record: inout [UInt8], _ source: inout some CandidateSource) throws -> DuplicateDecision {
        try record.withUnsafeMutableBytes { record in
            let signature = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(record)[DocumentRecord.headerBytes...])
            let view = try SignatureView(signature, trusted: true, madeWith: settings, digest, document: document)
            let fingerprint = DuplicateIndexKey(view.fingerprint)
            if let original = try storage.number(fingerprint) {
                guard original != document else { throw DeduplicationError.alreadyDecided(document: document) }
                return try addCopy(document, of: original)
            }
            candidates.removeAll()
            try source.collect(view, into: &candidates)
            let match = try bestMatch(view)
            let cluster = match?.cluster ?? document
            DocumentRecord.set(cluster: cluster, in: record)
            try DuplicateIndexKey(.document, document).withBytes { try storage.put($0, UnsafeRawBufferPointer(record)) }
            try storage.put(fingerprint, document)
            try source.admit(document, view)
            guard let match else { return .unique }
            try storage.put(.init(.member, cluster, document), [])
            return .duplicate(
                .init(of: match.document, jaccard: match.jaccard, isSameText: false, survivor: try survivor(of: cluster)))
        }
    }

    /// The document that stands for this one in the dataset: itself, if it survived; `nil` where the index does not know it.
    public func survivor(for document: UInt64) throws -> UInt64? {
        let cluster = try storage.withValue(.init(.document, document)) { value in
            try value.map { try DocumentRecord($0, of: document).cluster }
        }
        return try cluster.map { try survivor(of: $0) }
    }

    func survivor(of cluster: UInt64) throws -> UInt64 {
        try storage.number(.init(.survivor, cluster)) ?? cluster
    }

    // MARK: - The same text

    private func addCopy(_ document: UInt64, of original: UInt64) throws -> DuplicateDecision {
        let known = try storage.withValue(.init(.document, original)) { value in
            try value.map { try DocumentRecord($0, of: original).cluster }
        }
        guard let cluster = known else { throw DeduplicationError.damagedIndex("the record of document \(original) is missing") }
        try storage.put(.init(.document, document), DocumentRecord.encode(copyOf: original, cluster: cluster))
        try storage.put(.init(.copy, original, document), [])
        try storage.put(.init(.member, cluster, document), [])
        return .duplicate(.init(of: original, jaccard: 1, isSameText: true, survivor: try survivor(of: cluster)))
    }

    // MARK: - Nearly the same

    private struct Match {
        let document: UInt64
        let jaccard: Double
        let cluster: UInt64
    }

    /// The candidate with the greatest Jaccard at or above the threshold; of equals the earliest.
    private func bestMatch(_ view: SignatureView) throws -> Match? {
        let ranked = candidates.ranked()
        guard !ranked.isEmpty else { return nil }
        var best: Match?
        var failure: DeduplicationError?
        try storage.withValues(of: ranked.count, { DuplicateIndexKey(.document, ranked[$0]) }) { position, value in
            do throws(DeduplicationError) {
                guard let value else { return }
                let document = ranked[position]
                guard let jaccard = try self.jaccard(of: view, with: value, document) else { return }
                if let best, (best.jaccard, document) > (jaccard, best.document) { return }
                let record = try DocumentRecord(value, of: document)
                best = Match(document: document, jaccard: jaccard, cluster: record.cluster)
            } catch {
                failure = error
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
}
