import Coordination
import Documents
import Records
import SwiftProtobuf

/// What a record's value says, for people and for programs.
struct TailContent {
    var summary: String
    var json: JSONText
}

/// Decodes values by the topic that they lie in; a topic made by a replay (`docs.filtered.v2`) is decoded like its model.
enum TailDecoding {
    static func content(_ record: Record, topic: String) -> TailContent {
        guard let value = record.value else { return TailContent(summary: "(no value)", json: .null) }
        if topic.hasSuffix(".dlq") { return deadLetter(record, value) }
        do {
            return try decoded(record, value, topic) ?? plain(value)
        } catch {
            var content = plain(value)
            content.summary = "(not of this topic's schema: \(ByteText.oneLine("\(error)", limit: 100))) " + content.summary
            return content
        }
    }

    private static func decoded(_ record: Record, _ value: [UInt8], _ topic: String) throws -> TailContent? {
        switch topic {
        case "__consumer_offsets": return try position(record, value)
        case "__transaction_state": return try transaction(record, value)
        case let topic where isModel("web.pages", topic): return TailWebPage(value)?.content
        case let topic where isModel("docs.rejected", topic):
            let rejection = try Rejection(serializedBytes: value)
            return TailContent(summary: summary(rejection), json: try json(rejection))
        case let topic where isModel("dedup.verdicts", topic):
            let verdict = try DuplicateVerdict(serializedBytes: value)
            return TailContent(summary: summary(verdict), json: try json(verdict))
        case let topic where isModel("dedup.candidates", topic):
            let candidates = try DuplicateCandidates(serializedBytes: value)
            return TailContent(summary: summary(candidates), json: try json(candidates))
        case let topic where isModel("dedup.signatures", topic):
            let signature = try Signature(serializedBytes: value)
            return TailContent(summary: summary(signature), json: try json(signature))
        case let topic where isModel("ingest.archives", topic):
            let source = try ArchiveSource(serializedBytes: value)
            return TailContent(summary: summary(source), json: try json(source))
        case let topic where topic.hasPrefix("docs."):
            let document = try Document(serializedBytes: value)
            return TailContent(summary: summary(document), json: try json(document))
        default: return nil
        }
    }

    private static func isModel(_ model: String, _ topic: String) -> Bool { topic == model || topic.hasPrefix(model + ".") }

    private static func plain(_ value: [UInt8]) -> TailContent {
        TailContent(summary: ByteText.preview(value), json: ByteText.json(value))
    }

    private static func json(_ message: some SwiftProtobuf.Message) throws -> JSONText {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        return .raw(try message.jsonString(options: options))
    }

    private static func summary(_ document: Document) -> String {
        var parts = [ByteText.oneLine(document.url, limit: 200)]
        if document.hasLanguage { parts.append("[\(ByteText.oneLine(document.language.code, limit: 20)) \(rounded(document.language.score))]") }
        parts.append("\(ByteText.count(document.text.unicodeScalars.count)) characters")
        if document.hasTokens { parts.append("\(ByteText.count(document.tokens.count)) tokens") }
        parts.append("“\(ByteText.oneLine(document.title.isEmpty ? document.text : document.title, limit: 80))”")
        return parts.joined(separator: "  ")
    }

    private static func summary(_ rejection: Rejection) -> String {
        let detail = rejection.detail.isEmpty ? "" : " (\(ByteText.oneLine(rejection.detail, limit: 100)))"
        return "\(rejection.filter) \(rejection.rule): \(rounded(rejection.value)) against \(rounded(rejection.threshold))\(detail)  "
            + ByteText.oneLine(rejection.document.url, limit: 200)
    }

    private static func summary(_ verdict: DuplicateVerdict) -> String {
        switch verdict.kind {
        case .unique: "unique \(verdict.id)"
        case .exact: "exact duplicate \(verdict.id) of \(verdict.duplicateOf)"
        case .near: "near-duplicate \(verdict.id) of \(verdict.duplicateOf), Jaccard \(rounded(verdict.jaccard)), cluster \(verdict.cluster)"
        case .UNRECOGNIZED(let number): "verdict \(number) \(verdict.id)"
        }
    }

    private static func summary(_ candidates: DuplicateCandidates) -> String {
        guard !candidates.document.isEmpty else { return "no candidates" }
        let found = zip(candidates.document, candidates.sharedBands).prefix(8).map { "\($0) (\($1))" }.joined(separator: ", ")
        return "candidates by number, with shared bands: \(found)" + (candidates.document.count > 8 ? ", and \(candidates.document.count - 8) more" : "")
    }

    private static func summary(_ signature: Signature) -> String {
        // The format is above Deduplication/DocumentSignature: count of 5-grams u32 little-endian at 8, fingerprint at 16.
        let bytes = [UInt8](signature.signature)
        guard bytes.count >= 32, bytes[0] == 1 else { return "\(signature.id)  \(bytes.count) bytes" }
        let shingles = (8..<12).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        return "\(signature.id)  \(ByteText.count(shingles)) distinct 5-grams, fingerprint \(ByteText.hexadecimal(bytes[16..<32])), \(bytes.count) bytes"
    }

    private static func summary(_ source: ArchiveSource) -> String {
        var parts = [source.kind, ByteText.oneLine(source.location, limit: 300)]
        if !source.url.isEmpty { parts.append("as \(ByteText.oneLine(source.url, limit: 200))") }
        if source.bytes > 0 { parts.append(ByteText.size(Int64(clamping: source.bytes))) }
        if source.last { parts.append("(last)") }
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    static func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return String(value) }
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() ? String(Int64(rounded)) : String(rounded)
    }
}
