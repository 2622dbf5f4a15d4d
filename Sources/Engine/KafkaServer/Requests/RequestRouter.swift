import KafkaWire
import NIOCore

/// Decodes requests and hands each to its handler.
///
/// What is not a request of the protocol ends its connection: unknown keys and versions, lengths that do not fit, bytes left over.
final class RequestRouter: RequestExecutor {
    let core: ServerCore

    init(core: ServerCore) { self.core = core }

    func ended(_ client: ClientSession) { core.ended(client) }

    func sent(_ byteCount: Int) { core.counts.noteSent(byteCount) }

    func execute(_ frame: ByteBuffer, of client: ClientSession, reply: Reply) {
        core.counts.noteReceived(frame.readableBytes + 4)
        if client.expectsBareToken { return BareTokenHandler(core: core).handle(frame, client, reply) }
        do {
            let (header, start) = try frame.withUnsafeReadableBytes { (bytes) throws(WireError) in try RequestHeader.decode(bytes) }
            client.clientID = header.clientId ?? ""
            let row = core.counts.begin(header.apiKey)
            guard header.apiKey.versions.contains(header.apiVersion) else {
                guard header.apiKey == .apiVersions else {
                    throw WireRefusal("\(header.apiKey.name) version \(header.apiVersion) is not served")
                }
                return ApiVersionsHandler(core: core).refuseVersion(header, reply)
            }
            guard client.isReady || Self.beforeLogin.contains(header.apiKey) else {
                throw WireRefusal("\(header.apiKey.name) before the login")
            }
            let incoming = Incoming(
                header: header, frame: frame, start: start, client: client, reply: reply, meter: client.isReady ? core.meter(for: client) : nil, counts: row)
            guard let meter = incoming.meter else { return try route(incoming) }
            try meter.run { try route(incoming) }
        } catch {
            core.counts.noteRefused()
            client.note("\(error)")
            reply.close()
        }
    }

    private static let beforeLogin: Set<ApiKey> = [.apiVersions, .saslHandshake, .saslAuthenticate]

    /// One request, not decoded yet.
    struct Incoming {
        let header: RequestHeader
        let frame: ByteBuffer
        let start: Int
        let client: ClientSession
        let reply: Reply
        let meter: RequestMeter?
        let counts: RequestCounts.Row?

        func decode<Request: WireRequest>(_ type: Request.Type) throws(WireError) -> Exchange<Request> {
            let request = try frame.withUnsafeReadableBytes { (bytes) throws(WireError) in
                try Request.decode(bytes, from: start, version: header.apiVersion, takesTrailingBytes: true)
            }
            return Exchange(
                request: request, version: header.apiVersion, correlationID: header.correlationId, client: client.identity(for: header.apiKey),
                reply: reply, meter: meter, counts: counts)
        }
    }

    private func route(_ incoming: Incoming) throws {
        switch incoming.header.apiKey {
        case .produce: ProduceHandler(core: core).handle(try incoming.decode(ProduceRequest.self), frame: incoming.frame)
        case .fetch: FetchHandler(core: core).handle(try incoming.decode(FetchRequest.self))
        case .listOffsets: ListOffsetsHandler(core: core).handle(try incoming.decode(ListOffsetsRequest.self))
        case .metadata: MetadataHandler(core: core).handle(try incoming.decode(MetadataRequest.self))
        case .apiVersions: ApiVersionsHandler(core: core).handle(try incoming.decode(ApiVersionsRequest.self))
        case .findCoordinator: FindCoordinatorHandler(core: core).handle(try incoming.decode(FindCoordinatorRequest.self))
        case .saslHandshake: SaslHandler(core: core).handshake(try incoming.decode(SaslHandshakeRequest.self), incoming.client)
        case .saslAuthenticate: SaslHandler(core: core).authenticate(try incoming.decode(SaslAuthenticateRequest.self), incoming.client)
        default: try routeGroups(incoming)
        }
    }

    private func routeGroups(_ incoming: Incoming) throws {
        let groups = GroupHandler(core: core)
        let offsets = OffsetHandler(core: core)
        switch incoming.header.apiKey {
        case .joinGroup: groups.join(try incoming.decode(JoinGroupRequest.self))
        case .syncGroup: groups.sync(try incoming.decode(SyncGroupRequest.self))
        case .heartbeat: groups.heartbeat(try incoming.decode(KafkaWire.HeartbeatRequest.self))
        case .leaveGroup: groups.leave(try incoming.decode(LeaveGroupRequest.self))
        case .describeGroups: groups.describe(try incoming.decode(DescribeGroupsRequest.self))
        case .listGroups: groups.list(try incoming.decode(ListGroupsRequest.self))
        case .deleteGroups: groups.delete(try incoming.decode(DeleteGroupsRequest.self))
        case .consumerGroupHeartbeat:
            ConsumerGroupHandler(core: core).heartbeat(try incoming.decode(ConsumerGroupHeartbeatRequest.self))
        case .consumerGroupDescribe: ConsumerGroupHandler(core: core).describe(try incoming.decode(ConsumerGroupDescribeRequest.self))
        case .offsetCommit: offsets.commit(try incoming.decode(OffsetCommitRequest.self))
        case .offsetFetch: offsets.fetch(try incoming.decode(OffsetFetchRequest.self))
        case .offsetDelete: offsets.delete(try incoming.decode(OffsetDeleteRequest.self))
        default: try routeTransactions(incoming)
        }
    }

    private func routeTransactions(_ incoming: Incoming) throws {
        let transactions = TransactionHandler(core: core)
        defer { core.housekeeper.noteTransaction() }
        switch incoming.header.apiKey {
        case .initProducerId: transactions.initialize(try incoming.decode(InitProducerIdRequest.self))
        case .addPartitionsToTxn: transactions.addPartitions(try incoming.decode(AddPartitionsToTxnRequest.self))
        case .addOffsetsToTxn: transactions.addOffsets(try incoming.decode(AddOffsetsToTxnRequest.self))
        case .txnOffsetCommit: transactions.commitOffsets(try incoming.decode(TxnOffsetCommitRequest.self))
        case .endTxn: transactions.end(try incoming.decode(EndTxnRequest.self))
        case .describeTransactions: transactions.describe(try incoming.decode(DescribeTransactionsRequest.self))
        case .listTransactions: transactions.list(try incoming.decode(ListTransactionsRequest.self))
        case .describeProducers: transactions.describeProducers(try incoming.decode(DescribeProducersRequest.self))
        default: try routeAdministration(incoming)
        }
    }

    private func routeAdministration(_ incoming: Incoming) throws {
        let topics = TopicHandler(core: core)
        let settings = SettingsHandler(core: core)
        let cluster = ClusterHandler(core: core)
        switch incoming.header.apiKey {
        case .createTopics: topics.create(try incoming.decode(CreateTopicsRequest.self))
        case .deleteTopics: topics.delete(try incoming.decode(DeleteTopicsRequest.self))
        case .createPartitions: topics.createPartitions(try incoming.decode(CreatePartitionsRequest.self))
        case .deleteRecords: topics.deleteRecords(try incoming.decode(DeleteRecordsRequest.self))
        case .offsetForLeaderEpoch: topics.epochs(try incoming.decode(OffsetForLeaderEpochRequest.self))
        case .describeConfigs: settings.describe(try incoming.decode(DescribeConfigsRequest.self))
        case .alterConfigs: settings.replace(try incoming.decode(AlterConfigsRequest.self))
        case .incrementalAlterConfigs: settings.alter(try incoming.decode(IncrementalAlterConfigsRequest.self))
        case .listConfigResources: settings.list(try incoming.decode(ListConfigResourcesRequest.self))
        case .describeCluster: cluster.describe(try incoming.decode(DescribeClusterRequest.self))
        case .describeLogDirs: cluster.describeFolders(try incoming.decode(DescribeLogDirsRequest.self))
        case .describeTopicPartitions: cluster.describePartitions(try incoming.decode(DescribeTopicPartitionsRequest.self))
        default: try routeSecurity(incoming)
        }
    }

    private func routeSecurity(_ incoming: Incoming) throws {
        let security = SecurityHandler(core: core)
        switch incoming.header.apiKey {
        case .describeAcls: security.describeRules(try incoming.decode(DescribeAclsRequest.self))
        case .createAcls: security.createRules(try incoming.decode(CreateAclsRequest.self))
        case .deleteAcls: security.deleteRules(try incoming.decode(DeleteAclsRequest.self))
        case .describeClientQuotas: security.describeQuotas(try incoming.decode(DescribeClientQuotasRequest.self))
        case .alterClientQuotas: security.alterQuotas(try incoming.decode(AlterClientQuotasRequest.self))
        case .describeUserScramCredentials: security.describeUsers(try incoming.decode(DescribeUserScramCredentialsRequest.self))
        case .alterUserScramCredentials: security.alterUsers(try incoming.decode(AlterUserScramCredentialsRequest.self))
        default: throw WireRefusal("\(incoming.header.apiKey.name) is not served")
        }
    }
}

/// Why a request ends its connection.
struct WireRefusal: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
