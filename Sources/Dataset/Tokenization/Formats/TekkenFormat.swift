// tekken.json (Mistral): one JSON object.
//   "config": {"pattern": split pattern, "num_vocab_tokens": listed tokens, "default_vocab_size": ids in all, "default_num_special_tokens": ids before the tokens, "version": …}
//   "vocab": [{"rank": n, "token_bytes": base64, "token_str": string or null}, …] by rank; only the first default_vocab_size − default_num_special_tokens are used, id = rank + default_num_special_tokens.
//   "special_tokens" (newer files): [{"rank": id, "token_str": …, "is_control": true}, …].
// Source: mistral-common's tekken.py.

struct TekkenFormat {
    let table: TokenTable
    let pattern: String
    let specialTokens: [(text: String, identifier: UInt32)]
    let vocabularySize: Int

    init(_ file: VocabularyFile) throws(TokenizerError) {
        var scanner = JSONScanner(file.bytes.span)
        do throws(JSONScanner.Refusal) {
            var config = JSONValue.null
            var special = JSONValue.null
            var vocabularyStart: Int?
            var isFirst = true
            try scanner.expect(UInt8(ascii: "{"))
            while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirst) {
                let key = try scanner.readString()
                try scanner.expect(UInt8(ascii: ":"))
                switch key {
                case "config": config = try JSONValue.read(&scanner)
                case "special_tokens": special = try JSONValue.read(&scanner)
                case "vocab":
                    // Read when the settings are known: members may come in any order.
                    vocabularyStart = scanner.position
                    try scanner.skipValue()
                default: try scanner.skipValue()
                }
            }
            guard let pattern = config["pattern"].string, let size = config["default_vocab_size"].integer,
                let specialCount = config["default_num_special_tokens"].integer, let vocabularyStart,
                specialCount >= 0, size > specialCount, size <= TokenTableBuilder.identifierLimit
            else { throw .unexpected("a file without pattern, sizes or vocabulary") }
            self.pattern = pattern
            vocabularySize = size
            specialTokens = (special.array ?? []).compactMap { entry in
                guard let text = entry["token_str"].string, let rank = entry["rank"].integer, 0..<specialCount ~= rank
                else { return nil }
                return (text, UInt32(rank))
            }
            var tokens = JSONScanner(file.bytes.span, at: vocabularyStart)
            table = try Self.readTokens(&tokens, count: size - specialCount, offset: specialCount)
        } catch {
            throw file.refused(error, at: scanner.position)
        }
    }

    private static func readTokens(
        _ scanner: inout JSONScanner, count: Int, offset: Int
    ) throws(JSONScanner.Refusal) -> TokenTable {
        var builder = TokenTableBuilder()
        builder.reserve(tokens: count + offset)
        var text: [UInt8] = []
        var token: [UInt8] = []
        var isFirst = true
        try scanner.expect(UInt8(ascii: "["))
        while builder.count < count, try scanner.nextElement(until: UInt8(ascii: "]"), isFirst: &isFirst) {
            var rank: Int?
            var isFirstMember = true
            token.removeAll(keepingCapacity: true)
            try scanner.expect(UInt8(ascii: "{"))
            while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirstMember) {
                try scanner.readString(into: &text)
                try scanner.expect(UInt8(ascii: ":"))
                if text.elementsEqual("rank".utf8) {
                    rank = try scanner.readInteger()
                } else if text.elementsEqual("token_bytes".utf8) {
                    try scanner.readString(into: &text)
                    guard Base64.decode(text.span, 0..<text.count, into: &token) else { throw .unexpected("no base64") }
                } else {
                    try scanner.skipValue()
                }
            }
            guard let rank, 0..<count ~= rank else { throw .unexpected("a token without rank, or out of order") }
            do throws(TokenTableBuilder.Refusal) {
                try builder.add(token.span, identifier: rank + offset)
            } catch {
                throw .unexpected(error.rawValue)
            }
        }
        do throws(TokenTableBuilder.Refusal) {
            return try builder.freeze()
        } catch {
            throw .unexpected(error.rawValue)
        }
    }
}
