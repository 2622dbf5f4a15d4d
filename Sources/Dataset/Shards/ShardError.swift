/// What can go wrong when shards and lake files are written; every case names the file or the value and what to do about it.
public enum ShardError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operating system refused: which call, on which path, with which `errno`.
    case system(call: String, path: String, errorNumber: Int32)
    /// A setting that no file could satisfy.
    case badSetting(name: String, reason: String)
    /// A token id that the vocabulary, and so the integer type on disk, does not hold.
    case tokenOutOfRange(token: UInt32, vocabularySize: Int, document: String)
    /// More tokens in one document than a length field of 32 bits can say.
    case documentTooLong(document: String, tokens: Int)
    /// A file holds less than the committed state says: it was cut or lost after the commit.
    case fileLostBytes(path: String, expected: Int, found: Int)
    /// The folder and the committed state contradict each other.
    case folderDisagrees(path: String, reason: String)
    /// A state or manifest that cannot be read back.
    case unreadable(what: String, reason: String)
    /// An earlier failure (also a failed fsync, which is never retried) left this writer unusable: resume from the last state.
    case writerFailedBefore(path: String)
    /// A row's order key is not above its partition's last one.
    case outOfOrder(partition: String, previous: OrderKey, given: OrderKey)
    /// Arrow's Parquet library refused.
    case parquet(path: String, reason: String)

    public var description: String {
        switch self {
        case .system(let call, let path, let number):
            "\(call) failed on \(path): \(systemMessage(number)) (errno \(number)). Check space, rights and the disk, then resume."
        case .badSetting(let name, let reason): "setting \(name): \(reason)"
        case .tokenOutOfRange(let token, let size, let document):
            "document \(document): token \(token) is outside the vocabulary of \(size) entries. Is this the tokenizer of the settings?"
        case .documentTooLong(let document, let tokens):
            "document \(document): \(tokens) tokens do not fit the 32-bit length of the index. Split the document."
        case .fileLostBytes(let path, let expected, let found):
            "\(path) holds \(found) bytes and the committed state says \(expected). It was cut after the commit: build this output again."
        case .folderDisagrees(let path, let reason): "\(path): \(reason)"
        case .unreadable(let what, let reason): "cannot read \(what): \(reason)"
        case .writerFailedBefore(let path):
            "the writer of \(path) failed before and is closed to further work. Resume from the last committed state."
        case .outOfOrder(let partition, let previous, let given):
            "partition \(partition): order key \(given) does not follow \(previous). Rows must come in order, each once."
        case .parquet(let path, let reason): "\(path): \(reason)"
        }
    }
}
