import CSentencePiece

/// A processor of the SentencePiece library, for the models that our own merging does not cover.
///
/// `@unchecked Sendable` holds because it is const after loading: encoding touches no state of it.
final class SentencePieceLibrary: @unchecked Sendable {
    private let processor: OpaquePointer
    private let path: String

    init(_ file: VocabularyFile) throws(TokenizerError) {
        var message = [CChar](repeating: 0, count: 512)
        let made = file.bytes.withUnsafeBytes { model in
            model.baseAddress.flatMap { leat_sentencepiece_load($0, model.count, &message, message.count) }
        }
        guard let made else {
            let end = message.firstIndex(of: 0) ?? message.count
            let reason = String(decoding: message[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw .sentencePiece(path: file.path, reason: reason)
        }
        processor = made
        path = file.path
    }

    deinit { leat_sentencepiece_free(processor) }

    func encode(_ text: UnsafeBufferPointer<UInt8>, into identifiers: inout [UInt32]) throws(TokenizerError) {
        guard let base = text.baseAddress, text.count > 0 else { return }
        var found: UnsafeMutablePointer<UInt32>?
        let count = base.withMemoryRebound(to: CChar.self, capacity: text.count) {
            leat_sentencepiece_encode(processor, $0, text.count, &found)
        }
        defer { leat_sentencepiece_free_ids(found) }
        guard count >= 0 else { throw .sentencePiece(path: path, reason: "it could not encode a text") }
        identifiers.append(contentsOf: UnsafeBufferPointer(start: found, count: Int(count)))
    }
}
