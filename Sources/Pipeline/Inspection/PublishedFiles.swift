import FoundationEssentials
import Shards
import StateStore
public import Streams

/// Shards and lake of a data folder, against the ledgers of the stages that write them.
public struct PublishedFiles: AuditedFiles {
    private let folder: String

    public init(dataFolder: String) { folder = dataFolder }

    public func statements(of stage: PipelineMap.Stage, _ ledger: Ledger) throws -> [AuditStatement] {
        guard let name = stage.folder else { return [] }
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else {
            return ledger.out == 0 ? [] : [.counted(expected: ledger.out, found: 0, "\(stage.name) passed \(ledger.out) documents, and there is no folder \(path)")]
        }
        let state = try writerState(stage)
        switch name {
        case "shards": return try shards(stage, ledger, path, state)
        case "lake": return try lake(stage, ledger, path, state)
        default: return [.note("\(stage.name): what it writes into \(path) is not known here")]
        }
    }

    /// The state that was committed with the ledger; nil where it cannot be read.
    private func writerState(_ stage: PipelineMap.Stage) throws -> [UInt8]? {
        let path = folder + "/state/\(stage.name)/0"
        guard FileManager.default.fileExists(atPath: path), let state = try? StateReader(folder: path) else { return nil }
        return try state.get(store: stage.name, key: Array("writer".utf8))
    }

    private func shards(_ stage: PipelineMap.Stage, _ ledger: Ledger, _ path: String, _ state: [UInt8]?) throws -> [AuditStatement] {
        guard let state else { return [.note("\(stage.name): its state cannot be read, so its open shard is not known and its files were not compared")] }
        let known = try TokenShardState(decoding: state)
        let manifest = try TokenShardManifest.read(folder: path, name: known.settings.name)
        let published = manifest?.shards ?? []
        // A sealed shard may be in the manifest already: the commit that says so comes after it.
        let sealed = known.sealed.filter { extent in !published.contains { $0.number == extent.number } }
        let documents = published.reduce(0) { $0 + $1.documents } + sealed.reduce(0) { $0 + $1.documents } + known.open.documents
        var statements: [AuditStatement] = [
            .counted(
                expected: ledger.out, found: documents,
                "\(stage.name) passed \(ledger.out) documents by its ledger, and manifest and open shard hold \(documents)")
        ]
        for file in published.flatMap(\.files) { statements += size(path + "/" + file.name, file.bytes) }
        return statements
    }

    private func lake(_ stage: PipelineMap.Stage, _ ledger: Ledger, _ path: String, _ state: [UInt8]?) throws -> [AuditStatement] {
        let manifest = try LakeManifest.read(folder: path)
        let published = manifest?.files ?? []
        var rows = manifest?.rows ?? 0
        if let state {
            let sealed = try LakeState(decoding: state).sealed.filter { file in !published.contains { $0.facts == file } }
            rows += sealed.reduce(0) { $0 + $1.rows }
        }
        var statements: [AuditStatement] = [
            .counted(
                expected: ledger.out, found: rows, "\(stage.name) passed \(ledger.out) documents by its ledger, and the files of the manifest hold \(rows) rows")
        ]
        for file in published { statements += size(path + "/" + file.path, file.facts.bytes) }
        return statements
    }

    private func size(_ path: String, _ expected: Int) -> [AuditStatement] {
        let found = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? -1
        if found == expected { return [] }
        return [.counted(expected: expected, found: found, "the manifest says that \(path) has \(expected) bytes, and it \(found < 0 ? "is not there" : "has \(found)")")]
    }
}
