import Shards

/// Looks at what was published: the manifests of shards and lake.
public struct OutputSurvey {
    private let folder: String

    public init(folder: String) { self.folder = folder }

    public func complete(_ report: inout RunReport) throws {
        if let manifest = try TokenShardManifest.read(folder: folder + "/shards", name: "web") {
            report.shards = manifest.shards.flatMap { shard in
                shard.files.map { RunReport.Output(path: "shards/" + $0.name, bytes: $0.bytes, items: shard.tokens) }
            }
        }
        if let manifest = try LakeManifest.read(folder: folder + "/lake") {
            report.lake = manifest.files.map { .init(path: "lake/" + $0.path, bytes: $0.facts.bytes, items: $0.facts.rows) }
        }
        report.bytes = (report.shards + report.lake).reduce(0) { $0 + $1.bytes }
    }
}
