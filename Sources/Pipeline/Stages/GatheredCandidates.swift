import Deduplication
import Documents
import LogClient
import SwiftProtobuf

/// What the matchers have found for the signature that comes next.
///
/// Matchers that were run with other settings than the sequencer would make it overlook duplicates: that ends the stage, and no document is lost for it.
final class GatheredCandidates {
    private let matchers: Int
    private let empty: [UInt8]
    private var candidates: [DuplicateCandidate] = []
    /// Whom they were found for: a document's id, from each matcher.
    private var keys: [[UInt8]] = []
    /// A matcher that could not read the signature.
    private var blind: Int?

    init(matchers: Int) throws {
        self.matchers = matchers
        empty = try DuplicateCandidates.none(matchers: matchers).serializedBytes()
    }

    /// `matcher`: its number. The first begins anew.
    func add(_ companion: borrowing FetchedRecord, matcher: Int) throws {
        if matcher == 0 {
            candidates.removeAll(keepingCapacity: true)
            keys.removeAll(keepingCapacity: true)
            blind = nil
        }
        keys.append(companion.key.map { [UInt8]($0) } ?? [])
        guard let value = companion.value else { throw PipelineError("what matcher \(matcher) found has no value") }
        // As it is for most documents.
        guard !value.elementsEqual(empty) else { return }
        let found = try DuplicateCandidates(serializedBytes: [UInt8](value))
        guard found.matchers == matchers else {
            throw EngineError(
                .refused,
                "matcher \(matcher) has divided the bands among \(found.matchers), and this stage counts on \(matchers): run all of them with the same dedup.matchers")
        }
        guard found.document.count == found.sharedBands.count, found.document.count <= DuplicateCandidates.limit else {
            throw PipelineError("matcher \(matcher) names \(found.document.count) candidates with \(found.sharedBands.count) counts of bands")
        }
        if found.unread { blind = matcher }
        for (document, bands) in zip(found.document, found.sharedBands) {
            candidates.append(DuplicateCandidate(document: document, sharedBands: Int(bands)))
        }
    }

    /// The candidates for the document with this id. `check` throws where the signature cannot be read here either.
    func take(for key: [UInt8], check: () throws -> Void) throws -> [DuplicateCandidate] {
        if let other = keys.first(where: { $0 != key }) {
            let names = (String(decoding: other, as: UTF8.self), String(decoding: key, as: UTF8.self))
            throw PipelineError("a matcher's candidates are of document \(names.0), and the signature is of \(names.1)")
        }
        if let blind {
            try check()
            throw EngineError(
                .refused, "matcher \(blind) could not read a signature that this stage can: run it with the same settings of dedup (bands, rows, seed)")
        }
        return candidates
    }
}
