extension DuplicateVerifier {
    /// What ``NearDuplicateIndex/remove(document:)`` does; `source`: where the document is a candidate for others.
    func remove(_ document: UInt64, from source: inout some CandidateSource) throws -> DuplicateRemoval? {
        let known = try storage.withValue(.init(.document, document)) { value in
            try value.map { bytes in
                let record = try DocumentRecord(bytes, of: document)
                return (kind: record.kind, cluster: record.cluster, rest: [UInt8](record.rest))
            }
        }
        guard let known else { return nil }
        switch known.kind {
        case .copy:
            let original = known.rest.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
            try storage.delete(.init(.copy, original, document))
        case .text:
            try removeText(document, cluster: known.cluster, signature: known.rest, &source)
        }
        try storage.delete(.init(.document, document))
        return try leave(document, cluster: known.cluster)
    }

    /// The first copy, where there is one, takes over the text; otherwise the text leaves the index.
    private func removeText(_ document: UInt64, cluster: UInt64, signature: [UInt8], _ source: inout some CandidateSource) throws {
        let copies = try storage.numbers(prefix: .init(.copy, document))
        let heir = copies.first
        try signature.withUnsafeBytes { bytes in
            let view = try SignatureView(bytes, trusted: true)
            try source.replace(document, with: heir, view)
            let fingerprint = DuplicateIndexKey(view.fingerprint)
            guard let heir else { return try storage.delete(fingerprint) }
            try storage.put(fingerprint, heir)
            try storage.put(.init(.document, heir), DocumentRecord.encode(.text, cluster: cluster, bytes))
        }
        for copy in copies {
            try storage.delete(.init(.copy, document, copy))
            guard let heir, copy != heir else { continue }
            try storage.put(.init(.copy, heir, copy), [])
            try storage.put(.init(.document, copy), DocumentRecord.encode(copyOf: heir, cluster: cluster))
        }
    }

    private func leave(_ document: UInt64, cluster: UInt64) throws -> DuplicateRemoval {
        try storage.delete(.init(.member, cluster, document))
        guard try survivor(of: cluster) == document else { return DuplicateRemoval(wasSurvivor: false, promoted: nil) }
        // Members sort by number, and the dropped ones were all decided after the first.
        guard let next = try storage.numbers(prefix: .init(.member, cluster)).first else {
            try storage.delete(.init(.survivor, cluster))
            return DuplicateRemoval(wasSurvivor: true, promoted: nil)
        }
        try storage.put(.init(.survivor, cluster), next)
        return DuplicateRemoval(wasSurvivor: true, promoted: next)
    }
}
