/// The file forms in which token shards can be written.
public enum TokenShardFormat: String, Codable, Sendable, CaseIterable {
    /// `.bin` and `.idx` as Megatron-LM's IndexedDataset reads them; one sequence and one document boundary per document.
    case megatron
    /// `.bin` alone, token ids back to back, as nanoGPT and llm.c map it: uint16, or uint32 for larger vocabularies.
    case plain
    /// `.tfrecord`: one `tf.train.Example` per document with `input_ids`, `document_id` and `source`.
    case tfrecord

    var dataExtension: String { self == .tfrecord ? "tfrecord" : "bin" }
    var hasIndex: Bool { self == .megatron }
}

/// The integer type of token ids on disk; little endian.
public enum TokenType: String, Codable, Sendable {
    case uint16, int32, uint32, int64

    /// uint16 where every id of the vocabulary fits with room for Megatron's own limit (65,500 entries), else what the format uses.
    init(vocabularySize: Int, format: TokenShardFormat) {
        switch format {
        case .tfrecord: self = .int64
        case .megatron: self = vocabularySize <= 65_500 ? .uint16 : .int32
        case .plain: self = vocabularySize <= 65_500 ? .uint16 : .uint32
        }
    }

    var byteCount: Int {
        switch self {
        case .uint16: 2
        case .int32, .uint32: 4
        case .int64: 8
        }
    }
}
