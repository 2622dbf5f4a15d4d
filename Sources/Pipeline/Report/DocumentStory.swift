import Coordination
import Documents
import FoundationEssentials
public import LogClient
import SwiftProtobuf
import WebArchive

/// What the topics hold about one page, in the order in which the stages wrote it.
public struct DocumentStory {
    public struct Event {
        public var topic: String
        public var partition: Int32
        public var offset: Int64
        /// The document's id, where it has one by then.
        public var id: String
        public var text: String

        /// One JSON object.
        public var json: String {
            JSONLine.object([
                ("topic", .text(topic)), ("partition", .integer(Int(partition))), ("offset", .integer(Int(offset))), ("id", .text(id)),
                ("event", .text(text)),
            ])
        }
    }

    public private(set) var events: [Event] = []

    /// Topics in the order of the line; others that hold documents (replays) come after them.
    private static let line = ["web.pages", "docs.extracted", "docs.filtered", "dedup.verdicts", "docs.unique", "docs.tokenized", "docs.rejected"]

    /// Reads the topics from their beginning: takes as long as reading them does.
    public init(of what: String, in log: SharedLog) throws {
        let partitions = Dictionary(uniqueKeysWithValues: try log.topics().map { ($0.name, $0.partitions) })
        let topics = partitions.keys.sorted()
        let replays = topics.filter { $0.hasPrefix("docs.") && !Self.line.contains($0) }.sorted()
        let deadLetters = topics.filter { $0.hasSuffix(".dlq") }.sorted()
        let isIdentifier = what.count >= 8 && what.count <= 32 && what.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        var wanted = Wanted(address: what, identifiers: isIdentifier ? [what] : [])
        for topic in Self.line + replays + deadLetters {
            for number in 0..<(partitions[topic] ?? 0) { try scan(TopicPartition(topic, number), log, &wanted) }
        }
    }

    private struct Wanted {
        var address: String
        /// Ids, or beginnings of them.
        var identifiers: Set<String>

        func holds(id: String) -> Bool { identifiers.contains { id.hasPrefix($0) } }
    }

    private mutating func scan(_ partition: TopicPartition, _ log: SharedLog, _ wanted: inout Wanted) throws {
        try log.forEachRecord(in: partition) { record in
            if let found = Self.event(of: record, in: partition.topic, &wanted) {
                events.append(
                    Event(
                        topic: partition.topic, partition: partition.partition, offset: record.offset, id: found.id, text: found.text))
            }
            return true
        }
    }

    private static func event(
        of record: borrowing FetchedRecord, in topic: String, _ wanted: inout Wanted
    ) -> (id: String, text: String)? {
        guard let value = record.value else { return nil }
        let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
        if topic == "web.pages" {
            guard key == wanted.address else { return nil }
            let page = WARCRecord.parse([UInt8](value))
            let size = page?.block.count ?? 0
            return ("", "ingested: \(page?.kind.rawValue ?? "record") of \(size) bytes, fetched \(page?.date ?? "at an unknown time")")
        }
        if topic == "dedup.verdicts" {
            guard wanted.holds(id: key), let verdict = try? DuplicateVerdict(serializedBytes: [UInt8](value)) else { return nil }
            return (key, describe(verdict))
        }
        if topic == "docs.rejected" || topic.hasSuffix(".rejected") {
            guard let rejection = try? Rejection(serializedBytes: [UInt8](value)) else { return nil }
            guard wanted.holds(id: rejection.document.id) || rejection.document.url == wanted.address else { return nil }
            wanted.identifiers.insert(rejection.document.id)
            return (rejection.document.id, describe(rejection))
        }
        if topic.hasSuffix(".dlq") {
            guard wanted.holds(id: key) || key == wanted.address else { return nil }
            return (key, "dead letter: " + (record.copy().header("leat-error") ?? "no error was noted"))
        }
        guard wanted.holds(id: key) || wanted.identifiers.isEmpty || topic == "docs.extracted" else { return nil }
        guard let document = try? Document(serializedBytes: [UInt8](value)) else { return nil }
        guard wanted.holds(id: document.id) || document.url == wanted.address else { return nil }
        wanted.identifiers.insert(document.id)
        return (document.id, describe(document, in: topic))
    }

    private static func describe(_ document: Document, in topic: String) -> String {
        switch topic {
        case "docs.extracted":
            let language = "\(document.language.code) (\(String(describing: (document.language.score * 1000).rounded() / 1000)))"
            return """
                extracted: \(document.text.unicodeScalars.count) characters, \(language), \(document.page.type), \(document.page.charset), \
                "\(document.title)", from \(document.lineage.archive) at byte \(document.lineage.offset)
                """
        case "docs.tokenized": return "tokenized: \(document.tokens.count) tokens of \(document.tokens.tokenizer); now in shards and lake"
        case "docs.unique": return "unique: passed on as the first of its kind"
        default: return "kept: \(document.text.unicodeScalars.count) characters went on to \(topic)"
        }
    }

    private static func describe(_ verdict: DuplicateVerdict) -> String {
        switch verdict.kind {
        case .exact: "verdict: the same text as \(verdict.duplicateOf)"
        case .near: "verdict: near-duplicate of \(verdict.duplicateOf), Jaccard \(verdict.jaccard)"
        default: "verdict: no earlier document is like it"
        }
    }

    private static func describe(_ rejection: Rejection) -> String {
        let detail = rejection.detail.isEmpty ? "" : " (\(rejection.detail))"
        return """
            REJECTED by \(rejection.stage): rule \(rejection.rule) of \(rejection.filter)\(detail), measured \(rejection.value), \
            threshold \(rejection.threshold)
            """
    }
}

extension DocumentStory.Event {
    /// One line for people.
    public var line: String { "\(topic)/\(partition)@\(offset)  \(id.prefix(12))  \(text)" }
}
