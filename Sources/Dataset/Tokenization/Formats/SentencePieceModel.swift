final class SentencePieceModel: Sendable {
    func encode(_ text: UnsafeBufferPointer<UInt8>, into identifiers: inout [UInt32], scratch: TokenizerScratch) throws(TokenizerError) {}
    func decode(_ identifier: UInt32, into bytes: inout [UInt8]) throws(TokenizerError) {}
}
extension Tokenizer {
    static func sentencePiece(name: String, _ file: VocabularyFile) throws(TokenizerError) -> Tokenizer {
        throw .unsupported(path: file.path, feature: "SentencePiece")
    }
}
