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
/// A document's number in the index is its order key: the page's ordinal, or a digest of the key where it is more than that. State: the index (store "index"), and the document id of
/// each number (store "identifiers", key: number u64 big endian).
final class DedupStage: Processor {
    private let index: NearDuplicateIndex
    private let identifiers: any KeyValueStore

    init(settings: DeduplicationSettings, context: ProcessorContext) throws {
        index = try NearDuplicateIndex(settings, storage: StateDuplicateStorage(try context.store("index")))
        identifiers = try context.store("identifiers")
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        guard let value = record.value else { throw PipelineError("the record has no value, so no signature") }
        let signature = try Signature(serializedBytes: [UInt8](value))
        let number = Self.number(of: context.order)
        var verdict = DuplicateVerdict()
        verdict.id = signature.id
        let decision = try signature.signature.withUnsafeBytes { try index.decide(document: number, encoded: $0) }
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

    /// Above every ordinal for keys that are more than one, such as those of records that were put back: they come later.
    private static func number(of order: OrderKey) -> UInt64 {
        guard order.partition != 0 || order.offset != 0 else { return order.primary }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in order.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return hash ^ (hash >> 27) | 1 << 63
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
