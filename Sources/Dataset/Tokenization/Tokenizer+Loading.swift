extension Tokenizer {
    /// Loads the tokenizer in the folder `name` of `folder`.
    public static func load(name: String, folder: String) throws(TokenizerError) -> Tokenizer {
        let path = folder + "/" + name
        guard !name.isEmpty, !name.contains("/"), VocabularyFile.isFolder(path) else {
            throw .notInstalled(name: name, folder: folder, installed: installed(in: folder))
        }
        return try load(path: path, name: name)
    }

    /// The names of the tokenizers in `folder`: its folders with a vocabulary file in them, sorted. Empty where there is no such folder.
    public static func installed(in folder: String) -> [String] {
        guard let names = try? VocabularyFile.names(in: folder) else { return [] }
        return names.filter {
            VocabularyFile.isFolder(folder + "/" + $0) && (try? source(at: folder + "/" + $0)) != nil
        }
    }

    /// Loads a vocabulary file, or the one in a folder; its form is told from its name and first bytes.
    ///
    /// A file in tiktoken form does not say how text is split. Its name does for cl100k_base, o200k_base, r50k_base and Llama 3's `tokenizer.model`, and the number of tokens tells GPT-2's two files; for others give `pattern`.
    public static func load(
        path: String, name: String? = nil, pattern: SplitPattern? = nil
    ) throws(TokenizerError) -> Tokenizer {
        let source = try source(at: path)
        let name = name ?? lastPart(of: path)
        switch source {
        case .gpt2(let encoder, let merges):
            return try gpt2(name: name, encoder: encoder, merges: merges, pattern: pattern)
        case .tiktoken(let file): return try tiktoken(name: name, try VocabularyFile(path: file), pattern: pattern)
        case .tekken(let file): return try tekken(name: name, try VocabularyFile(path: file))
        case .huggingFace(let file): return try huggingFace(name: name, try VocabularyFile(path: file))
        case .model(let path):
            let file = try VocabularyFile(path: path)
            if file.looksLikeTiktoken { return try tiktoken(name: name, file, pattern: pattern) }
            return try sentencePiece(name: name, file)
        }
    }

    /// A vocabulary on disk, by the names of its files.
    private enum Source {
        case gpt2(encoder: String, merges: String)
        case tiktoken(String)
        case tekken(String)
        case huggingFace(String)
        /// tokenizer.model: tiktoken form or SentencePiece.
        case model(String)
    }

    private static func source(at path: String) throws(TokenizerError) -> Source {
        guard VocabularyFile.isFolder(path) else {
            let file = lastPart(of: path)
            if let source = source(file: path, named: file) { return source }
            throw VocabularyFile.exists(path)
                ? .unsupported(path: path, feature: "a vocabulary file of this name")
                : .unreadable(path: path, reason: "no such file")
        }
        if let source = gpt2Source(path, "encoder.json", "vocab.bpe") { return source }
        // tokenizer.json after the others: it is often a copy of the model beside it, and larger.
        let names = try VocabularyFile.names(in: path)
        for name in names.sorted(by: { rank($0) < rank($1) }) {
            if let source = source(file: path + "/" + name, named: name) { return source }
        }
        // These last: beside a tokenizer.json they are only a part of it.
        if let source = gpt2Source(path, "vocab.json", "merges.txt") { return source }
        throw .unreadable(path: path, reason: "no vocabulary file in this folder")
    }

    private static func gpt2Source(_ folder: String, _ encoder: String, _ merges: String) -> Source? {
        let (encoder, merges) = (folder + "/" + encoder, folder + "/" + merges)
        return VocabularyFile.exists(encoder) && VocabularyFile.exists(merges)
            ? .gpt2(encoder: encoder, merges: merges) : nil
    }

    private static func rank(_ name: String) -> Int { name == "tokenizer.json" ? 1 : 0 }

    private static func source(file: String, named name: String) -> Source? {
        guard VocabularyFile.exists(file) else { return nil }
        if name.hasSuffix(".tiktoken") || name.hasSuffix(".tiktoken.gz") { return .tiktoken(file) }
        if name.hasPrefix("tekken") && name.hasSuffix(".json") { return .tekken(file) }
        if name.hasPrefix("tokenizer") && name.hasSuffix(".json") && !name.contains("config") {
            return .huggingFace(file)
        }
        // "tokenizer.model.v1", "…model.v3" too.
        if name.hasSuffix(".model") || name.contains(".model.v") { return .model(file) }
        return nil
    }

    private static func lastPart(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
