extension Tokenizer {
    static func huggingFace(name: String, _ file: VocabularyFile) throws(TokenizerError) -> Tokenizer {
        throw .unsupported(path: file.path, feature: "Hugging Face")
    }
}
