import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage

/// Topics made, deleted, grown and cut. Waits on the disk, so away from the threads that talk to clients.
struct TopicHandler {
    let core: ServerCore

    // MARK: Create

    func create(_ exchange: Exchange<CreateTopicsRequest>) {
        exchange.work(core) {
            let request = exchange.request
            let named = Dictionary(grouping: request.topics, by: \.name)
            var refusals: [String: (code: KafkaErrorCode, message: String)] = [:]
            var declarations: [TopicDeclaration] = []
            for topic in request.topics {
                if named[topic.name, default: []].count > 1 {
                    refusals[topic.name] = (.invalidRequest, "topic \(topic.name) is named twice in one request")
                } else {
                    do throws(BrokerError) {
                        declarations.append(try declaration(topic, exchange.client))
                    } catch {
                        refusals[topic.name] = (error.code, error.description)
                    }
                }
            }
            var quota = MutationQuota(core: core, client: exchange.client, isStrict: exchange.version >= 6)
            declarations = admit(declarations, &quota, &refusals)
            let results = make(declarations, validateOnly: request.validateOnly)
            let made = Dictionary(zip(declarations.map(\.name), results), uniquingKeysWith: { first, _ in first })
            if !request.validateOnly { core.topicsChanged(declarations.map(\.name)) }
            exchange.answerThrottled { response in
                var seen: Set<String> = []
                for topic in request.topics where seen.insert(topic.name).inserted {
                    response.topics.append(answer(topic.name, refusals[topic.name], made[topic.name], declarations))
                }
                return quota.throttleMilliseconds
            }
        }
    }

    /// Those that the client's quota has room for; of what cannot be made anyway nothing is taken from it.
    private func admit(
        _ declarations: [TopicDeclaration], _ quota: inout MutationQuota, _ refusals: inout [String: (code: KafkaErrorCode, message: String)]
    ) -> [TopicDeclaration] {
        guard quota.isBounded else { return declarations }
        var admitted: [TopicDeclaration] = []
        for (declaration, result) in zip(declarations, make(declarations, validateOnly: true)) {
            if case .success = result, !quota.admit(Int(declaration.partitions)) {
                refusals[declaration.name] = quota.refusal
            } else {
                admitted.append(declaration)
            }
        }
        return admitted
    }

    private func make(_ declarations: [TopicDeclaration], validateOnly: Bool) -> [Result<Topic?, BrokerError>] {
        do {
            return try core.broker.createTopics(declarations, validateOnly: validateOnly)
        } catch {
            return declarations.map { _ in .failure(BrokerError(.inputOutput, "nothing was made: \(error)")) }
        }
    }

    private func declaration(_ topic: CreateTopicsRequest.Topic, _ client: ClientIdentity) throws(BrokerError) -> TopicDeclaration {
        guard core.permits(client, .create, .cluster, "kafka-cluster") || core.permits(client, .create, .topic, topic.name) else {
            throw BrokerError(.refused(.topicAuthorizationFailed), "topic \(topic.name): creating it is not allowed to this client")
        }
        var partitions = topic.partitionCount
        if topic.assignments.isEmpty {
            guard topic.replicationFactor == 1 || topic.replicationFactor == -1 else {
                throw BrokerError(
                    .refused(.invalidReplicationFactor), "topic \(topic.name): replication factor \(topic.replicationFactor); there is one broker, so 1 is possible")
            }
            if partitions == -1 { partitions = core.broker.settings.partitionCount }
        } else {
            guard partitions == -1, topic.replicationFactor == -1 else {
                throw BrokerError(.invalidRequest, "topic \(topic.name): with an assignment, partitions and replication factor have to be -1")
            }
            let numbers = topic.assignments.map(\.partitionIndex).sorted()
            guard numbers == Array(0..<Int32(numbers.count)), topic.assignments.allSatisfy({ $0.brokerIds == [ServerCore.nodeID] }) else {
                throw BrokerError(
                    .refused(.invalidReplicaAssignment), "topic \(topic.name): partitions from 0 on, each on broker \(ServerCore.nodeID), are needed")
            }
            partitions = Int32(numbers.count)
        }
        var settings: [String: String] = [:]
        for config in topic.configs {
            guard let value = config.value else {
                throw BrokerError(.invalidSetting, "topic \(topic.name): setting \(config.name) has no value")
            }
            settings[config.name] = value
        }
        return TopicDeclaration(name: topic.name, partitions: partitions, settings: settings)
    }

    private func answer(
        _ name: String, _ refusal: (code: KafkaErrorCode, message: String)?, _ result: Result<Topic?, BrokerError>?,
        _ declarations: [TopicDeclaration]
    ) -> CreateTopicsResponse.Topic {
        CreateTopicsResponse.Topic { answer in
            answer.name = name
            if let refusal {
                answer.errorCode = refusal.code.rawValue
                answer.errorMessage = refusal.message
                return
            }
            switch result {
            case .failure(let error):
                answer.errorCode = error.code.rawValue
                answer.errorMessage = error.description
            case .success(let topic):
                if let topic { answer.topicId = WireUUID(topic.identifier) }
                answer.partitionCount = declarations.first { $0.name == name }?.partitions ?? -1
                answer.replicationFactor = 1
                answer.configs = (try? core.broker.describeSettings(name))?.map { setting in
                    CreateTopicsResponse.Config {
                        $0.name = setting.name
                        $0.value = setting.value
                        $0.readOnly = setting.isReadOnly
                        $0.configSource = setting.source.rawValue
                        $0.isSensitive = setting.isSensitive
                    }
                }
            case nil: answer.errorCode = KafkaErrorCode.unknownServerError.rawValue
            }
        }
    }

    // MARK: Delete

    func delete(_ exchange: Exchange<DeleteTopicsRequest>) {
        exchange.work(core) {
            let asked =
                exchange.version >= 6
                ? exchange.request.topics : exchange.request.topicNames.map { name in DeleteTopicsRequest.Topic { $0.name = name } }
            var gone: [String] = []
            var quota = MutationQuota(core: core, client: exchange.client, isStrict: exchange.version >= 5)
            exchange.answerThrottled { response in
                response.topics = asked.map { topic in
                    let found = topic.name.flatMap { core.broker.lookUp($0) } ?? core.broker.lookUp(topic.topicId.identifier)
                    return DeleteTopicsResponse.Topic { answer in
                        answer.name = topic.name ?? found?.name
                        answer.topicId = found.map { WireUUID($0.identifier) } ?? topic.topicId
                        let (code, message) = delete(topic, found, exchange, &quota)
                        answer.errorCode = code.rawValue
                        answer.errorMessage = message
                        if code == .none, let name = found?.name { gone.append(name) }
                    }
                }
                core.topicsChanged(gone)
                return quota.throttleMilliseconds
            }
        }
    }

    private func delete(
        _ asked: DeleteTopicsRequest.Topic, _ found: Topic?, _ exchange: Exchange<DeleteTopicsRequest>, _ quota: inout MutationQuota
    ) -> (KafkaErrorCode, String?) {
        let client = exchange.client
        guard core.broker.settings.boolean("delete.topic.enable") else {
            return (exchange.version < 3 ? .invalidRequest : .topicDeletionDisabled, "delete.topic.enable is false: topics are not deleted here")
        }
        guard let found else {
            if let name = asked.name, !core.permits(client, .delete, .topic, name) { return (.topicAuthorizationFailed, nil) }
            return asked.name == nil ? (.unknownTopicID, nil) : (.unknownTopicOrPartition, "there is no topic \(asked.name ?? "")")
        }
        guard core.permits(client, .delete, .topic, found.name) else { return (.topicAuthorizationFailed, nil) }
        guard !found.isInternal else { return (.topicAuthorizationFailed, "topic \(found.name) is the broker's own") }
        guard quota.admit(found.partitions.count) else { return quota.refusal }
        do {
            try core.broker.deleteTopic(found.name)
            return (.none, nil)
        } catch {
            let failure = LogFailure(error)
            return (failure.code, failure.message)
        }
    }

    // MARK: Grow

    func createPartitions(_ exchange: Exchange<CreatePartitionsRequest>) {
        exchange.work(core) {
            var quota = MutationQuota(core: core, client: exchange.client, isStrict: exchange.version >= 3)
            exchange.answerThrottled { response in
                response.results = exchange.request.topics.map { topic in
                    CreatePartitionsResponse.Topic { answer in
                        answer.name = topic.name
                        let (code, message) = grow(topic, exchange, &quota)
                        answer.errorCode = code.rawValue
                        answer.errorMessage = message
                    }
                }
                core.topicsChanged(exchange.request.topics.map(\.name))
                return quota.throttleMilliseconds
            }
        }
    }

    private func grow(
        _ topic: CreatePartitionsRequest.Topic, _ exchange: Exchange<CreatePartitionsRequest>, _ quota: inout MutationQuota
    ) -> (KafkaErrorCode, String?) {
        guard core.permits(exchange.client, .alter, .topic, topic.name) else { return (.topicAuthorizationFailed, nil) }
        if let assignments = topic.assignments, let present = core.broker.lookUp(topic.name) {
            guard assignments.count == Int(topic.count) - present.partitions.count,
                assignments.allSatisfy({ $0.brokerIds == [ServerCore.nodeID] })
            else { return (.invalidReplicaAssignment, "topic \(topic.name): each new partition on broker \(ServerCore.nodeID) is needed") }
        }
        do {
            if quota.isBounded, let present = core.broker.lookUp(topic.name)?.partitions.count {
                try core.broker.createPartitions(topic.name, total: topic.count, validateOnly: true)
                guard quota.admit(Int(topic.count) - present) else { return quota.refusal }
            }
            try core.broker.createPartitions(topic.name, total: topic.count, validateOnly: exchange.request.validateOnly)
            return (.none, nil)
        } catch {
            let failure = LogFailure(error)
            return (failure.code, failure.message)
        }
    }

    // MARK: Cut

    func deleteRecords(_ exchange: Exchange<DeleteRecordsRequest>) {
        exchange.work(core) {
            exchange.answer { response in
                response.topics = exchange.request.topics.map { topic in
                    DeleteRecordsResponse.Topic { answer in
                        answer.name = topic.name
                        answer.partitions = topic.partitions.map { deleteRecords($0, topic.name, exchange.client) }
                    }
                }
            }
        }
    }

    private func deleteRecords(
        _ asked: DeleteRecordsRequest.Partition, _ topic: String, _ client: ClientIdentity
    ) -> DeleteRecordsResponse.Partition {
        DeleteRecordsResponse.Partition { answer in
            answer.partitionIndex = asked.partitionIndex
            answer.lowWatermark = -1
            guard core.permits(client, .delete, .topic, topic) else {
                return answer.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue
            }
            do {
                let log = try core.broker.partition(TopicPartition(topic, asked.partitionIndex))
                guard core.broker.lookUp(topic)?.isInternal == false else {
                    return answer.errorCode = KafkaErrorCode.policyViolation.rawValue
                }
                guard log.configuration.deletesByRetention else {
                    return answer.errorCode = KafkaErrorCode.policyViolation.rawValue
                }
                // What was answered under acks=1 is there for whoever wrote it, before the disk has it.
                if asked.offset > log.highWatermark, asked.offset <= log.endOffset { try log.flush() }
                // Minus one asks for everything that readers can see.
                let offset = asked.offset == -1 ? log.highWatermark : asked.offset
                guard offset >= 0, offset <= log.highWatermark else {
                    return answer.errorCode = KafkaErrorCode.offsetOutOfRange.rawValue
                }
                try log.deleteRecords(before: offset)
                answer.lowWatermark = log.startOffset
            } catch {
                answer.errorCode = LogFailure(error).code.rawValue
            }
        }
    }

    // MARK: Epochs

    func epochs(_ exchange: Exchange<OffsetForLeaderEpochRequest>) {
        exchange.answer { response in
            response.topics = exchange.request.topics.map { topic in
                OffsetForLeaderEpochResponse.Topic { answer in
                    answer.name = topic.name
                    answer.partitions = topic.partitions.map { epochEnd($0, topic.name, exchange.client) }
                }
            }
        }
    }

    private func epochEnd(
        _ asked: OffsetForLeaderEpochRequest.Partition, _ topic: String, _ client: ClientIdentity
    ) -> OffsetForLeaderEpochResponse.Partition {
        OffsetForLeaderEpochResponse.Partition { answer in
            answer.partitionIndex = asked.partitionIndex
            guard core.permits(client, .describe, .topic, topic) else {
                return answer.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue
            }
            if let objection = ServerCore.objection(toLeaderEpoch: asked.currentLeaderEpoch) {
                return answer.errorCode = objection.rawValue
            }
            guard let log = try? core.broker.partition(TopicPartition(topic, asked.partitionIndex)) else {
                return answer.errorCode = KafkaErrorCode.unknownTopicOrPartition.rawValue
            }
            if let end = log.endOffset(ofLeaderEpoch: asked.leaderEpoch) {
                answer.leaderEpoch = end.epoch
                answer.endOffset = min(end.endOffset, log.highWatermark)
            } else if asked.leaderEpoch == ServerCore.leaderEpoch {
                answer.leaderEpoch = asked.leaderEpoch
                answer.endOffset = log.highWatermark
            }
        }
    }
}
