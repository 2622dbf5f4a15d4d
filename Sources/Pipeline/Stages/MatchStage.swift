import Deduplication
import Documents
import FoundationEssentials
import LogClient
import StateStore
import Streams
import SwiftProtobuf

/// One matcher of several: reads all signatures in the one order, and says for each which earlier documents share a band of its group.
///
/// It emits a record for each signature, an empty one where there are none, so that the sequencer can tell "nothing found" from "not looked at". A signature
/// that cannot be read is the sequencer's to bury: here nothing is found for it. State: buckets and fingerprints (store "index"), and which
/// group of how many it is (store "division").
final class MatchStage: Processor {
    private let matcher: CandidateMatcher
    private let count: Int

    init(settings: DeduplicationSettings, group: BandGroup, context: ProcessorContext) throws {
        let storage = StateDuplicateStorage(try context.store("index"))
        count = group.count
        matcher = try CandidateMatcher(settings, group: group, storage: storage)
        let division = BandDivision(store: try context.store("division"), stage: context.task.stage)
        try division.claim("matcher \(group.number) of \(group.count)", isEmpty: true)
    }

    func process(_ record: borrowing FetchedRecord, _ context: ProcessorContext) throws -> Disposition {
        var message = DuplicateCandidates.none(matchers: count)
        if let found = try candidates(record.value.map { [UInt8]($0) } ?? [], DocumentNumber.of(context.order)) {
            message.document = found.map(\.document)
            message.sharedBands = found.map { UInt32($0.sharedBands) }
        } else {
            message.unread = true
        }
        context.emit(key: record.key.map { [UInt8]($0) }, value: try message.serializedBytes())
        return .passed
    }

    /// Nil where the signature cannot be read.
    private func candidates(_ value: [UInt8], _ number: UInt64) throws -> [DuplicateCandidate]? {
        guard let signature = try? Signature(serializedBytes: value) else { return nil }
        do {
            return try signature.signature.withUnsafeBytes { try matcher.match(document: number, encoded: $0) }
        } catch DeduplicationError.badSignature {
            return nil
        }
    }
}

extension DuplicateCandidates {
    /// As many as full buckets of all bands can name.
    static let limit = DeduplicationSettings.bandLimit * 32

    static func none(matchers: Int) -> DuplicateCandidates {
        var candidates = DuplicateCandidates()
        candidates.matchers = UInt32(matchers)
        return candidates
    }
}

/// The number that a document has in the index, and in what matchers say of it.
enum DocumentNumber {
    /// The order key's primary; above every ordinal for keys that are more than one, such as those of records that were put back: they come later.
    static func of(_ order: OrderKey) -> UInt64 {
        guard order.partition != 0 || order.offset != 0 else { return order.primary }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in order.bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return hash ^ (hash >> 27) | 1 << 63
    }
}

/// How the bands were divided when a task's state was begun: buckets of another division would be incomplete, and duplicates overlooked.
///
/// In a store of the stage's, under the key "bands"; nothing there where the state is that of the undivided stage.
struct BandDivision {
    private static let key = Array("bands".utf8)
    let store: any KeyValueStore
    let stage: String

    /// Throws where the state is of another division. `isEmpty`: the state may be without a note because there is nothing in it yet.
    func claim(_ division: String?, isEmpty: Bool) throws {
        let known = try store.get(Self.key).map { String(decoding: $0, as: UTF8.self) }
        guard known != division else { return }
        guard known == nil, isEmpty, let division else {
            throw EngineError(
                .refused,
                """
                stage \(stage): its state was made by \(known ?? "the stage without matchers"), and the recipe now asks for \(division ?? "none"). Set \
                dedup.matchers as it was, or begin anew: a new data folder, or `leat replay dedup..unique` with the new number
                """)
        }
        try store.put(Self.key, Array(division.utf8))
    }
}
