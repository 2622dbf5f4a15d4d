import KafkaWire

/// Every request and response there is, in the order of the API keys.
enum AllMessages {
    static let types: [any WireMessage.Type] = [
        ProduceRequest.self, ProduceResponse.self,
        FetchRequest.self, FetchResponse.self,
        ListOffsetsRequest.self, ListOffsetsResponse.self,
        MetadataRequest.self, MetadataResponse.self,
        OffsetCommitRequest.self, OffsetCommitResponse.self,
        OffsetFetchRequest.self, OffsetFetchResponse.self,
        FindCoordinatorRequest.self, FindCoordinatorResponse.self,
        JoinGroupRequest.self, JoinGroupResponse.self,
        HeartbeatRequest.self, HeartbeatResponse.self,
        LeaveGroupRequest.self, LeaveGroupResponse.self,
        SyncGroupRequest.self, SyncGroupResponse.self,
        DescribeGroupsRequest.self, DescribeGroupsResponse.self,
        ListGroupsRequest.self, ListGroupsResponse.self,
        SaslHandshakeRequest.self, SaslHandshakeResponse.self,
        ApiVersionsRequest.self, ApiVersionsResponse.self,
        CreateTopicsRequest.self, CreateTopicsResponse.self,
        DeleteTopicsRequest.self, DeleteTopicsResponse.self,
        DeleteRecordsRequest.self, DeleteRecordsResponse.self,
        InitProducerIdRequest.self, InitProducerIdResponse.self,
        OffsetForLeaderEpochRequest.self, OffsetForLeaderEpochResponse.self,
        AddPartitionsToTxnRequest.self, AddPartitionsToTxnResponse.self,
        AddOffsetsToTxnRequest.self, AddOffsetsToTxnResponse.self,
        EndTxnRequest.self, EndTxnResponse.self,
        TxnOffsetCommitRequest.self, TxnOffsetCommitResponse.self,
        DescribeAclsRequest.self, DescribeAclsResponse.self,
        CreateAclsRequest.self, CreateAclsResponse.self,
        DeleteAclsRequest.self, DeleteAclsResponse.self,
        DescribeConfigsRequest.self, DescribeConfigsResponse.self,
        AlterConfigsRequest.self, AlterConfigsResponse.self,
        DescribeLogDirsRequest.self, DescribeLogDirsResponse.self,
        SaslAuthenticateRequest.self, SaslAuthenticateResponse.self,
        CreatePartitionsRequest.self, CreatePartitionsResponse.self,
        DeleteGroupsRequest.self, DeleteGroupsResponse.self,
        IncrementalAlterConfigsRequest.self, IncrementalAlterConfigsResponse.self,
        OffsetDeleteRequest.self, OffsetDeleteResponse.self,
        DescribeClientQuotasRequest.self, DescribeClientQuotasResponse.self,
        AlterClientQuotasRequest.self, AlterClientQuotasResponse.self,
        DescribeUserScramCredentialsRequest.self, DescribeUserScramCredentialsResponse.self,
        AlterUserScramCredentialsRequest.self, AlterUserScramCredentialsResponse.self,
        DescribeClusterRequest.self, DescribeClusterResponse.self,
        DescribeProducersRequest.self, DescribeProducersResponse.self,
        DescribeTransactionsRequest.self, DescribeTransactionsResponse.self,
        ListTransactionsRequest.self, ListTransactionsResponse.self,
        ConsumerGroupHeartbeatRequest.self, ConsumerGroupHeartbeatResponse.self,
        ConsumerGroupDescribeRequest.self, ConsumerGroupDescribeResponse.self,
        GetTelemetrySubscriptionsRequest.self, GetTelemetrySubscriptionsResponse.self,
        PushTelemetryRequest.self, PushTelemetryResponse.self,
        ListConfigResourcesRequest.self, ListConfigResourcesResponse.self,
        DescribeTopicPartitionsRequest.self, DescribeTopicPartitionsResponse.self,
    ]

    static let byName: [String: any WireMessage.Type] = Dictionary(uniqueKeysWithValues: types.map { ("\($0)", $0) })
}

extension WireMessage {
    /// Reads a body and writes it again.
    static func roundTrip(_ bytes: [UInt8], version: Int16) throws(WireError) -> [UInt8] {
        let message = try decode(bytes.span.bytes, version: version)
        return try message.encode(version: version, recordsIn: bytes.span.bytes)
    }
}
