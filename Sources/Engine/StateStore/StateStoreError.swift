/// What went wrong in a state store: which folder, while doing what, and why.
public struct StateStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// Another process (or another owner in this one) has the folder open.
        case locked
        /// The files contradict themselves or the layout is not ours. The folder may be deleted: the changelog rebuilds it.
        case corrupt
        /// The disk or the operating system refused.
        case io
        /// A key, value or name is larger than the store accepts.
        case tooLarge
        /// The calls came in an order that would lose or double a change.
        case misuse
    }

    public let folder: String
    public let operation: String
    public let kind: Kind
    public let reason: String

    public init(folder: String, operation: String, kind: Kind, reason: String) {
        self.folder = folder
        self.operation = operation
        self.kind = kind
        self.reason = reason
    }

    public var description: String {
        let remedy =
            switch kind {
            case .locked: " (is another process using this data folder? Stop it, then start again)"
            case .corrupt: " (delete the folder: the state is rebuilt from its changelog)"
            case .io: " (check free space and permissions)"
            case .tooLarge, .misuse: ""
            }
        return "state store \(folder): \(operation) failed: \(reason)\(remedy)"
    }
}
