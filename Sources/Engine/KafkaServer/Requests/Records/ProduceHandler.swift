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

    /// A partition that has records, and its place in the answer.
    private struct Pending {
        var batches: ProducedBatches
        var topic: Int
        var partition: Int
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
        let terms = ProduceTerms(
            transactionalID: request.transactionalId, addsPartitions: exchange.version >= 12, knowsAbortable: exchange.version >= 11)
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
                    if let batches = append(partition, to: found, terms, &frame, &answer) {
                        pending.append(Pending(batches: batches, topic: topicIndex, partition: answers.count))
                    }
                } else {
                    answer.errorCode = (refusal ?? .unknownTopicOrPartition).rawValue
                }
                answers.append(answer)
            }
            response.topics.append(ProduceResponse.Topic { $0.name = topic.name; $0.topicId = topic.topicId; $0.partitions = answers })
        }
        if request.transactionalId != nil { core.housekeeper.noteTransaction() }
        let throttle = core.throttle(produced: frame.readableBytes, by: exchange.client)
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

    /// Appends one partition's batches, and fills its answer in; nil where that is all there is to it.
    private func append(
        _ partition: ProduceRequest.Partition, to topic: Topic, _ terms: ProduceTerms, _ frame: inout ByteBuffer,
        _ answer: inout ProduceResponse.Partition
    ) -> ProducedBatches? {
        guard topic.partitions.indices.contains(Int(partition.partitionIndex)) else {
            answer.errorCode = KafkaErrorCode.unknownTopicOrPartition.rawValue
            return nil
        }
        guard case .frame(let range) = partition.records, !range.isEmpty else {
            answer.errorCode = KafkaErrorCode.invalidRecord.rawValue
            return nil
        }
        let log = topic.partitions[Int(partition.partitionIndex)]
        let place = TopicPartition(topic.name, partition.partitionIndex)
        do {
            let batches = try frame.withUnsafeMutableReadableBytes { bytes in
                try core.broker.produce(UnsafeMutableRawBufferPointer(rebasing: bytes[range]), to: place, in: log, terms)
            }
            answer.baseOffset = batches.result.baseOffset
            answer.logAppendTimeMilliseconds = batches.result.logAppendTime
            answer.logStartOffset = batches.result.logStartOffset
            return batches
        } catch {
            let failure = LogFailure(error)
            answer.errorCode = failure.code.rawValue
            answer.errorMessage = failure.message
            return nil
        }
    }

    /// Waits until everything is as durable as was asked for, and until the coordinator has written which partitions take part.
    private func wait(for pending: [Pending], _ exchange: Exchange<ProduceRequest>, _ response: ProduceResponse, _ throttle: Int64) {
        let progress = SharedBox((left: pending.count, response: response))
        for part in pending {
            core.broker.acknowledge(part.batches, waitsForDurability: exchange.request.acks == -1) { result in
                let complete: ProduceResponse? = progress.withLock { progress in
                    if case .failure(let error) = result {
                        progress.response.topics[part.topic].partitions[part.partition].errorCode = LogFailure(error).code.rawValue
                    }
                    progress.left -= 1
                    return progress.left == 0 ? progress.response : nil
                }
                if let complete { finish(exchange, complete, throttle) }
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
