import AccessControl
import Broker
import Coordination
import KafkaWire

/// Metadata: the one node, and topics by name, by identifier, or all of them.
struct MetadataHandler {
    let core: ServerCore

    func handle(_ exchange: Exchange<MetadataRequest>) {
        let request = exchange.request
        // Version 0 has no null: an empty list asks for everything.
        guard let asked = request.topics, !(exchange.version == 0 && asked.isEmpty) else {
            let topics = core.broker.allTopics.filter { core.permits(exchange.client, .describe, .topic, $0.name) }
            return answer(exchange, topics.map { describe($0, exchange) })
        }
        // By identifier the name is null, or empty as Java's clients send it.
        let missing = asked.filter { $0.topicId == .zero }.compactMap(\.name).filter { core.broker.lookUp($0) == nil }
        let creates = !missing.isEmpty && core.createsTopics && (exchange.version < 4 || request.allowAutoTopicCreation)
        guard creates else { return answer(exchange, asked.map { describe($0, exchange) }) }
        exchange.work(core) {
            let wait = core.createAutomatically(missing, for: exchange.client)
            answer(exchange, asked.map { describe($0, exchange) }, wait)
        }
    }

    private func answer(_ exchange: Exchange<MetadataRequest>, _ topics: [MetadataResponse.Topic], _ wait: Int64 = 0) {
        exchange.answerThrottled { response in
            response.brokers = [core.node(for: exchange.client)]
            response.clusterId = core.broker.clusterIdentifier
            response.controllerId = ServerCore.nodeID
            response.topics = topics
            if exchange.request.includeClusterAuthorizedOperations {
                response.clusterAuthorizedOperations = core.operations(of: exchange.client, on: .cluster, "kafka-cluster")
            }
            return wait
        }
    }

    private func describe(_ asked: MetadataRequest.Topic, _ exchange: Exchange<MetadataRequest>) -> MetadataResponse.Topic {
        if asked.topicId == .zero, let name = asked.name {
            guard core.permits(exchange.client, .describe, .topic, name) else { return failure(.topicAuthorizationFailed, name, asked) }
            guard TopicDeclaration.isValidName(name) else { return failure(.invalidTopicException, name, asked) }
            guard let topic = core.broker.lookUp(name) else { return failure(.unknownTopicOrPartition, name, asked) }
            return describe(topic, exchange)
        }
        guard let topic = core.broker.lookUp(asked.topicId.identifier), core.permits(exchange.client, .describe, .topic, topic.name) else {
            return failure(.unknownTopicID, nil, asked)
        }
        return describe(topic, exchange)
    }

    private func failure(_ code: KafkaErrorCode, _ name: String?, _ asked: MetadataRequest.Topic) -> MetadataResponse.Topic {
        MetadataResponse.Topic {
            $0.errorCode = code.rawValue
            $0.name = name
            $0.topicId = asked.topicId
        }
    }

    private func describe(_ topic: Topic, _ exchange: Exchange<MetadataRequest>) -> MetadataResponse.Topic {
        MetadataResponse.Topic { answer in
            answer.name = topic.name
            answer.topicId = WireUUID(topic.identifier)
            answer.isInternal = topic.isInternal
            answer.partitions = topic.partitions.indices.map { index in
                MetadataResponse.Partition {
                    $0.partitionIndex = Int32(index)
                    $0.leaderId = ServerCore.nodeID
                    $0.leaderEpoch = ServerCore.leaderEpoch
                    $0.replicaNodes = [ServerCore.nodeID]
                    $0.inSyncReplicaNodes = [ServerCore.nodeID]
                }
            }
            if exchange.request.includeTopicAuthorizedOperations {
                answer.topicAuthorizedOperations = core.operations(of: exchange.client, on: .topic, topic.name)
            }
        }
    }
}
