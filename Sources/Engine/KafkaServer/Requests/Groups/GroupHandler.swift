import AccessControl
import Broker
import Coordination
import KafkaWire

/// Groups of both protocols: requests in the coordinator's terms, its answers in the protocol's.
struct GroupHandler {
    let core: ServerCore

    private func refuses(_ client: ClientIdentity, _ operation: AclOperation, _ group: String) -> KafkaErrorCode? {
        core.permits(client, operation, .group, group) ? nil : .groupAuthorizationFailed
    }

    // MARK: Classic members

    func join(_ exchange: Exchange<JoinGroupRequest>) {
        let request = exchange.request
        if let refusal = refuses(exchange.client, .read, request.groupId) {
            return exchange.answer {
                $0.errorCode = refusal.rawValue
                $0.memberId = request.memberId
            }
        }
        let join = JoinRequest(
            group: request.groupId, memberID: request.memberId, instanceID: request.groupInstanceId,
            clientID: exchange.client.clientID, clientHost: "/" + exchange.client.address,
            sessionTimeoutMilliseconds: request.sessionTimeoutMilliseconds,
            rebalanceTimeoutMilliseconds: request.rebalanceTimeoutMilliseconds, protocolType: request.protocolType,
            protocols: request.protocols.map { GroupProtocol(name: $0.name, metadata: $0.metadata) }, version: exchange.version)
        core.groups.join(join) { result in
            exchange.answer { response in
                response.errorCode = result.error.rawValue
                response.generationId = result.generation
                response.protocolType = result.protocolType
                // Before version 7 the name cannot be null.
                response.protocolName = result.protocolName ?? (exchange.version < 7 ? "" : nil)
                response.leaderMemberId = result.leader
                response.skipAssignment = result.skipAssignment
                response.memberId = result.memberID
                response.members = result.members.map { member in
                    JoinGroupResponse.Member {
                        $0.memberId = member.memberID
                        $0.groupInstanceId = member.instanceID
                        $0.metadata = member.metadata
                    }
                }
            }
        }
    }

    func sync(_ exchange: Exchange<SyncGroupRequest>) {
        let request = exchange.request
        if let refusal = refuses(exchange.client, .read, request.groupId) { return exchange.answer { $0.errorCode = refusal.rawValue } }
        let sync = SyncRequest(
            group: request.groupId, memberID: request.memberId, instanceID: request.groupInstanceId, generation: request.generationId,
            protocolType: request.protocolType, protocolName: request.protocolName,
            assignments: Dictionary(request.assignments.map { ($0.memberId, $0.assignment) }, uniquingKeysWith: { $1 }))
        core.groups.sync(sync) { result in
            exchange.answer {
                $0.errorCode = result.error.rawValue
                $0.protocolType = result.protocolType
                $0.protocolName = result.protocolName
                $0.assignment = result.assignment
            }
        }
    }

    func heartbeat(_ exchange: Exchange<KafkaWire.HeartbeatRequest>) {
        let request = exchange.request
        if let refusal = refuses(exchange.client, .read, request.groupId) { return exchange.answer { $0.errorCode = refusal.rawValue } }
        let heartbeat = Coordination.HeartbeatRequest(
            group: request.groupId, memberID: request.memberId, instanceID: request.groupInstanceId, generation: request.generationId)
        core.groups.heartbeat(heartbeat) { code in exchange.answer { $0.errorCode = code.rawValue } }
    }

    func leave(_ exchange: Exchange<LeaveGroupRequest>) {
        let request = exchange.request
        if let refusal = refuses(exchange.client, .read, request.groupId) { return exchange.answer { $0.errorCode = refusal.rawValue } }
        let members =
            exchange.version >= 3
            ? request.members.map { MemberIdentity(memberID: $0.memberId, instanceID: $0.groupInstanceId) }
            : [MemberIdentity(memberID: request.memberId)]
        core.groups.leave(LeaveRequest(group: request.groupId, members: members)) { result in
            exchange.answer { response in
                response.errorCode = (exchange.version >= 3 ? result.error : result.errorBeforeVersion3).rawValue
                response.members = result.members.map { member in
                    LeaveGroupResponse.Member {
                        $0.memberId = member.identity.memberID
                        $0.groupInstanceId = member.identity.instanceID
                        $0.errorCode = member.error.rawValue
                    }
                }
            }
        }
    }

    // MARK: Looking and deleting

    func describe(_ exchange: Exchange<DescribeGroupsRequest>) {
        exchange.answer { response in
            response.groups = exchange.request.groups.map { group in
                DescribeGroupsResponse.Group { answer in
                    answer.groupId = group
                    if let refusal = refuses(exchange.client, .describe, group) { return answer.errorCode = refusal.rawValue }
                    let described = core.groups.describe(group, version: exchange.version)
                    answer.errorCode = described.error.rawValue
                    answer.errorMessage = described.errorMessage
                    answer.groupState = described.state
                    answer.protocolType = described.protocolType
                    answer.protocolData = described.protocolData
                    if exchange.request.includeAuthorizedOperations {
                        answer.authorizedOperations = core.operations(of: exchange.client, on: .group, group)
                    }
                    answer.members = described.members.map { member in
                        DescribeGroupsResponse.Member {
                            $0.memberId = member.memberID
                            $0.groupInstanceId = member.instanceID
                            $0.clientId = member.clientID
                            $0.clientHost = member.clientHost
                            $0.memberMetadata = member.metadata
                            $0.memberAssignment = member.assignment
                        }
                    }
                }
            }
        }
    }

    func list(_ exchange: Exchange<ListGroupsRequest>) {
        let groups = core.groups.list(states: Set(exchange.request.statesFilter), types: Set(exchange.request.typesFilter))
        let seesAll = core.permits(exchange.client, .describe, .cluster, ResourceType.clusterName)
        exchange.answer { response in
            response.groups = groups.filter { seesAll || core.permits(exchange.client, .describe, .group, $0.group) }.map { group in
                ListGroupsResponse.Group {
                    $0.groupId = group.group
                    $0.protocolType = group.protocolType
                    $0.groupState = group.state
                    $0.groupType = group.type
                }
            }
        }
    }

    func delete(_ exchange: Exchange<DeleteGroupsRequest>) {
        let names = exchange.request.groupNames
        let allowed = names.filter { refuses(exchange.client, .delete, $0) == nil }
        core.groups.delete(allowed) { codes in
            let byName = Dictionary(zip(allowed, codes), uniquingKeysWith: { first, _ in first })
            exchange.answer { response in
                response.results = names.map { name in
                    DeleteGroupsResponse.Group {
                        $0.groupId = name
                        $0.errorCode = (byName[name] ?? .groupAuthorizationFailed).rawValue
                    }
                }
            }
        }
    }
}
