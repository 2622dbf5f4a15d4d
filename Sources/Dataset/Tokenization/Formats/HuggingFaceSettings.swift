/// What a tokenizer.json asks for beside its vocabulary, as far as it is built; anything else is refused by name.
struct HuggingFaceSettings {
    let pattern: SplitPattern
    let ignoresMerges: Bool
    let composes: Bool
    let addedTokens: [Tokenizer.NamedToken]
    /// Added tokens that are looked for after the normalizer.
    let normalizedTokens: [Tokenizer.NamedToken]

    init(_ settings: [String: JSONValue], model: [String: JSONValue], path: String) throws(TokenizerError) {
        try Self.check(model, path)
        composes = try Self.composes(settings["normalizer"] ?? .null, path)
        ignoresMerges = model["ignore_merges"]?.bool ?? false
        let expressions = try Self.expressions(settings["pre_tokenizer"] ?? .null, path)
        guard let pattern = SplitPattern(expressions: expressions) else {
            throw .unsupported(
                path: path,
                feature: "the split pattern " + expressions.map { String(reflecting: $0) }.joined(separator: ", then "))
        }
        self.pattern = pattern
        var first: [Tokenizer.NamedToken] = []
        var later: [Tokenizer.NamedToken] = []
        for token in settings["added_tokens"]?.array ?? [] {
            guard let text = token["content"].string, let identifier = token["id"].integer,
                0..<TokenTableBuilder.identifierLimit ~= identifier
            else { throw .damaged(path: path, offset: 0, reason: "an added token without content or with a wrong id") }
            for flag in ["single_word", "lstrip", "rstrip"] where token[flag].bool == true {
                throw .unsupported(path: path, feature: "\"\(flag)\" on the added token \"\(text)\"")
            }
            if token["normalized"].bool == true {
                guard !composes || !Array(text.utf8).withUnsafeBufferPointer(CanonicalComposition.mayChange) else {
                    throw .unsupported(path: path, feature: "the normalized added token \"\(text)\" beside NFC")
                }
                later.append((text, UInt32(identifier)))
            } else {
                first.append((text, UInt32(identifier)))
            }
        }
        addedTokens = first
        normalizedTokens = later
    }

    private static func check(_ model: [String: JSONValue], _ path: String) throws(TokenizerError) {
        // Older files leave the type out.
        let type = model["type"]?.string ?? "BPE"
        guard type == "BPE" else { throw .unsupported(path: path, feature: "a model of type \(type)") }
        for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
            let value = model[key] ?? .null
            guard value.isNull || value == .string("") else { throw .unsupported(path: path, feature: "\"\(key)\"") }
        }
        if model["byte_fallback"]?.bool == true {
            throw .unsupported(path: path, feature: "\"byte_fallback\"; take the SentencePiece tokenizer.model instead")
        }
    }

    /// Whether the normalizer is NFC; none and an empty Sequence are the only others.
    private static func composes(
        _ normalizer: JSONValue, _ path: String, depth: Int = 0
    ) throws(TokenizerError) -> Bool {
        if normalizer.isNull { return false }
        switch normalizer["type"].string ?? "without type" {
        case "NFC": return true
        case "Sequence" where depth < 4:
            var composes = false
            for part in normalizer["normalizers"].array ?? [] where try Self.composes(part, path, depth: depth + 1) {
                composes = true
            }
            return composes
        case let type: throw .unsupported(path: path, feature: "the normalizer \(type)")
        }
    }

    /// The regular expressions by which the text is split, each within the pieces of the one before.
    private static func expressions(_ preTokenizer: JSONValue, _ path: String) throws(TokenizerError) -> [String] {
        let parts =
            preTokenizer["type"].string == "Sequence" ? preTokenizer["pretokenizers"].array ?? [] : [preTokenizer]
        guard parts.last?["type"].string == "ByteLevel" else {
            throw .unsupported(path: path, feature: "a pre-tokenizer that does not end with ByteLevel")
        }
        var expressions: [String] = []
        for part in parts {
            switch part["type"].string ?? "without type" {
            case "Split": expressions.append(try expression(part, path))
            case "ByteLevel":
                if part["add_prefix_space"].bool ?? true {
                    throw .unsupported(path: path, feature: "\"add_prefix_space\"")
                }
                if part["use_regex"].bool ?? true { expressions.append(byteLevelExpression) }
            case let other: throw .unsupported(path: path, feature: "the pre-tokenizer \(other)")
            }
        }
        return expressions
    }

    private static func expression(_ split: JSONValue, _ path: String) throws(TokenizerError) -> String {
        guard let expression = split["pattern"]["Regex"].string else {
            throw .unsupported(path: path, feature: "a Split by a plain string")
        }
        let behavior = split["behavior"].string ?? "none"
        let isInverted = split["invert"].bool ?? false
        // Of a pattern that matches everything, removing what it does not match removes nothing.
        guard behavior == "Isolated" && !isInverted || behavior == "Removed" && isInverted && matchesAll(expression)
        else {
            throw .unsupported(
                path: path, feature: "a Split with behavior \(behavior)\(isInverted ? ", inverted" : "")")
        }
        return expression
    }

    private static func matchesAll(_ expression: String) -> Bool {
        SplitPattern(expressions: [expression]).map { $0 != .deepseek } ?? false
    }

    /// What ByteLevel splits by unless "use_regex" is false.
    private static let byteLevelExpression =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
}
