import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage

/// Producer identities and transactions: requests in the coordinator's terms, its answers in the protocol's.
struct TransactionHandler {
    let core: ServerCore

    private func mayWrite(_ id: String, _ client: ClientIdentity) -> Bool { core.permits(client, .write, .transactionalID, id) }

    // MARK: Producer identities

    func initialize(_ exchange: Exchange<InitProducerIdRequest>) {
        let request = exchange.request
        func refuse(_ code: KafkaErrorCode) {
            exchange.answer { $0.errorCode = code.rawValue; $0.producerEpoch = -1 }
        }
        if let id = request.transactionalId {
            guard !id.isEmpty else { return refuse(.invalidRequest) }
            guard mayWrite(id, exchange.client) else { return refuse(.transactionalIDAuthorizationFailed) }
        } else if !core.mayWriteIdempotently(exchange.client) {
            return refuse(.clusterAuthorizationFailed)
        }
        let expected = request.producerId >= 0 ? ProducerIdentity(id: request.producerId, epoch: request.producerEpoch) : nil
        core.transactions.initProducerID(
            request.transactionalId, timeoutMilliseconds: request.transactionTimeoutMilliseconds, expected: expected
        ) { result in
            exchange.answer { response in
                switch result {
                case .success(let producer):
                    response.producerId = producer.id
                    response.producerEpoch = producer.epoch
                case .failure(let error):
                    response.errorCode = error.code(version: exchange.version, producerFencedSince: 4).rawValue
                    response.producerEpoch = -1
                }
            }
        }
    }

    // MARK: Partitions and offsets

    func addPartitions(_ exchange: Exchange<AddPartitionsToTxnRequest>) {
        exchange.version >= 4 ? addInBatches(exchange) : addForOne(exchange)
    }

    private func addForOne(_ exchange: Exchange<AddPartitionsToTxnRequest>) {
        let request = exchange.request
        let producer = ProducerIdentity(id: request.producerId, epoch: request.producerEpoch)
        add(request.topics, to: request.transactionalId, producer, verifyOnly: false, exchange) { topics in
            exchange.answer { $0.topics = topics }
        }
    }

    /// From version 4 on brokers ask this of each other, for several transactions at once; clients do not.
    private func addInBatches(_ exchange: Exchange<AddPartitionsToTxnRequest>) {
        let transactions = exchange.request.transactions
        guard core.permits(exchange.client, .clusterAction, .cluster, ResourceType.clusterName) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.clusterAuthorizationFailed.rawValue }
        }
        guard !transactions.isEmpty else { return exchange.answer { _ in } }
        let answers = SharedBox((left: transactions.count, results: [AddPartitionsToTxnResponse.Transaction]()))
        for transaction in transactions {
            let producer = ProducerIdentity(id: transaction.producerId, epoch: transaction.producerEpoch)
            add(transaction.topics, to: transaction.transactionalId, producer, verifyOnly: transaction.verifyOnly, exchange) { topics in
                let complete: [AddPartitionsToTxnResponse.Transaction]? = answers.withLock { answers in
                    answers.left -= 1
                    answers.results.append(
                        AddPartitionsToTxnResponse.Transaction { $0.transactionalId = transaction.transactionalId; $0.topics = topics })
                    return answers.left == 0 ? answers.results : nil
                }
                if let complete { exchange.answer { $0.transactions = complete } }
            }
        }
    }

    private func add(
        _ topics: [AddPartitionsToTxnRequest.Topic], to id: String, _ producer: ProducerIdentity, verifyOnly: Bool,
        _ exchange: Exchange<AddPartitionsToTxnRequest>, _ completion: @escaping @Sendable ([AddPartitionsToTxnResponse.Topic]) -> Void
    ) {
        let partitions = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0) } }
        @Sendable func answer(_ code: (TopicPartition) -> KafkaErrorCode) -> [AddPartitionsToTxnResponse.Topic] {
            topics.map { topic in
                AddPartitionsToTxnResponse.Topic { answer in
                    answer.name = topic.name
                    answer.partitions = topic.partitions.map { number in
                        AddPartitionsToTxnResponse.Partition {
                            $0.partitionIndex = number
                            $0.errorCode = code(TopicPartition(topic.name, number)).rawValue
                        }
                    }
                }
            }
        }
        guard mayWrite(id, exchange.client) else { return completion(answer { _ in .transactionalIDAuthorizationFailed }) }
        var refused: [TopicPartition: KafkaErrorCode] = [:]
        for partition in partitions {
            if !core.permits(exchange.client, .write, .topic, partition.topic) {
                refused[partition] = .topicAuthorizationFailed
            } else if (try? core.broker.partition(partition)) == nil {
                refused[partition] = .unknownTopicOrPartition
            }
        }
        // All or none: what stands in the way is named, the rest was not tried.
        guard refused.isEmpty else { return completion(answer { refused[$0] ?? .operationNotAttempted }) }
        guard !verifyOnly else {
            do throws(TransactionError) {
                let codes = try core.transactions.verifyPartitions(partitions, in: id, of: producer)
                let byPartition = Dictionary(zip(partitions, codes), uniquingKeysWith: { first, _ in first })
                return completion(answer { byPartition[$0] ?? .none })
            } catch {
                return completion(answer { _ in error.code })
            }
        }
        core.transactions.addPartitions(partitions, to: id, of: producer) { result in
            switch result {
            case .success: completion(answer { _ in .none })
            case .failure(let error):
                let code = error.code(version: exchange.version, producerFencedSince: 2)
                completion(answer { _ in code })
            }
        }
    }

    func addOffsets(_ exchange: Exchange<AddOffsetsToTxnRequest>) {
        let request = exchange.request
        guard mayWrite(request.transactionalId, exchange.client) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.transactionalIDAuthorizationFailed.rawValue }
        }
        guard core.permits(exchange.client, .read, .group, request.groupId) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.groupAuthorizationFailed.rawValue }
        }
        let producer = ProducerIdentity(id: request.producerId, epoch: request.producerEpoch)
        core.transactions.addOffsets(of: request.groupId, to: request.transactionalId, of: producer) { result in
            exchange.answer { response in
                if case .failure(let error) = result {
                    response.errorCode = error.code(version: exchange.version, producerFencedSince: 2).rawValue
                }
            }
        }
    }

    func commitOffsets(_ exchange: Exchange<TxnOffsetCommitRequest>) {
        let request = exchange.request
        @Sendable func answer(_ code: (TopicPartition) -> KafkaErrorCode) {
            exchange.answer { response in
                response.topics = request.topics.map { topic in
                    TxnOffsetCommitResponse.Topic { answer in
                        answer.name = topic.name
                        answer.partitions = topic.partitions.map { partition in
                            TxnOffsetCommitResponse.Partition {
                                $0.partitionIndex = partition.partitionIndex
                                $0.errorCode = code(TopicPartition(topic.name, partition.partitionIndex)).rawValue
                            }
                        }
                    }
                }
            }
        }
        guard mayWrite(request.transactionalId, exchange.client) else { return answer { _ in .transactionalIDAuthorizationFailed } }
        guard core.permits(exchange.client, .read, .group, request.groupId) else { return answer { _ in .groupAuthorizationFailed } }
        var refused: [TopicPartition: KafkaErrorCode] = [:]
        var commits: [OffsetCommit] = []
        for topic in request.topics {
            for partition in topic.partitions {
                let place = TopicPartition(topic.name, partition.partitionIndex)
                if !core.permits(exchange.client, .read, .topic, topic.name) {
                    refused[place] = .topicAuthorizationFailed
                } else if (try? core.broker.partition(place)) == nil {
                    refused[place] = .unknownTopicOrPartition
                } else {
                    let position = OffsetAndMetadata(
                        offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                        metadata: partition.committedMetadata ?? "")
                    commits.append(OffsetCommit(group: request.groupId, partition: place, position: position))
                }
            }
        }
        guard !commits.isEmpty else { return answer { refused[$0] ?? .none } }
        let identity = CommitIdentity(
            group: request.groupId, memberID: request.memberId, instanceID: request.groupInstanceId,
            generationOrEpoch: request.generationId, version: exchange.version)
        let producer = ProducerIdentity(id: request.producerId, epoch: request.producerEpoch)
        let (refusal, _) = core.groups.checkTransactionalCommit(identity) { [refused] in
            core.transactions.commitOffsets(
                commits, in: request.transactionalId, of: producer, addsGroup: exchange.version >= 5
            ) { result in
                switch result {
                case .success: answer { refused[$0] ?? .none }
                case .failure(let error):
                    let code = error.code(version: exchange.version, producerFencedSince: .max)
                    answer { refused[$0] ?? code }
                }
            }
        }
        if refusal != .none { answer { _ in refusal } }
    }

    // MARK: End

    func end(_ exchange: Exchange<EndTxnRequest>) {
        let request = exchange.request
        guard mayWrite(request.transactionalId, exchange.client) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.transactionalIDAuthorizationFailed.rawValue }
        }
        let producer = ProducerIdentity(id: request.producerId, epoch: request.producerEpoch)
        core.transactions.endTransaction(
            request.transactionalId, of: producer, commit: request.committed, clientVersion: exchange.version >= 5 ? 2 : 0
        ) { result in
            exchange.answer { response in
                switch result {
                case .success(let producer):
                    response.producerId = producer.id
                    response.producerEpoch = producer.epoch
                case .failure(let error):
                    response.errorCode = error.code(version: exchange.version, producerFencedSince: 2).rawValue
                }
            }
        }
    }

    // MARK: Looking

    func describe(_ exchange: Exchange<DescribeTransactionsRequest>) {
        exchange.answer { response in
            response.transactionStates = exchange.request.transactionalIds.map { id in
                DescribeTransactionsResponse.Transaction { answer in
                    answer.transactionalId = id
                    guard core.permits(exchange.client, .describe, .transactionalID, id) else {
                        return answer.errorCode = KafkaErrorCode.transactionalIDAuthorizationFailed.rawValue
                    }
                    do throws(TransactionError) {
                        let record = try core.transactions.describe(id)
                        answer.transactionState = record.status.name
                        answer.transactionTimeoutMilliseconds = record.timeoutMilliseconds
                        answer.transactionStartTimeMilliseconds = record.startMilliseconds
                        answer.producerId = record.producerID
                        answer.producerEpoch = record.producerEpoch
                        let topics = Dictionary(grouping: record.partitions, by: \.topic).sorted { $0.key < $1.key }
                        answer.topics = topics.filter { core.permits(exchange.client, .describe, .topic, $0.key) }.map { name, partitions in
                            DescribeTransactionsResponse.Topic { $0.name = name; $0.partitions = partitions.map(\.partition).sorted() }
                        }
                    } catch {
                        answer.errorCode = error.code.rawValue
                    }
                }
            }
        }
    }

    func list(_ exchange: Exchange<ListTransactionsRequest>) {
        let request = exchange.request
        var pattern: Regex<AnyRegexOutput>?
        if let text = request.transactionalIdPattern, !text.isEmpty {
            // A pattern is judged by its length before it is compiled, since compiling costs time.
            guard text.utf8.count <= 1_024, let compiled = try? Regex(text) else {
                return exchange.answer { $0.errorCode = KafkaErrorCode.invalidRegularExpression.rawValue }
            }
            pattern = compiled
        }
        let (unknown, found) = core.transactions.list(
            states: request.stateFilters, producers: request.producerIdFilters, minimumMilliseconds: request.durationFilterMilliseconds)
        exchange.answer { response in
            response.unknownStateFilters = unknown
            for record in found {
                guard core.permits(exchange.client, .describe, .transactionalID, record.transactionalID) else { continue }
                if let pattern, (try? pattern.wholeMatch(in: record.transactionalID)) == nil { continue }
                response.transactionStates.append(
                    ListTransactionsResponse.Transaction {
                        $0.transactionalId = record.transactionalID
                        $0.producerId = record.producerID
                        $0.transactionState = record.status.name
                    })
            }
        }
    }

    func describeProducers(_ exchange: Exchange<DescribeProducersRequest>) {
        exchange.answer { response in
            response.topics = exchange.request.topics.map { topic in
                DescribeProducersResponse.Topic { answer in
                    answer.name = topic.name
                    answer.partitions = topic.partitionIndexes.map { producers(of: TopicPartition(topic.name, $0), exchange.client) }
                }
            }
        }
    }

    private func producers(of partition: TopicPartition, _ client: ClientIdentity) -> DescribeProducersResponse.Partition {
        DescribeProducersResponse.Partition { answer in
            answer.partitionIndex = partition.partition
            guard core.permits(client, .read, .topic, partition.topic) else {
                return answer.errorCode = KafkaErrorCode.topicAuthorizationFailed.rawValue
            }
            guard let log = try? core.broker.partition(partition) else {
                return answer.errorCode = KafkaErrorCode.unknownTopicOrPartition.rawValue
            }
            answer.activeProducers = log.activeProducers.map { producer in
                DescribeProducersResponse.Producer {
                    $0.producerId = producer.producerId
                    $0.producerEpoch = Int32(producer.producerEpoch)
                    $0.lastSequence = producer.lastSequence
                    $0.lastTimestamp = producer.lastTimestamp
                    $0.coordinatorEpoch = producer.coordinatorEpoch
                    $0.currentTransactionStartOffset = producer.transactionFirstOffset ?? -1
                }
            }
        }
    }
}
