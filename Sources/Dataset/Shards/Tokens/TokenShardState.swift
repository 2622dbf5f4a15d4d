/// How far one shard has come: what its partial files hold.
public struct ShardExtent: Codable, Equatable, Sendable {
    public var number: Int
    /// Bytes of the data file.
    public var bytes = 0
    public var documents = 0
    /// Tokens written, with those put at the ends of documents.
    public var tokens = 0
    public var firstOrder: OrderKey?
    public var lastOrder: OrderKey?

    public init(number: Int) { self.number = number }
}

/// What a stream processor's commit records of a token shard writer: everything needed to go on as if nobody had killed it.
public struct TokenShardState: Codable, Equatable, Sendable {
    public let settings: TokenShardSettings
    /// The shard that takes the next document.
    public let open: ShardExtent
    /// Shards that are full and were not known to be published when the state was taken.
    public let sealed: [ShardExtent]

    public func encoded() throws(ShardError) -> [UInt8] { try jsonBytes(self, readable: false) }

    public init(decoding bytes: [UInt8]) throws(ShardError) {
        self = try fromJSON(TokenShardState.self, bytes, what: "the state of a token shard writer")
    }

    init(settings: TokenShardSettings, open: ShardExtent, sealed: [ShardExtent]) {
        self.settings = settings
        self.open = open
        self.sealed = sealed
    }
}
