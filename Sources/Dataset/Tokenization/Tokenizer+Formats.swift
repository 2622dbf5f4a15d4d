extension Tokenizer {
    typealias NamedToken = (text: String, identifier: UInt32)

    static func gpt2(
        name: String, encoder: String, merges: String, pattern: SplitPattern?
    ) throws(TokenizerError) -> Tokenizer {
        let vocabulary = try Vocabulary.readGPT2(
            encoder: VocabularyFile(path: encoder), merges: VocabularyFile(path: merges))
        // Others have taken over the form of the files, not the pattern.
        guard pattern != nil || vocabulary.table.identifierLimit == 50_257 else {
            throw .unsupported(
                path: encoder,
                feature: "a vocabulary in GPT-2's form that is not GPT-2's, without a split pattern; give the pattern")
        }
        // encoder.json lists <|endoftext|> as a token like any other; text never merges into it.
        let special = KnownSpecialTokens.endsOfDocument.compactMap { text -> NamedToken? in
            vocabulary.identifier(of: text).map { (text, $0) }
        }
        return try Tokenizer(
            name: name, files: [encoder, merges], model: .pieces(vocabulary, pattern ?? .gpt2), special: special,
            size: vocabulary.table.identifierLimit)
    }

    static func tiktoken(
        name: String, _ compressed: VocabularyFile, pattern given: SplitPattern?
    ) throws(TokenizerError) -> Tokenizer {
        let file = try compressed.inflatedIfGzip()
        let table = try file.readTiktoken()
        guard let vocabulary = Vocabulary(table: table, rule: .tokens, wholePieces: .always) else {
            throw .unsupported(path: file.path, feature: "a vocabulary that lacks some of the 256 bytes")
        }
        let fileName = file.path.split(separator: "/").last.map(String.init) ?? ""
        let pattern: SplitPattern
        let special: [NamedToken]
        if fileName.hasPrefix("cl100k_base") {
            (pattern, special) = (.cl100k, KnownSpecialTokens.cl100k)
        } else if fileName.hasPrefix("o200k_base") {
            (pattern, special) = (.o200k, KnownSpecialTokens.o200k)
        } else if fileName.hasPrefix("r50k_base") {
            (pattern, special) = (.gpt2, KnownSpecialTokens.gpt2)
        } else if fileName == "tokenizer.model" && table.identifierLimit == 128_000 {
            (pattern, special) = (.llama3, KnownSpecialTokens.llama3(from: 128_000))
        } else if let given {
            (pattern, special) = (given, [])
        } else {
            throw .unsupported(
                path: file.path,
                feature:
                    "a tiktoken file of this name without a split pattern (known by name: cl100k_base, o200k_base, "
                    + "r50k_base, Llama 3's tokenizer.model); give the pattern")
        }
        return try Tokenizer(
            name: name, files: [file.path], model: .pieces(vocabulary, given ?? pattern), special: special,
            size: table.identifierLimit)
    }

    static func tekken(name: String, _ file: VocabularyFile) throws(TokenizerError) -> Tokenizer {
        let read = try TekkenFormat(file)
        guard let pattern = SplitPattern(expressions: [read.pattern]) else {
            throw .unsupported(path: file.path, feature: "the split pattern \(read.pattern)")
        }
        guard let vocabulary = Vocabulary(table: read.table, rule: .tokens, wholePieces: .always) else {
            throw .unsupported(path: file.path, feature: "a vocabulary that lacks some of the 256 bytes")
        }
        // Older files do not list them: <unk>, <s> and </s> are the first three (mistral-common's tekken.py).
        let special = read.specialTokens.isEmpty ? [("<unk>", 0), ("<s>", 1), ("</s>", 2)] : read.specialTokens
        return try Tokenizer(
            name: name, files: [file.path], model: .pieces(vocabulary, pattern), special: special,
            size: read.vocabularySize)
    }

    init(
        name: String, files: [String], model: Model, special: [NamedToken], later: [NamedToken] = [], size: Int,
        recognisesByDefault: Bool = false, composes: Bool = false
    ) throws(TokenizerError) {
        self.name = name
        self.files = files
        self.model = model
        self.recognisesByDefault = recognisesByDefault
        self.composes = composes
        specialTokens = try Self.matcher(special, files)
        laterTokens = try Self.matcher(later, files)
        let named = special + later
        vocabularySize = max(size, (named.map { Int($0.identifier) + 1 }).max() ?? 0)
        endOfDocument =
            KnownSpecialTokens.endsOfDocument.lazy.compactMap { text in
                named.first { $0.text == text }?.identifier
            }.first
    }

    private static func matcher(_ tokens: [NamedToken], _ files: [String]) throws(TokenizerError) -> SpecialTokenMatcher
    {
        var matcher = SpecialTokenMatcher()
        for (text, identifier) in tokens where !matcher.add(Array(text.utf8), identifier: identifier) {
            throw .unsupported(
                path: files.first ?? "", feature: "the special token \"\(text)\": empty, too long or one too many")
        }
        return matcher
    }
}

extension Vocabulary {
    /// The id of the token that reads so, if there is one.
    func identifier(of text: String) -> UInt32? {
        let bytes = Array(text.utf8)
        let identifier = bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { table.identifier(of: $0, count: bytes.count, readable: bytes.count) }
        }
        return identifier == TokenTable.absent ? nil : identifier
    }
}
