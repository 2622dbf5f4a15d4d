// tokenizer.json (Hugging Face tokenizers): one JSON object.
//   "added_tokens": [{"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"}, …]: found in the text before all else; those with "normalized" false first, the others in what these leave, after the normalizer.
//   "normalizer", "pre_tokenizer": null or {"type": …}; a Sequence has "normalizers" or "pretokenizers".
//   "model": {"type": "BPE", "vocab": {token: id, …}, "merges": ["left right" or ["left", "right"], …], "ignore_merges", "byte_fallback", …}; tokens in the byte-level alphabet.
//   "post_processor", "decoder", "truncation", "padding": they add begin and end tokens, decode, cut: nothing of it here.
// Source: the serialisations in huggingface/tokenizers, tokenizers/src.

struct HuggingFaceFormat {
    let vocabulary: Vocabulary
    let settings: HuggingFaceSettings

    init(_ file: VocabularyFile) throws(TokenizerError) {
        let layout = try Self.layout(file)
        settings = try HuggingFaceSettings(layout.settings, model: layout.model, path: file.path)
        guard let vocabularyStart = layout.vocabularyStart, let mergesStart = layout.mergesStart else {
            throw file.damaged(at: 0, "the model has no vocab or no merges")
        }
        var scanner = JSONScanner(file.bytes.span, at: vocabularyStart)
        var tokens = ByteLevelTokens()
        do throws(JSONScanner.Refusal) {
            try tokens.readVocabulary(&scanner)
        } catch {
            throw file.refused(error, at: scanner.position)
        }
        var merges = MergeList(table: try tokens.freeze(file))
        scanner = JSONScanner(file.bytes.span, at: mergesStart)
        do throws(JSONScanner.Refusal) {
            try Self.readMerges(&scanner, into: &merges)
        } catch {
            throw file.refused(error, at: scanner.position)
        }
        let read = Vocabulary(
            table: merges.table, rule: merges.rule, wholePieces: settings.ignoresMerges ? .always : .ifMergesAgree)
        guard let read else {
            throw .unsupported(path: file.path, feature: "a vocabulary that lacks some of the 256 bytes")
        }
        vocabulary = read
    }

    private struct Layout {
        var settings: [String: JSONValue] = [:]
        var model: [String: JSONValue] = [:]
        var vocabularyStart: Int?
        var mergesStart: Int?
    }

    /// One pass over the file: small members as trees, and where the large ones begin. Members may come in any order.
    private static func layout(_ file: VocabularyFile) throws(TokenizerError) -> Layout {
        var layout = Layout()
        var scanner = JSONScanner(file.bytes.span)
        do throws(JSONScanner.Refusal) {
            var isFirst = true
            try scanner.expect(UInt8(ascii: "{"))
            while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirst) {
                let key = try scanner.readString()
                try scanner.expect(UInt8(ascii: ":"))
                switch key {
                case "added_tokens", "normalizer", "pre_tokenizer": layout.settings[key] = try JSONValue.read(&scanner)
                case "model": try readModel(&scanner, into: &layout)
                default: try scanner.skipValue()
                }
            }
        } catch {
            throw file.refused(error, at: scanner.position)
        }
        return layout
    }

    private static func readModel(_ scanner: inout JSONScanner, into layout: inout Layout) throws(JSONScanner.Refusal) {
        var isFirst = true
        try scanner.expect(UInt8(ascii: "{"))
        while try scanner.nextElement(until: UInt8(ascii: "}"), isFirst: &isFirst) {
            let key = try scanner.readString()
            try scanner.expect(UInt8(ascii: ":"))
            switch key {
            case "vocab":
                layout.vocabularyStart = scanner.position
                try scanner.skipValue()
            case "merges":
                layout.mergesStart = scanner.position
                try scanner.skipValue()
            default: layout.model[key] = try JSONValue.read(&scanner)
            }
        }
    }

    private static func readMerges(
        _ scanner: inout JSONScanner, into merges: inout MergeList
    ) throws(JSONScanner.Refusal) {
        var left: [UInt8] = []
        var right: [UInt8] = []
        var isFirst = true
        try scanner.expect(UInt8(ascii: "["))
        while try scanner.nextElement(until: UInt8(ascii: "]"), isFirst: &isFirst) {
            let isKnown: Bool
            if try scanner.take(UInt8(ascii: "[")) {
                try scanner.readString(into: &left)
                try scanner.expect(UInt8(ascii: ","))
                try scanner.readString(into: &right)
                try scanner.expect(UInt8(ascii: "]"))
                isKnown = merges.add(left, 0..<left.count, right, 0..<right.count)
            } else {
                try scanner.readString(into: &left)
                isKnown = merges.add(left, 0..<left.count)
            }
            guard isKnown else { throw .unexpected("a merge that is not of two tokens into a third") }
        }
    }
}

extension Tokenizer {
    static func huggingFace(name: String, _ file: VocabularyFile) throws(TokenizerError) -> Tokenizer {
        let read = try HuggingFaceFormat(file)
        return try Tokenizer(
            name: name, files: [file.path], model: .pieces(read.vocabulary, read.settings.pattern),
            special: read.settings.addedTokens, later: read.settings.normalizedTokens,
            size: read.vocabulary.table.identifierLimit, recognisesByDefault: true,
            composes: read.settings.composes)
    }
}
