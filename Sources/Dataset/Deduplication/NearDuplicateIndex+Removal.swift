extension NearDuplicateIndex {
    /// Takes a document out, for a take-down: out of buckets, fingerprints and its cluster. Where it had survived, the earliest of those
    /// that were dropped for it survives instead. `nil` where the index does not know the document.
    ///
    /// The work grows with the size of the cluster and the number of copies, not with the index.
    public func remove(document: UInt64) throws -> DuplicateRemoval? {
        let known = try withValue(.init(.document, document)) { value in
            try value.map { bytes in
                let record = try DocumentRecord(bytes, of: document)
                return (kind: record.kind, cluster: record.cluster, rest: [UInt8](record.rest))
            }
        }
        guard let known else { return nil }
        switch known.kind {
        case .copy:
            let original = known.rest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
            try delete(.init(.copy, original, document))
        case .text:
            try removeText(document, cluster: known.cluster, signature: known.rest)
        }
        try delete(.init(.document, document))
        return try leave(document, cluster: known.cluster)
    }

    /// The first copy, where there is one, takes over the text; otherwise the text leaves the index.
    private func removeText(_ document: UInt64, cluster: UInt64, signature: [UInt8]) throws {
        let copies = try numbers(prefix: .init(.copy, document))
        let heir = copies.first
        try signature.withUnsafeBytes { bytes in
            let view = try SignatureView(bytes, trusted: true)
            for band in 0..<view.bandCount {
                let key = DuplicateIndexKey(.bucket, view.bandKey(band))
                let bucket = try withValue(key) { stored in
                    stored.map { DuplicateBucket.replacing(document, with: heir, in: $0) } ?? []
                }
                if bucket.isEmpty { try delete(key) } else { try put(key, bucket) }
            }
            let fingerprint = DuplicateIndexKey(view.fingerprint)
            guard let heir else { return try delete(fingerprint) }
            try put(fingerprint, heir)
            try put(.init(.document, heir), DocumentRecord.encode(.text, cluster: cluster, bytes))
        }
        for copy in copies {
            try delete(.init(.copy, document, copy))
            guard let heir, copy != heir else { continue }
            try put(.init(.copy, heir, copy), [])
            try put(.init(.document, copy), DocumentRecord.encode(copyOf: heir, cluster: cluster))
        }
    }

    private func leave(_ document: UInt64, cluster: UInt64) throws -> DuplicateRemoval {
        try delete(.init(.member, cluster, document))
        guard try survivor(of: cluster) == document else { return DuplicateRemoval(wasSurvivor: false, promoted: nil) }
        // Members sort by number, and the dropped ones were all decided after the first.
        guard let next = try numbers(prefix: .init(.member, cluster)).first else {
            try delete(.init(.survivor, cluster))
            return DuplicateRemoval(wasSurvivor: true, promoted: nil)
        }
        try put(.init(.survivor, cluster), next)
        return DuplicateRemoval(wasSurvivor: true, promoted: next)
    }

    /// The last numbers of all keys that begin with `prefix`, in their order.
    private func numbers(prefix: DuplicateIndexKey) throws -> [UInt64] {
        var found: [UInt64] = []
        try prefix.withBytes { bytes in
            try storage.scan(prefix: bytes) { key in
                found.append(DuplicateIndexKey(key).last)
                return true
            }
        }
        return found
    }
}
