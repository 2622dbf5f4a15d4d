import AccessControl
import Broker
import Coordination
import KafkaWire

/// Groups whose partitions the broker assigns (KIP-848).
struct ConsumerGroupHandler {
    let core: ServerCore

    func heartbeat(_ exchange: Exchange<ConsumerGroupHeartbeatRequest>) {
        let request = exchange.request
        guard core.permits(exchange.client, .read, .group, request.groupId) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.groupAuthorizationFailed.rawValue }
        }
        let hidden = (request.subscribedTopicNames ?? []).filter { !core.permits(exchange.client, .describe, .topic, $0) }
        guard hidden.isEmpty else { return exchange.answer { $0.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue } }
        let heartbeat = ConsumerHeartbeatRequest(
            group: request.groupId, memberID: request.memberId, memberEpoch: request.memberEpoch, instanceID: request.instanceId,
            rackID: request.rackId, rebalanceTimeoutMilliseconds: request.rebalanceTimeoutMilliseconds,
            subscribedTopics: request.subscribedTopicNames, subscribedPattern: request.subscribedTopicRegex,
            serverAssignor: request.serverAssignor, owned: request.topicPartitions.map(Self.sets), clientID: exchange.client.clientID,
            clientHost: "/" + exchange.client.address, version: exchange.version)
        core.groups.consumerHeartbeat(heartbeat) { result in
            exchange.answer { response in
                response.errorCode = result.error.rawValue
                response.errorMessage = result.errorMessage
                response.memberId = result.memberID
                response.memberEpoch = result.memberEpoch
                response.heartbeatIntervalMilliseconds = result.heartbeatIntervalMilliseconds
                response.assignment = result.assignment.map { sets in
                    ConsumerGroupHeartbeatResponse.Assignment { assignment in
                        assignment.topicPartitions = sets.sorted { $0.key < $1.key }.map { topic, partitions in
                            ConsumerGroupHeartbeatResponse.TopicPartitions {
                                $0.topicId = WireUUID(high: topic.high, low: topic.low)
                                $0.partitions = partitions.sorted()
                            }
                        }
                    }
                }
            }
        }
    }

    private static func sets(_ topics: [ConsumerGroupHeartbeatRequest.TopicPartitions]) -> PartitionSets {
        Dictionary(
            topics.map { (TopicID(high: $0.topicId.high, low: $0.topicId.low), Set($0.partitions)) }, uniquingKeysWith: { $0.union($1) })
    }

    func describe(_ exchange: Exchange<ConsumerGroupDescribeRequest>) {
        exchange.answer { response in
            response.groups = exchange.request.groupIds.map { group in
                ConsumerGroupDescribeResponse.Group { answer in
                    answer.groupId = group
                    guard core.permits(exchange.client, .describe, .group, group) else {
                        return answer.errorCode = KafkaErrorCode.groupAuthorizationFailed.rawValue
                    }
                    let described = core.groups.describeConsumerGroup(group)
                    answer.errorCode = described.error.rawValue
                    answer.errorMessage = described.errorMessage
                    answer.groupState = described.state
                    answer.groupEpoch = described.epoch
                    answer.assignmentEpoch = described.assignmentEpoch
                    answer.assignorName = described.assignor
                    answer.members = described.members.map(Self.member)
                    if exchange.request.includeAuthorizedOperations {
                        answer.authorizedOperations = core.operations(of: exchange.client, on: .group, group)
                    }
                }
            }
        }
    }

    private static func member(_ member: DescribedConsumerGroup.Member) -> ConsumerGroupDescribeResponse.Member {
        ConsumerGroupDescribeResponse.Member { answer in
            answer.memberId = member.memberID
            answer.instanceId = member.instanceID
            answer.rackId = member.rackID
            answer.memberEpoch = member.memberEpoch
            answer.clientId = member.clientID
            answer.clientHost = member.clientHost
            answer.subscribedTopicNames = member.subscribedTopics
            answer.subscribedTopicRegex = member.subscribedPattern
            answer.assignment = assignment(member.assignment)
            answer.targetAssignment = assignment(member.targetAssignment)
            answer.memberType = member.memberType
        }
    }

    private static func assignment(_ topics: [DescribedConsumerGroup.AssignedTopic]) -> ConsumerGroupDescribeResponse.Assignment {
        ConsumerGroupDescribeResponse.Assignment { assignment in
            assignment.topicPartitions = topics.map { topic in
                ConsumerGroupDescribeResponse.TopicPartitions {
                    $0.topicId = WireUUID(high: topic.id.high, low: topic.id.low)
                    $0.topicName = topic.name
                    $0.partitions = topic.partitions
                }
            }
        }
    }
}
