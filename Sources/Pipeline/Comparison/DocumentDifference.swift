import Documents
import Records
import SwiftProtobuf

/// What differs between two values of one record.
enum DocumentDifference {
    /// The names of the fields that differ; empty where only the lineage's stamps do. `["value"]` for what is no document.
    static func fields(_ left: [UInt8]?, _ right: [UInt8]?) -> [String] {
        guard let left, let right, let first = document(left), let second = document(right) else { return ["value"] }
        var fields: [String] = []
        func compare(_ name: String, _ isSame: Bool) { if !isSame { fields.append(name) } }
        compare("id", first.id == second.id)
        compare("url", first.url == second.url)
        compare("text", first.text == second.text)
        compare("title", first.title == second.title)
        compare("author", first.author == second.author)
        compare("date", first.date == second.date)
        compare("language", first.language == second.language)
        compare("page", first.page == second.page)
        compare("signals", first.signals == second.signals)
        compare("cluster", first.cluster == second.cluster)
        compare("tokens", first.tokens == second.tokens)
        if fields.isEmpty, bare(first) != bare(second) { fields.append("other") }
        return fields
    }

    /// Without what says which build and configuration handled it.
    private static func bare(_ document: Document) -> Document {
        var document = document
        document.lineage.stages = []
        return document
    }

    static func document(_ value: [UInt8]?) -> Document? {
        guard let value, let document = try? Document(serializedBytes: value), !document.id.isEmpty else { return nil }
        return document
    }
}
