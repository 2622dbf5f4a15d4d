/// Why a change or a question about users, rules or quotas was refused: for the caller, with the fix.
public struct AccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of refusal it is; `kafkaCode` is its number in the Kafka protocol.
    public enum Kind: Sendable, Equatable {
        case invalidRequest, unsupportedVersion, unsupportedMechanism, unacceptableCredential, notFound, duplicate
        /// The store's file could not be read or written, or is damaged.
        case storage
    }

    public let kind: Kind
    public let message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }

    /// The error code of Kafka's protocol (`Errors`).
    public var kafkaCode: Int16 {
        switch kind {
        case .invalidRequest: 42
        case .unsupportedVersion: 35
        case .unsupportedMechanism: 33
        case .unacceptableCredential: 93
        case .notFound: 91
        case .duplicate: 92
        case .storage: 56
        }
    }
}
