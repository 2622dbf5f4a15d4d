/// Why the log could not do as it was asked.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case unknownTopic, unknownPartition, offsetOutOfRange, corruptBatch, fenced, locked, invalidRequest, inputOutput, offline
        /// Another process runs under the same name (group.instance.id), and this one has to go.
        case replaced
        /// The brokers do not know us, or do not let us.
        case refused
    }

    public var kind: Kind
    /// A sentence that names the input, the place and, where there is one, the fix.
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
