/// Everything that decides the bytes of token shards, beside the tokens and their order.
public struct TokenShardSettings: Codable, Equatable, Sendable {
    /// First part of every file name: letters, digits, `.`, `_`, `-`; at most 100.
    public var name: String
    public var format: TokenShardFormat
    /// Entries of the vocabulary: every id is below it. Decides the integer type.
    public var vocabularySize: Int
    /// A shard closes after the document that brings it to this many tokens.
    public var tokensPerShard: Int
    /// Put before each document where given.
    public var beginningOfDocument: UInt32?
    /// Put after each document where given.
    public var endOfDocument: UInt32?
    /// Said in the manifest: which tokenizer made the ids, and the digest of its files.
    public var tokenizerName: String
    public var tokenizerDigest: String

    public init(
        name: String, format: TokenShardFormat = .megatron, vocabularySize: Int, tokensPerShard: Int = 100_000_000,
        beginningOfDocument: UInt32? = nil, endOfDocument: UInt32?, tokenizerName: String, tokenizerDigest: String
    ) {
        self.name = name
        self.format = format
        self.vocabularySize = vocabularySize
        self.tokensPerShard = tokensPerShard
        self.beginningOfDocument = beginningOfDocument
        self.endOfDocument = endOfDocument
        self.tokenizerName = tokenizerName
        self.tokenizerDigest = tokenizerDigest
    }

    public var tokenType: TokenType { TokenType(vocabularySize: vocabularySize, format: format) }

    func check() throws(ShardError) {
        guard isSafeName(name), name.utf8.count <= 100 else {
            throw .badSetting(name: "name", reason: "\(name) is no file name: 1 to 100 of letters, digits, '.', '_', '-', not beginning with '.'")
        }
        guard vocabularySize > 0, vocabularySize <= 1 << 31 else {
            throw .badSetting(name: "vocabularySize", reason: "\(vocabularySize) is not between 1 and 2^31")
        }
        guard tokensPerShard > 0, tokensPerShard <= 1 << 40 else {
            throw .badSetting(name: "tokensPerShard", reason: "\(tokensPerShard) is not between 1 and 2^40")
        }
        for (setting, token) in [("beginningOfDocument", beginningOfDocument), ("endOfDocument", endOfDocument)] {
            if let token, Int(token) >= vocabularySize {
                throw .badSetting(name: setting, reason: "token \(token) is outside the vocabulary of \(vocabularySize)")
            }
        }
    }
}

/// Whether text can be one part of a path and nothing else.
func isSafeName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: ".") else { return false }
    return text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}

/// A number with leading zeros to at least five digits, as file names carry it.
func fiveDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
}
