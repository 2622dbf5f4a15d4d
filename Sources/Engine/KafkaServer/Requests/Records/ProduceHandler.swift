import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage
import NIOCore
import Records
import Synchronization

/// Produce: the client's batches go into the partitions' logs as they stand in the request's frame.
///
/// With `acks=all` the answer waits for the disk, in groups with everything else that waits; later requests of the connection are
/// appended meanwhile. Runs on the connection's event loop: an append is a write into the page cache.
struct ProduceHandler {
    let core: ServerCore

    /// A partition whose records must be durable before the answer.
    private struct Pending {
        var log: PartitionLog
        var offset: Int64
        var topic: Int
        var partition: Int
        var isTransactional: Bool
    }

    func handle(_ exchange: Exchange<ProduceRequest>, frame: ByteBuffer) {
        let request = exchange.request
        guard (-1...1).contains(request.acks) else {
            return finish(exchange, refuseAll(request, .invalidRequiredAcks))
        }
        if let transactionalID = request.transactionalId,
            !core.permits(exchange.client, .write, .transactionalID, transactionalID)
        {
            return finish(exchange, refuseAll(request, .transactionalIDAuthorizationFailed))
        }
        var frame = frame
        var response = ProduceResponse()
        var pending: [Pending] = []
        response.topics.reserveCapacity(request.topics.count)
        for (topicIndex, topic) in request.topics.enumerated() {
            let found = exchange.version >= 13 ? core.broker.lookUp(topic.topicId.identifier) : core.broker.lookUp(topic.name)
            let refusal = refusal(exchange, topic, found)
            var answers: [ProduceResponse.Partition] = []
            answers.reserveCapacity(topic.partitions.count)
            for partition in topic.partitions {
                var answer = ProduceResponse.Partition()
                answer.partitionIndex = partition.partitionIndex
                answer.baseOffset = -1
                if let found, refusal == nil {
                    append(partition, to: found, exchange, &frame, &answer) { log, offset, isTransactional in
                        pending.append(
                            Pending(
                                log: log, offset: offset, topic: topicIndex, partition: answers.count, isTransactional: isTransactional))
                    }
                } else {
                    answer.errorCode = (refusal ?? .unknownTopicOrPartition).rawValue
                }
                answers.append(answer)
            }
            response.topics.append(ProduceResponse.Topic { $0.name = topic.name; $0.topicId = topic.topicId; $0.partitions = answers })
        }
        let throttle = core.throttle(produced: frame.readableBytes, by: exchange.client)
        response.throttleTimeMilliseconds = Int32(clamping: throttle)
        guard !pending.isEmpty else { return finish(exchange, response, throttle) }
        wait(for: pending, exchange, response, throttle)
    }

    private func refusal(_ exchange: Exchange<ProduceRequest>, _ topic: ProduceRequest.Topic, _ found: Topic?) -> KafkaErrorCode? {
        guard let found else {
            guard exchange.version < 13 else { return .unknownTopicID }
            return core.permits(exchange.client, .write, .topic, topic.name) ? .unknownTopicOrPartition : .topicAuthorizationFailed
        }
        guard core.permits(exchange.client, .write, .topic, found.name) else { return .topicAuthorizationFailed }
        guard !found.isInternal else { return .invalidTopicException }
        if exchange.request.acks == -1, core.minimumInSyncReplicas(of: found) > 1 { return .notEnoughReplicas }
        return nil
    }

    private func append(
        _ partition: ProduceRequest.Partition, to topic: Topic, _ exchange: Exchange<ProduceRequest>, _ frame: inout ByteBuffer,
        _ answer: inout ProduceResponse.Partition, waits: (PartitionLog, Int64, Bool) -> Void
    ) {
        guard topic.partitions.indices.contains(Int(partition.partitionIndex)) else {
            return answer.errorCode = KafkaErrorCode.unknownTopicOrPartition.rawValue
        }
        guard case .frame(let range) = partition.records, !range.isEmpty else {
            return answer.errorCode = KafkaErrorCode.invalidRecord.rawValue
        }
        let log = topic.partitions[Int(partition.partitionIndex)]
        let place = TopicPartition(topic.name, partition.partitionIndex)
        do {
            let (result, isTransactional) = try frame.withUnsafeMutableReadableBytes { bytes in
                try append(UnsafeMutableRawBufferPointer(rebasing: bytes[range]), to: log, place, exchange)
            }
            answer.baseOffset = result.baseOffset
            answer.logAppendTimeMilliseconds = result.logAppendTime
            answer.logStartOffset = result.logStartOffset
            waits(log, result.lastOffset + 1, isTransactional)
        } catch {
            let failure = LogFailure(error)
            answer.errorCode = failure.code.rawValue
            answer.errorMessage = failure.message
        }
    }

    /// Appends one partition's batches; those of a transaction after the coordinator let them in.
    private func append(
        _ batches: UnsafeMutableRawBufferPointer, to log: PartitionLog, _ place: TopicPartition, _ exchange: Exchange<ProduceRequest>
    ) throws -> (result: AppendResult, isTransactional: Bool) {
        let first = try? RecordBatchHeader(UnsafeRawBufferPointer(batches).bytes)
        guard let first, first.attributes.isTransactional else {
            return (try log.append(batches: batches, leaderEpoch: ServerCore.leaderEpoch), false)
        }
        guard let id = exchange.request.transactionalId else {
            throw TransactionError(.transactionalIDAuthorizationFailed, "a transactional batch came without a transactional id")
        }
        let producer = ProducerIdentity(id: first.producerId, epoch: first.producerEpoch)
        try core.transactions.admitAppend(
            to: place, of: id, producer, addsPartition: exchange.version >= 12, knowsAbortable: exchange.version >= 11)
        core.housekeeper.noteTransaction()
        do {
            return (try log.append(batches: batches, leaderEpoch: ServerCore.leaderEpoch), true)
        } catch {
            core.transactions.finishAppend(of: id) { _ in }
            throw error
        }
    }

    /// Waits until everything is as durable as was asked for, and until the coordinator has written which partitions take part.
    private func wait(for pending: [Pending], _ exchange: Exchange<ProduceRequest>, _ response: ProduceResponse, _ throttle: Int64) {
        let waits = pending.reduce(0) { $0 + ($1.isTransactional ? 2 : 1) }
        let progress = SharedBox((left: waits, response: response))
        @Sendable func done(_ part: Pending, _ code: KafkaErrorCode?) {
            let complete: ProduceResponse? = progress.withLock { progress in
                if let code { progress.response.topics[part.topic].partitions[part.partition].errorCode = code.rawValue }
                progress.left -= 1
                return progress.left == 0 ? progress.response : nil
            }
            if let complete { finish(exchange, complete, throttle) }
        }
        for part in pending {
            if part.isTransactional, let id = exchange.request.transactionalId {
                core.transactions.finishAppend(of: id) { result in
                    if case .failure(let error) = result { done(part, error.code) } else { done(part, nil) }
                }
            }
            guard exchange.request.acks == -1 else {
                core.flusher.noteAppend(to: part.log)
                done(part, nil)
                continue
            }
            core.flusher.whenAcknowledged(log: part.log, upTo: part.offset) { result in
                if case .failure(let error) = result { done(part, LogFailure(error).code) } else { done(part, nil) }
            }
        }
    }

    private func refuseAll(_ request: ProduceRequest, _ code: KafkaErrorCode) -> ProduceResponse {
        ProduceResponse { response in
            response.topics = request.topics.map { topic in
                ProduceResponse.Topic { answer in
                    answer.name = topic.name
                    answer.topicId = topic.topicId
                    answer.partitions = topic.partitions.map { partition in
                        ProduceResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            $0.errorCode = code.rawValue
                            $0.baseOffset = -1
                        }
                    }
                }
            }
        }
    }

    /// With `acks=0` there is no answer to read an error from: the connection ends, as Kafka's does, and the client looks again.
    private func finish(_ exchange: Exchange<ProduceRequest>, _ response: ProduceResponse, _ throttle: Int64 = 0) {
        guard exchange.request.acks == 0 else { return exchange.answer(response, throttleMilliseconds: throttle) }
        let failed = response.topics.contains { $0.partitions.contains { $0.errorCode != 0 } }
        if failed { exchange.reply.close() } else { exchange.reply.send(nil, throttleMilliseconds: throttle) }
    }
}

/// A value that several threads change in turn.
final class SharedBox<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in
            var copy = value
            defer { value = copy }
            return body(&copy)
        }
    }
}
