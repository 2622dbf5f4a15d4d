/// Why the broker refused.
public struct BrokerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case unknownTopic, unknownPartition, topicExists, locked, invalidRequest, fenced, damaged, inputOutput
    }

    public var kind: Kind
    /// A sentence that names the input, the place and, where there is one, the fix.
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
