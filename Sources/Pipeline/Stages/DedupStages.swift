import Deduplication
import Documents
import FoundationEssentials
import LogClient
import StateStore
import Streams
import SwiftProtobuf

/// Makes each document's signature: fingerprint, shingles and band keys. In parallel, one task a partition.
final class SignStage: Processor {
    private var maker: SignatureMaker

    init(settings: DeduplicationSettings) throws { maker = try SignatureMaker(settings) }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        let document = try Document(record)
        var signature = Signature()
        signature.id = document.id
        var text = document.text
        signature.signature = text.withUTF8 { SignatureBytes(maker.signature(of: UnsafeRawBufferPointer($0)).encode()) }.data
        context.emit(key: Array(document.id.utf8), value: try signature.serializedBytes())
        return .passed
    }
}

/// The sequencer: decides one document after another, in the one order, so that "the first survives" has one meaning.
///
/// It looks for candidates itself, or (with matchers) is told of them by every ``MatchStage``. State: the index (store "index"), and the document id of
/// each number (store "identifiers", key: number u64 big endian).
final class DedupStage: GatheringProcessor {
    private enum Decider {
        case whole(NearDuplicateIndex)
        case divided(DuplicateVerifier)
    }

    private let decider: Decider
    private let identifiers: any KeyValueStore
    private let gathered: GatheredCandidates

    init(settings: DeduplicationSettings, matchers: Int = 1, context: ProcessorContext) throws {
        let storage = StateDuplicateStorage(try context.store("index"))
        let verifier = try DuplicateVerifier(settings, storage: storage)
        decider = matchers == 1 ? .whole(try NearDuplicateIndex(settings, storage: storage)) : .divided(verifier)
        gathered = try GatheredCandidates(matchers: matchers)
        identifiers = try context.store("identifiers")
        let division = BandDivision(store: identifiers, stage: context.task.stage)
        try division.claim(matchers == 1 ? nil : "\(matchers) matchers", isEmpty: try verifier.isEmpty)
    }

    func gather(_ companion: borrowing FetchedRecord, from input: Int) throws { try gathered.add(companion, matcher: input - 1) }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        guard let value = record.value else { throw PipelineError("the record has no value, so no signature") }
        let signature = try Signature(serializedBytes: [UInt8](value))
        let number = DocumentNumber.of(context.order)
        var verdict = DuplicateVerdict()
        verdict.id = signature.id
        let decision = try signature.signature.withUnsafeBytes { try decide(number, $0, key: record.key.map { [UInt8]($0) } ?? []) }
        try identifiers.put(Self.key(number), Array(signature.id.utf8))
        switch decision {
        case .unique:
            verdict.kind = .unique
            verdict.cluster = signature.id
        case .duplicate(let match):
            verdict.kind = match.isSameText ? .exact : .near
            verdict.jaccard = match.jaccard
            verdict.duplicateOf = try identifier(match.of)
            verdict.cluster = try identifier(match.survivor)
            context.count(match.isSameText ? "exact" : "near", 1)
        }
        context.emit(key: Array(signature.id.utf8), value: try verdict.serializedBytes(), partition: context.inputPartition)
        return .passed
    }

    private func decide(_ number: UInt64, _ signature: UnsafeRawBufferPointer, key: [UInt8]) throws -> DuplicateDecision {
        switch decider {
        case .whole(let index): return try index.decide(document: number, encoded: signature)
        case .divided(let verifier):
            let candidates = try gathered.take(for: key) { try verifier.check(document: number, encoded: signature) }
            return try verifier.decide(document: number, encoded: signature, candidates: candidates)
        }
    }

    private func identifier(_ number: UInt64) throws -> String {
        guard let bytes = try identifiers.get(Self.key(number)) else {
            throw PipelineError("the index names document \(number), which has no identifier")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func key(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}

/// Joins documents with their verdicts: unique ones go on, duplicates are refused with the original and the exact Jaccard.
final class UniqueStage: JoiningProcessor {
    private let threshold: Double
    private let stamp: StageStamper

    init(threshold: Double, stamp: StageStamper) {
        self.threshold = threshold
        self.stamp = stamp
    }

    func process(
        _ record: borrowing FetchedRecord, with companion: borrowing FetchedRecord, _ context: ProcessorContext
    ) throws -> Disposition {
        var document = try Document(record)
        let verdict = try DuplicateVerdict(serializedBytes: companion.value.map { [UInt8]($0) } ?? [])
        guard verdict.id == document.id else {
            throw PipelineError("the verdict is of document \(verdict.id), and the document is \(document.id)")
        }
        document.cluster.id = verdict.cluster
        document.lineage.stages.append(stamp.stamp)
        let key = Array(document.id.utf8)
        guard verdict.kind != .unique else {
            context.emit(key: key, value: try document.serializedBytes())
            return .passed
        }
        var rejection = Rejection()
        rejection.stage = "dedup"
        rejection.filter = "dedup"
        rejection.rule = verdict.kind == .exact ? "exact_duplicate" : "near_duplicate"
        rejection.value = verdict.jaccard
        rejection.threshold = verdict.kind == .exact ? 1 : threshold
        rejection.detail = verdict.duplicateOf
        rejection.document = document
        context.reject(rule: rejection.rule, key: key, value: try rejection.serializedBytes())
        return .rejected
    }
}

/// The index's storage on the task's state.
final class StateDuplicateStorage: DuplicateIndexStorage {
    private let store: any KeyValueStore

    init(_ store: any KeyValueStore) { self.store = store }

    func withValues(
        ofPacked keys: UnsafeRawBufferPointer, keyLength: Int, _ body: (_ position: Int, _ value: UnsafeRawBufferPointer?) -> Void
    ) throws {
        guard keyLength > 0 else { return }
        try store.withValues(ofPacked: keys, keyLength: keyLength, body)
    }

    func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws { try store.put(key, value) }

    func delete(_ key: UnsafeRawBufferPointer) throws { try store.delete(key) }

    func scan(prefix: UnsafeRawBufferPointer, _ body: (_ key: UnsafeRawBufferPointer) -> Bool) throws {
        try store.scan(prefix: [UInt8](prefix)) { key, _ in body(key) }
    }
}
