/// What the lake's `_manifest.json` says: the files that are published. Deterministic; written by rename after each publication.
public struct LakeManifest: Codable, Equatable, Sendable {
    public struct File: Codable, Equatable, Sendable {
        public let path: String
        public let facts: LakeFile
    }

    public private(set) var manifest = "lake"
    public private(set) var version = 1
    public private(set) var signals: [String]
    public private(set) var metadata: [String: String]
    public private(set) var rows = 0
    public private(set) var bytes = 0
    /// By language, then by number.
    public private(set) var files: [File] = []

    static let byteLimit = 1 << 28

    init(signals: [String], metadata: [String: String]) {
        self.signals = signals
        self.metadata = metadata
    }

    public static func read(folder: String) throws(ShardError) -> LakeManifest? {
        let folder = try LocalFolder(creating: folder)
        guard let bytes = try folder.contents(LakeNames.manifest, limit: byteLimit) else { return nil }
        return try fromJSON(LakeManifest.self, bytes, what: folder.file(LakeNames.manifest))
    }

    /// Puts a file in its place, over an entry of the same path.
    mutating func insert(_ file: LakeFile) {
        let path = LakeNames.path(file.language, file.number)
        files.removeAll { $0.path == path }
        files.append(File(path: path, facts: file))
        files.sort { ($0.facts.language, $0.facts.number) < ($1.facts.language, $1.facts.number) }
        rows = files.reduce(0) { $0 + $1.facts.rows }
        bytes = files.reduce(0) { $0 + $1.facts.bytes }
    }
}
