/// Why a tokenizer could not be loaded or a text not be encoded: names the file or input, the place and what to do.
public enum TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file or folder cannot be read.
    case unreadable(path: String, reason: String)
    /// No such tokenizer in the folder.
    case notInstalled(name: String, folder: String, installed: [String])
    /// The file is not what its format says, at this byte.
    case damaged(path: String, offset: Int, reason: String)
    /// The file is well-formed, but asks for something that is not built.
    case unsupported(path: String, feature: String)
    /// The text is longer than one call takes.
    case textTooLong(byteCount: Int, limit: Int)
    /// No token has this id.
    case unknownIdentifier(UInt32)
    /// The SentencePiece library refused.
    case sentencePiece(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason)"
        case .notInstalled(let name, let folder, let installed):
            "no tokenizer \"\(name)\" in \(folder); installed: "
                + (installed.isEmpty ? "none (run ops/setup)" : installed.joined(separator: ", "))
        case .damaged(let path, let offset, let reason):
            "\(path) is damaged at byte \(offset): \(reason); fetch it again"
        case .unsupported(let path, let feature):
            "\(path): not supported: \(feature)"
        case .textTooLong(let byteCount, let limit):
            "the text has \(byteCount) bytes, one call takes at most \(limit); split the document"
        case .unknownIdentifier(let identifier):
            "no token has the id \(identifier)"
        case .sentencePiece(let path, let reason):
            "\(path): SentencePiece: \(reason)"
        }
    }
}
