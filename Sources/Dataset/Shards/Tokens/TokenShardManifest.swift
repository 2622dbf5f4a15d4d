/// What the folder's `NAME.manifest.json` says: the shards that are published, and what made them.
///
/// Deterministic: no times, no paths; the same shards always give the same bytes. Written by rename after each publication.
public struct TokenShardManifest: Codable, Equatable, Sendable {
    public struct File: Codable, Equatable, Sendable {
        public let name: String
        public let bytes: Int
        public let sha256: String
    }

    public struct Shard: Codable, Equatable, Sendable {
        public let number: Int
        public let documents: Int
        public let tokens: Int
        public let firstOrder: OrderKey?
        public let lastOrder: OrderKey?
        /// The data file, then the index where the format has one.
        public let files: [File]
    }

    public private(set) var manifest = "token-shards"
    public private(set) var version = 1
    public private(set) var settings: TokenShardSettings
    public private(set) var tokenType: TokenType
    public private(set) var documents = 0
    public private(set) var tokens = 0
    /// In the order of their numbers.
    public private(set) var shards: [Shard] = []

    init(settings: TokenShardSettings) {
        self.settings = settings
        tokenType = settings.tokenType
    }

    /// Largest manifest read back: some 400 bytes a shard.
    static let byteLimit = 1 << 28

    public static func read(folder: String, name: String) throws(ShardError) -> TokenShardManifest? {
        let folder = try LocalFolder(creating: folder)
        let file = name + ".manifest.json"
        guard let bytes = try folder.contents(file, limit: byteLimit) else { return nil }
        return try fromJSON(TokenShardManifest.self, bytes, what: folder.file(file))
    }

    /// Puts a shard in its place, over an entry of the same number.
    mutating func insert(_ shard: Shard) {
        shards.removeAll { $0.number == shard.number }
        let place = shards.firstIndex { $0.number > shard.number } ?? shards.endIndex
        shards.insert(shard, at: place)
        documents = shards.reduce(0) { $0 + $1.documents }
        tokens = shards.reduce(0) { $0 + $1.tokens }
    }
}
