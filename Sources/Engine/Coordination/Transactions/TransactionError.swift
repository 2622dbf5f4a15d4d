/// Why the transaction coordinator refused: Kafka's code, and a sentence for people.
public struct TransactionError: Error, Hashable, Sendable, CustomStringConvertible {
    public var code: KafkaErrorCode
    public var description: String

    public init(_ code: KafkaErrorCode, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What a request of this version is answered: before version `since` of its API, a fenced producer was told INVALID_PRODUCER_EPOCH.
    ///
    /// PRODUCER_FENCED is known since InitProducerId 4, AddPartitionsToTxn 2, AddOffsetsToTxn 2 and EndTxn 2.
    public func code(version: Int16, producerFencedSince since: Int16) -> KafkaErrorCode {
        code == .producerFenced && version < since ? .invalidProducerEpoch : code
    }
}

/// A producer as batches name it.
public struct ProducerIdentity: Hashable, Sendable {
    public var id: Int64
    public var epoch: Int16

    public init(id: Int64, epoch: Int16) {
        self.id = id
        self.epoch = epoch
    }

    /// The highest epoch that a client gets, so that one is always left to fence it with.
    public static let lastEpoch = Int16.max - 1
}
