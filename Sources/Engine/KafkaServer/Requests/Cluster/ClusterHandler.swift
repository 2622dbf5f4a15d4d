import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage
import SystemIO

/// What the cluster, its disk and its topics look like.
struct ClusterHandler {
    let core: ServerCore

    func describe(_ exchange: Exchange<DescribeClusterRequest>) {
        let node = core.node(for: exchange.client)
        exchange.answer { response in
            guard exchange.request.endpointType == 1 else {
                response.errorCode = KafkaErrorCode.unsupportedEndpointType.rawValue
                response.errorMessage = "this node answers for brokers (type 1) alone"
                response.endpointType = exchange.request.endpointType
                return
            }
            response.clusterId = core.broker.clusterIdentifier
            response.controllerId = ServerCore.nodeID
            response.brokers = [
                DescribeClusterResponse.Broker {
                    $0.brokerId = node.nodeId
                    $0.host = node.host
                    $0.port = node.port
                }
            ]
            if exchange.request.includeClusterAuthorizedOperations {
                response.clusterAuthorizedOperations = core.operations(of: exchange.client, on: .cluster, "kafka-cluster")
            }
        }
    }

    func describeFolders(_ exchange: Exchange<DescribeLogDirsRequest>) {
        guard core.permits(exchange.client, .describe, .cluster, "kafka-cluster") else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        let wanted: [(topic: Topic, partitions: [Int32])] =
            exchange.request.topics.map { topics in
                topics.compactMap { asked in core.broker.lookUp(asked.name).map { ($0, asked.partitions) } }
            } ?? core.broker.allTopics.map { ($0, $0.partitions.indices.map(Int32.init)) }
        exchange.answer { response in
            response.results = [
                DescribeLogDirsResponse.LogDirectory { folder in
                    folder.logDirectory = core.broker.folder + "/log"
                    folder.usableBytes = core.freeBytes ?? -1
                    folder.topics = wanted.map { topic, partitions in
                        DescribeLogDirsResponse.Topic {
                            $0.name = topic.name
                            $0.partitions = partitions.filter { topic.partitions.indices.contains(Int($0)) }.map { number in
                                DescribeLogDirsResponse.Partition {
                                    $0.partitionIndex = number
                                    $0.partitionSize = topic.partitions[Int(number)].sizeInBytes
                                }
                            }
                        }
                    }
                }
            ]
        }
    }

    /// Partitions of topics in order, some at a time; the cursor says where the next request goes on (KIP-966).
    func describePartitions(_ exchange: Exchange<DescribeTopicPartitionsRequest>) {
        let request = exchange.request
        var names = request.topics.map(\.name)
        if names.isEmpty {
            names = core.broker.allTopics.map(\.name).filter { core.permits(exchange.client, .describe, .topic, $0) }
        }
        names.sort()
        var left = Int(max(1, min(request.responsePartitionLimit, 2_000)))
        exchange.answer { response in
            for name in names where name >= (request.cursor?.topicName ?? "") {
                var first: Int32 = 0
                if let cursor = request.cursor, cursor.topicName == name { first = max(0, cursor.partitionIndex) }
                guard left > 0 else {
                    response.nextCursor = DescribeTopicPartitionsResponse.Cursor { $0.topicName = name; $0.partitionIndex = first }
                    return
                }
                let topic = describe(name, from: first, limit: left, exchange.client)
                response.topics.append(topic)
                left -= max(1, topic.partitions.count)
                let next = first + Int32(topic.partitions.count)
                if let count = core.broker.lookUp(name)?.partitions.count, topic.errorCode == 0, Int(next) < count {
                    response.nextCursor = DescribeTopicPartitionsResponse.Cursor { $0.topicName = name; $0.partitionIndex = next }
                    return
                }
            }
        }
    }

    private func describe(
        _ name: String, from first: Int32, limit: Int, _ client: ClientIdentity
    ) -> DescribeTopicPartitionsResponse.Topic {
        DescribeTopicPartitionsResponse.Topic { answer in
            answer.name = name
            guard core.permits(client, .describe, .topic, name) else {
                return answer.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue
            }
            guard TopicDeclaration.isValidName(name) else { return answer.errorCode = KafkaErrorCode.invalidTopicException.rawValue }
            guard let topic = core.broker.lookUp(name) else { return answer.errorCode = KafkaErrorCode.unknownTopicOrPartition.rawValue }
            answer.topicId = WireUUID(topic.identifier)
            answer.isInternal = topic.isInternal
            answer.topicAuthorizedOperations = core.operations(of: client, on: .topic, name)
            answer.partitions = topic.partitions.indices.dropFirst(Int(first)).prefix(limit).map { index in
                DescribeTopicPartitionsResponse.Partition {
                    $0.partitionIndex = Int32(index)
                    $0.leaderId = ServerCore.nodeID
                    $0.leaderEpoch = ServerCore.leaderEpoch
                    $0.replicaNodes = [ServerCore.nodeID]
                    $0.inSyncReplicaNodes = [ServerCore.nodeID]
                }
            }
        }
    }
}
