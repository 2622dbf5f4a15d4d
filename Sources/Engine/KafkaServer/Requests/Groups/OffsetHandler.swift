import AccessControl
import Broker
import Coordination
import KafkaWire

/// Positions of groups: committed, fetched, deleted.
struct OffsetHandler {
    let core: ServerCore

    // MARK: Commit

    /// One position as it was asked for, and its error if it has one already.
    private struct Asked {
        var topic: Int
        var partition: TopicPartition
        var position: OffsetAndMetadata
        var code: KafkaErrorCode
    }

    func commit(_ exchange: Exchange<OffsetCommitRequest>) {
        let request = exchange.request
        var asked: [Asked] = []
        let groupRefusal: KafkaErrorCode? =
            core.permits(exchange.client, .read, .group, request.groupId) ? nil : .groupAuthorizationFailed
        for (index, topic) in request.topics.enumerated() {
            let found = exchange.version >= 10 ? core.broker.lookUp(topic.topicId.identifier) : core.broker.lookUp(topic.name)
            let name = found?.name ?? topic.name
            for partition in topic.partitions {
                var code = groupRefusal ?? .none
                if code == .none {
                    if found == nil, exchange.version >= 10 {
                        code = .unknownTopicID
                    } else if !core.permits(exchange.client, .read, .topic, name) {
                        code = .topicAuthorizationFailed
                    } else if found?.partitions.indices.contains(Int(partition.partitionIndex)) != true {
                        code = .unknownTopicOrPartition
                    }
                }
                asked.append(
                    Asked(
                        topic: index, partition: TopicPartition(name, partition.partitionIndex),
                        position: OffsetAndMetadata(
                            offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                            metadata: partition.committedMetadata ?? ""), code: code))
            }
        }
        let identity = CommitIdentity(
            group: request.groupId, memberID: request.memberId, instanceID: request.groupInstanceId,
            generationOrEpoch: request.generationIdOrMemberEpoch, version: exchange.version)
        let valid = asked.indices.filter { asked[$0].code == .none }
        guard !valid.isEmpty || asked.isEmpty else { return answer(exchange, asked) }
        core.groups.commitOffsets(identity, valid.map { (asked[$0].partition, asked[$0].position) }) { [asked] codes in
            var asked = asked
            for (index, code) in zip(valid, codes) { asked[index].code = code }
            answer(exchange, asked)
        }
    }

    private func answer(_ exchange: Exchange<OffsetCommitRequest>, _ asked: [Asked]) {
        exchange.answer { response in
            response.topics = exchange.request.topics.map { topic in
                OffsetCommitResponse.Topic { $0.name = topic.name; $0.topicId = topic.topicId }
            }
            for item in asked {
                response.topics[item.topic].partitions.append(
                    OffsetCommitResponse.Partition {
                        $0.partitionIndex = item.partition.partition
                        $0.errorCode = item.code.rawValue
                    })
            }
        }
    }

    // MARK: Fetch

    func fetch(_ exchange: Exchange<OffsetFetchRequest>) {
        exchange.version >= 8 ? fetchGroups(exchange) : fetchOne(exchange)
    }

    private func fetchOne(_ exchange: Exchange<OffsetFetchRequest>) {
        let request = exchange.request
        let wanted = request.topics.map { topics in topics.map { (name: $0.name, partitions: $0.partitionIndexes) } }
        let (code, topics) = positions(
            CommitIdentity(group: request.groupId, version: exchange.version), wanted, request.requireStable, exchange.client)
        exchange.answer { response in
            response.errorCode = code.rawValue
            response.topics = topics.map { topic in
                OffsetFetchResponse.Topic { answer in
                    answer.name = topic.name
                    answer.partitions = topic.partitions.map { number, found in
                        OffsetFetchResponse.Partition {
                            $0.partitionIndex = number
                            $0.committedOffset = found.position.offset
                            $0.committedLeaderEpoch = found.position.leaderEpoch
                            $0.metadata = found.position.metadata
                            // Version 1 has no error for the whole, so that each partition carries it.
                            $0.errorCode = (exchange.version < 2 && code != .none ? code : found.error).rawValue
                        }
                    }
                }
            }
        }
    }

    private func fetchGroups(_ exchange: Exchange<OffsetFetchRequest>) {
        let request = exchange.request
        exchange.answer { response in
            response.groups = request.groups.map { group in
                var unknown: [OffsetFetchRequest.GroupTopic] = []
                var identifiers: [String: WireUUID] = [:]
                let wanted = group.topics.map { topics in
                    topics.compactMap { topic -> (name: String, partitions: [Int32])? in
                        guard exchange.version >= 10 else { return (topic.name, topic.partitionIndexes) }
                        guard let found = core.broker.lookUp(topic.topicId.identifier) else {
                            unknown.append(topic)
                            return nil
                        }
                        identifiers[found.name] = topic.topicId
                        return (found.name, topic.partitionIndexes)
                    }
                }
                let identity = CommitIdentity(
                    group: group.groupId, memberID: group.memberId ?? "", generationOrEpoch: group.memberEpoch, version: exchange.version)
                let (code, topics) = positions(identity, wanted, request.requireStable, exchange.client)
                return OffsetFetchResponse.Group { answer in
                    answer.groupId = group.groupId
                    answer.errorCode = code.rawValue
                    guard code == .none else { return }
                    answer.topics = topics.map { self.answer($0.name, identifiers[$0.name], $0.partitions) }
                    answer.topics += unknown.map(self.unknown)
                }
            }
        }
    }

    private func unknown(_ topic: OffsetFetchRequest.GroupTopic) -> OffsetFetchResponse.GroupTopic {
        OffsetFetchResponse.GroupTopic { answer in
            answer.topicId = topic.topicId
            answer.partitions = topic.partitionIndexes.map { number in
                OffsetFetchResponse.GroupPartition {
                    $0.partitionIndex = number
                    $0.committedOffset = -1
                    $0.errorCode = KafkaErrorCode.unknownTopicID.rawValue
                }
            }
        }
    }

    private func answer(
        _ name: String, _ identifier: WireUUID?, _ partitions: [(number: Int32, found: FetchedPosition)]
    ) -> OffsetFetchResponse.GroupTopic {
        OffsetFetchResponse.GroupTopic { answer in
            answer.name = name
            answer.topicId = identifier ?? core.broker.lookUp(name).map { WireUUID($0.identifier) } ?? .zero
            answer.partitions = partitions.map { number, found in
                OffsetFetchResponse.GroupPartition {
                    $0.partitionIndex = number
                    $0.committedOffset = found.position.offset
                    $0.committedLeaderEpoch = found.position.leaderEpoch
                    $0.metadata = found.position.metadata
                    $0.errorCode = found.error.rawValue
                }
            }
        }
    }

    private typealias TopicPositions = (name: String, partitions: [(number: Int32, found: FetchedPosition)])

    private func positions(
        _ identity: CommitIdentity, _ wanted: [(name: String, partitions: [Int32])]?, _ requireStable: Bool, _ client: ClientIdentity
    ) -> (KafkaErrorCode, [TopicPositions]) {
        guard core.permits(client, .describe, .group, identity.group) else { return (.groupAuthorizationFailed, []) }
        let partitions = wanted.map { topics in topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } } }
        let (code, found) = core.groups.fetchOffsets(identity, partitions, requireStable: requireStable)
        let none = FetchedPosition(position: OffsetAndMetadata(offset: -1))
        guard let wanted else {
            let visible = found.filter { core.permits(client, .describe, .topic, $0.key.topic) }
            let topics = Dictionary(grouping: visible, by: \.key.topic).sorted { $0.key < $1.key }
            return (code, topics.map { name, found in (name, found.map { ($0.key.partition, $0.value) }.sorted { $0.0 < $1.0 }) })
        }
        return (
            code,
            wanted.map { topic in
                let isVisible = core.permits(client, .describe, .topic, topic.name)
                return (
                    topic.name,
                    topic.partitions.map { number in
                        guard isVisible else { return (number, FetchedPosition(error: .topicAuthorizationFailed, position: none.position)) }
                        return (number, found[TopicPartition(topic.name, number)] ?? none)
                    }
                )
            }
        )
    }

    // MARK: Delete

    func delete(_ exchange: Exchange<OffsetDeleteRequest>) {
        let request = exchange.request
        guard core.permits(exchange.client, .delete, .group, request.groupId) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.groupAuthorizationFailed.rawValue }
        }
        var places: [(topic: Int, partition: TopicPartition)] = []
        for (index, topic) in request.topics.enumerated() {
            places += topic.partitions.map { (index, TopicPartition(topic.name, $0.partitionIndex)) }
        }
        core.groups.deleteOffsets(group: request.groupId, places.map(\.partition)) { [places] code, codes in
            exchange.answer { response in
                response.errorCode = code.rawValue
                guard code == .none else { return }
                response.topics = request.topics.map { topic in OffsetDeleteResponse.Topic { $0.name = topic.name } }
                for (place, code) in zip(places, codes) {
                    response.topics[place.topic].partitions.append(
                        OffsetDeleteResponse.Partition {
                            $0.partitionIndex = place.partition.partition
                            $0.errorCode = code.rawValue
                        })
                }
            }
        }
    }
}
