import KafkaWire

/// An answer that says, for itself or for its parts, what went wrong: what ``RequestCounts`` counts. Zeros are no errors.
protocol FailureCodes {
    var failureCodes: [Int16] { get }
}

extension ProduceResponse: FailureCodes {
    var failureCodes: [Int16] { topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension FetchResponse: FailureCodes {
    var failureCodes: [Int16] { [errorCode] + topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension ListOffsetsResponse: FailureCodes {
    var failureCodes: [Int16] { topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension MetadataResponse: FailureCodes {
    var failureCodes: [Int16] { [errorCode] + topics.map(\.errorCode) }
}

extension OffsetCommitResponse: FailureCodes {
    var failureCodes: [Int16] { topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension TxnOffsetCommitResponse: FailureCodes {
    var failureCodes: [Int16] { topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension AddPartitionsToTxnResponse: FailureCodes {
    var failureCodes: [Int16] { [errorCode] + topics.flatMap { $0.partitions.map(\.errorCode) } }
}

extension CreateTopicsResponse: FailureCodes {
    var failureCodes: [Int16] { topics.map(\.errorCode) }
}

extension AddOffsetsToTxnResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension ConsumerGroupHeartbeatResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension EndTxnResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension HeartbeatResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension InitProducerIdResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension JoinGroupResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension LeaveGroupResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension SaslAuthenticateResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension SaslHandshakeResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
extension SyncGroupResponse: FailureCodes { var failureCodes: [Int16] { [errorCode] } }
