import Broker
import Coordination
import Documents
import Foundation
import LogClient
import Records
import SwiftProtobuf
import Testing

/// A data folder in which a small pipeline, which needs no models, has handled so many documents.
struct SmallLine {
    static let partitions: Int32 = 4
    private static let recipeText = """
        pipeline: small
        stages:
          - {stage: filter, from: docs.extracted, to: docs.filtered, filters: [{filter: gopher_quality, min_doc_words: 12, min_avg_word_length: 1, min_stop_words: 0, max_non_alpha_words_ratio: 0.1}]}
          - {stage: sign, from: docs.filtered, to: dedup.signatures}
          - {stage: dedup, from: dedup.signatures, to: dedup.verdicts}
          - {stage: unique, from: [docs.filtered, dedup.verdicts], to: docs.unique}
          - {stage: lake, from: docs.unique, to: lake}
        """
    static let topics = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("topics").path

    let leat: CommandLine
    var recipe: String { leat.folder + ".yaml" }
    /// Recipe and topics, for every command about the pipeline.
    var options: [String] { ["--pipeline", recipe, "--topics", Self.topics] }

    /// Nil, with a message, where the program is not built.
    init?(documents: Int, runs: Bool = true) throws {
        guard let leat = CommandLine() else { return nil }
        self.leat = leat
        try Data(Self.recipeText.utf8).write(to: URL(fileURLWithPath: leat.folder + ".yaml"))
        let broker = try Broker(folder: leat.folder)
        try broker.createTopic(.init(name: "docs.extracted", partitions: Self.partitions))
        let transaction = try broker.beginTransaction(id: "fill")
        for partition in 0..<Int(Self.partitions) {
            let builder = RecordBatchBuilder()
            for number in 0..<documents where number % Int(Self.partitions) == partition {
                try builder.append(
                    key: Array("id\(1_000 + number)".utf8), value: try Self.document(number).serializedBytes() as [UInt8],
                    headers: [Self.order(number + 1)], timestamp: Int64(1_000 * number + 1))
                // Several batches, so that a replay can be stopped between them.
                if number % 20 == partition { try transaction.append(builder, to: TopicPartition("docs.extracted", Int32(partition))) }
            }
            try builder.append(
                key: nil as [UInt8]?, value: nil, headers: [Self.order(documents, partition: .max), RecordHeader(key: "leat-mark", value: [1])], timestamp: 1)
            try transaction.append(builder, to: TopicPartition("docs.extracted", Int32(partition)))
        }
        try transaction.commit([])
        try broker.close()
        guard runs else { return }
        let ran = try leat.run(["run", "--quiet"] + options)
        #expect(ran.code == 0, "\(ran.errors)")
    }

    /// Every ninth is short, every tenth the same as the one before it.
    private static func document(_ number: Int) -> Document {
        let source = number % 10 == 9 ? number - 1 : number
        var document = Document()
        document.id = "id\(1_000 + number)"
        document.url = "https://small.example/\(number)"
        let count = number % 9 == 0 ? 8 : 60 + source % 50
        document.text = (0..<count).map { word(source &* 7_919 &+ $0 &* 104_729) }.joined(separator: " ")
        document.language.code = "en"
        return document
    }

    private static func word(_ number: Int) -> String {
        var (rest, text) = (number % 8_000 + 26, "")
        while rest > 0 {
            text.unicodeScalars.append(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26)))
            rest /= 26
        }
        return text + "en"
    }

    private static func order(_ primary: Int, partition: UInt32 = 0) -> RecordHeader {
        let bytes = withUnsafeBytes(of: UInt64(primary).bigEndian) { Array($0) } + withUnsafeBytes(of: partition.bigEndian) { Array($0) }
        return RecordHeader(key: "leat-order", value: bytes + [UInt8](repeating: 0, count: 8))
    }

    /// Keys, orders and values of a topic's records, by partition; marks left out.
    func contents(_ topic: String) throws -> [[String]] {
        let log = try SharedLog(folder: leat.folder)
        let count = try log.topics().first { $0.name == topic }?.partitions ?? 0
        return try (0..<count).map { number in
            var records: [String] = []
            try log.forEachRecord(in: TopicPartition(topic, number)) { record in
                let copy = record.copy()
                guard let value = copy.value else { return true }
                let order = copy.headers.last { $0.key == "leat-order" }?.value ?? []
                records.append([copy.key ?? [], order, value].map { Data($0).base64EncodedString() }.joined(separator: " "))
                return true
            }
            return records
        }
    }

    /// A folder's files by their paths in it.
    static func files(_ folder: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            files[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return files
    }

    func remove() {
        leat.remove()
        for path in [recipe, leat.folder + "-local"] { try? FileManager.default.removeItem(atPath: path) }
    }
}
