/// Why languages cannot be identified.
public enum LanguageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No file at this path.
    case modelMissing(path: String)
    /// The file is no fastText model for classification, or is damaged.
    case modelUnreadable(path: String, reason: String)
    /// The library failed on a text of this length (out of memory, most likely).
    case predictionFailed(textBytes: Int)

    public var description: String {
        switch self {
        case .modelMissing(let path):
            "language model not found at \(path): run ops/setup, which puts lid.176.ftz into .local/models, or set another path"
        case .modelUnreadable(let path, let reason):
            "language model at \(path) cannot be read (\(reason)): remove it and run ops/setup again"
        case .predictionFailed(let textBytes):
            "fastText failed on a text of \(textBytes) bytes; is memory short?"
        }
    }
}
