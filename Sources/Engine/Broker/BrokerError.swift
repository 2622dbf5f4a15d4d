public import Coordination

/// Why the broker refused.
public struct BrokerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case unknownTopic, unknownPartition, topicExists, locked, invalidRequest, fenced, damaged, inputOutput
        case invalidTopicName, invalidPartitions, invalidSetting
        /// Another rule of the protocol, by the code that Kafka has for it.
        case refused(KafkaErrorCode)
        /// A transaction's rule, by the code that Kafka has for it.
        case transaction(KafkaErrorCode)
    }

    public var kind: Kind
    /// A sentence that names the input, the place and, where there is one, the fix.
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// The code that says the same in a response.
    public var code: KafkaErrorCode {
        switch kind {
        case .unknownTopic, .unknownPartition: .unknownTopicOrPartition
        case .topicExists: .topicAlreadyExists
        case .invalidTopicName: .invalidTopicException
        case .invalidPartitions: .invalidPartitions
        case .invalidSetting: .invalidConfig
        case .invalidRequest, .locked: .invalidRequest
        case .fenced: .producerFenced
        case .damaged, .inputOutput: .kafkaStorageError
        case .transaction(let code), .refused(let code): code
        }
    }
}
