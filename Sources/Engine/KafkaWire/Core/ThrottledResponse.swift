/// A response that says how long its client has to wait before the next request, because it is over a quota (KIP-219).
public protocol ThrottledResponse {
    /// 0 for not at all. Left out in versions that do not carry it.
    var throttleTimeMilliseconds: Int32 { get set }
}

extension AddOffsetsToTxnResponse: ThrottledResponse {}
extension AddPartitionsToTxnResponse: ThrottledResponse {}
extension AlterClientQuotasResponse: ThrottledResponse {}
extension AlterConfigsResponse: ThrottledResponse {}
extension AlterUserScramCredentialsResponse: ThrottledResponse {}
extension ApiVersionsResponse: ThrottledResponse {}
extension ConsumerGroupDescribeResponse: ThrottledResponse {}
extension ConsumerGroupHeartbeatResponse: ThrottledResponse {}
extension CreateAclsResponse: ThrottledResponse {}
extension CreatePartitionsResponse: ThrottledResponse {}
extension CreateTopicsResponse: ThrottledResponse {}
extension DeleteAclsResponse: ThrottledResponse {}
extension DeleteGroupsResponse: ThrottledResponse {}
extension DeleteRecordsResponse: ThrottledResponse {}
extension DeleteTopicsResponse: ThrottledResponse {}
extension DescribeAclsResponse: ThrottledResponse {}
extension DescribeClientQuotasResponse: ThrottledResponse {}
extension DescribeClusterResponse: ThrottledResponse {}
extension DescribeConfigsResponse: ThrottledResponse {}
extension DescribeGroupsResponse: ThrottledResponse {}
extension DescribeLogDirsResponse: ThrottledResponse {}
extension DescribeProducersResponse: ThrottledResponse {}
extension DescribeTopicPartitionsResponse: ThrottledResponse {}
extension DescribeTransactionsResponse: ThrottledResponse {}
extension DescribeUserScramCredentialsResponse: ThrottledResponse {}
extension EndTxnResponse: ThrottledResponse {}
extension FetchResponse: ThrottledResponse {}
extension FindCoordinatorResponse: ThrottledResponse {}
extension GetTelemetrySubscriptionsResponse: ThrottledResponse {}
extension HeartbeatResponse: ThrottledResponse {}
extension IncrementalAlterConfigsResponse: ThrottledResponse {}
extension InitProducerIdResponse: ThrottledResponse {}
extension JoinGroupResponse: ThrottledResponse {}
extension LeaveGroupResponse: ThrottledResponse {}
extension ListConfigResourcesResponse: ThrottledResponse {}
extension ListGroupsResponse: ThrottledResponse {}
extension ListOffsetsResponse: ThrottledResponse {}
extension ListTransactionsResponse: ThrottledResponse {}
extension MetadataResponse: ThrottledResponse {}
extension OffsetCommitResponse: ThrottledResponse {}
extension OffsetDeleteResponse: ThrottledResponse {}
extension OffsetFetchResponse: ThrottledResponse {}
extension OffsetForLeaderEpochResponse: ThrottledResponse {}
extension ProduceResponse: ThrottledResponse {}
extension PushTelemetryResponse: ThrottledResponse {}
extension SyncGroupResponse: ThrottledResponse {}
extension TxnOffsetCommitResponse: ThrottledResponse {}
