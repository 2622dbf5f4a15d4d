/// A byte-pair vocabulary: its tokens, how parts merge, and when a piece that is a token is taken as it is.
final class Vocabulary: Sendable {
    enum WholePieces: Sendable {
        /// A piece that is a token is that token (tiktoken; Hugging Face with `ignore_merges`).
        case always
        /// Only if merging its bytes leads there; asked once for each token and remembered in the scratch.
        case ifMergesAgree
    }

    let table: TokenTable
    let rule: MergeRule
    let wholePieces: WholePieces
    /// The token of each single byte. Where parts begin as characters, the token that stands for a byte of a character that is no token.
    let byteTokens: FrozenBuffer<UInt32>
    /// What two neighbouring bytes become, by first * 256 + second: most of the look-ups of a merge are these.
    let bytePairs: FrozenBuffer<Merge>
    /// Parts begin as characters (SentencePiece), not as bytes.
    let beginsWithCharacters: Bool

    /// Parts begin as bytes. Nil where one of the 256 bytes has no token: then some text could not be encoded.
    init?(table: TokenTable, rule: MergeRule, wholePieces: WholePieces) {
        self.table = table
        self.rule = rule
        self.wholePieces = wholePieces
        let bytes = (0...255).map { byte in
            withUnsafePointer(to: UInt8(byte)) { table.identifier(of: $0, count: 1, readable: 1) }
        }
        guard !bytes.contains(TokenTable.absent) else { return nil }
        byteTokens = FrozenBuffer(bytes)
        bytePairs = Self.pairs(of: bytes, rule, table)
        beginsWithCharacters = false
    }

    /// Parts begin as characters; `ranks` by id, `fallback` by byte.
    init(table: TokenTable, ranks: FrozenBuffer<UInt32>, fallback: FrozenBuffer<UInt32>) {
        self.table = table
        rule = .rankedTokens(ranks)
        wholePieces = .ifMergesAgree
        byteTokens = fallback
        bytePairs = FrozenBuffer([])
        beginsWithCharacters = true
    }

    private static func pairs(of bytes: [UInt32], _ rule: MergeRule, _ table: TokenTable) -> FrozenBuffer<Merge> {
        var merges = [Merge](repeating: .none, count: 65536)
        for first in 0..<256 {
            for second in 0..<256 {
                merges[first * 256 + second] = withUnsafeBytes(of: UInt16(first | second << 8).littleEndian) { pair in
                    let start = pair.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
                    return rule.merge(bytes[first], bytes[second], start, 2, 2, table)
                }
            }
        }
        return FrozenBuffer(merges)
    }
}
