import Deduplication
import Extraction
import Filtering
import Foundation
import ObjectStore
import Tokenization
import WebArchive

/// The stages' code on labelled data, in the form that checks read. One line of output at a time, without its line end.
public enum Evaluation {
    /// Every `ID.html` below a folder (in `html` where there is such a folder), by name.
    public static func extraction(pages folder: String, line: (String) throws -> Void) throws {
        let files = FileManager.default
        let base = files.fileExists(atPath: folder + "/html") ? folder + "/html" : folder
        guard let names = try? files.contentsOfDirectory(atPath: base) else { throw PipelineError("\(folder) is no folder of pages") }
        let pages = names.filter { $0.hasSuffix(".html") }.sorted()
        guard !pages.isEmpty else { throw PipelineError("\(base) holds no *.html") }
        let decoder = CharacterDecoder()
        let extractor = PageExtractor()
        for name in pages {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: base + "/" + name)))
            let text = try extractor.extract(html: decoder.decode(bytes).utf8, url: nil).text
            try line(JSONLine.object([("id", .text(String(name.dropLast(5)))), ("text", .text(text))]))
        }
    }

    public static func filters(texts path: String, line: (String) throws -> Void) throws {
        try LabelledTexts.forEach(path) { id, text in
            for verdict in ReferenceVerdict.verdicts(on: text) {
                var fields: [(String, JSONLine.Value)] = [
                    ("id", id), ("filter", .text(verdict.filter)), ("keep", .bool(verdict.keep)),
                    ("reason", verdict.reason.map { .text($0) } ?? .null),
                ]
                if let rewritten = verdict.text { fields.append(("text", .text(rewritten))) }
                fields.append(("measured", .object(verdict.measured.map { ($0.name, $0.value.map { .number($0) } ?? .null) })))
                try line(JSONLine.object(fields))
            }
        }
    }

    public static func dedup(texts path: String, line: (String) throws -> Void) throws {
        var maker = try SignatureMaker()
        let index = try NearDuplicateIndex(storage: InMemoryDuplicateStorage())
        var identifiers: [JSONLine.Value] = []
        try LabelledTexts.forEach(path) { id, text in
            let decision = try index.decide(document: UInt64(identifiers.count), signature: maker.signature(of: text))
            identifiers.append(id)
            var fields: [(String, JSONLine.Value)] = [("id", id)]
            switch decision {
            case .unique: fields += [("kept", .bool(true)), ("duplicate_of", .null), ("estimate", .null)]
            case .duplicate(let match):
                fields += [("kept", .bool(false)), ("duplicate_of", identifiers[Int(match.of)]), ("estimate", .number(match.jaccard))]
            }
            try line(JSONLine.object(fields))
        }
    }

    /// `names`: tokenizers, nil for all that are installed.
    public static func tokens(texts path: String, folder: String, names: [String]?, line: (String) throws -> Void) throws {
        let panel = try TokenizerPanel(folder: folder, names: names)
        guard !panel.tokenizers.isEmpty else { throw PipelineError("\(folder) holds no tokenizer; ops/setup installs GPT-2's") }
        var scratches: [TokenizerScratch] = []
        try LabelledTexts.forEach(path) { id, text in
            for (label, identifiers) in try panel.encode(text, scratches: &scratches) {
                try line(JSONLine.object([("id", id), ("tokenizer", .text(label)), ("ids", .numbers(identifiers))]))
            }
        }
    }

    /// Every archive below a folder, with the number of its records; `note` is told what was damaged.
    public static func archives(folder: String, line: (String) throws -> Void, note: (String) -> Void) throws {
        let files = FileManager.default
        guard let walk = files.enumerator(atPath: folder) else { throw PipelineError("\(folder) is no folder") }
        let endings = [".warc", ".arc", ".warc.gz", ".arc.gz", ".warc.zst", ".warc.lz4", ".wat.gz", ".wet.gz", ".gz.bad"]
        let names = walk.compactMap { $0 as? String }.filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
        guard !names.isEmpty else { throw PipelineError("\(folder) holds no archives") }
        for name in names {
            do {
                let reader = try ArchiveReader(try FileByteSource(path: folder + "/" + name))
                var count = 0
                while try reader.next() != nil { count += 1 }
                try line("\(name)\t\(count)")
                for damage in reader.damages { note("\(name): \(damage)") }
            } catch let error as ObjectStoreError {
                try line("\(name)\terror: \(error)")
            }
        }
    }
}
