import Coordination
import LogClient
import Records
import StateStore

/// What a task sends: what its processor emitted, and what could not be handled.
extension StreamTask {
    /// Buries what failed, sends what was emitted, and counts. `record`: to be buried, where the outcome is a failure.
    @discardableResult
    func conclude(
        _ outcome: Result<Disposition, any Error>, _ record: Record?, of partition: TopicPartition, _ transaction: any LogTransaction
    ) throws -> Disposition {
        var disposition = Disposition.accounted
        switch outcome {
        case .success(let value): disposition = value
        case .failure(let error):
            if error is EngineError || error is StateStoreError { throw error }
            if let record { try bury(record, of: partition, error, transaction) }
            context.delta.in += 1
            context.delta.dead += 1
        }
        try sendPending(transaction)
        switch disposition {
        case .passed:
            context.delta.in += 1
            context.delta.out += 1
        case .rejected:
            context.delta.in += 1
            context.delta.rejected += 1
        case .accounted, .unfinished: break
        }
        return disposition
    }

    func sendPending(_ transaction: any LogTransaction) throws {
        for emission in context.pending {
            let topic: String
            switch emission.target {
            case .output(let index): topic = stage.outputs[index]
            case .rejections:
                guard let rejections = stage.rejections else {
                    throw EngineError(.invalidRequest, "stage \(stage.name) rejects a record and declares no topic for that")
                }
                topic = rejections
            }
            let partition = TopicPartition(topic, emission.partition)
            if emission.endOfInput {
                try outputs.addMark(to: partition, order: emission.order, endOfInput: true, transaction: transaction)
            } else {
                try outputs.add(
                    Record(
                        offset: -1, timestamp: context.timestamp, key: emission.key, value: emission.value,
                        headers: emission.headers),
                    to: partition, order: emission.order, transaction: transaction)
            }
        }
        context.pending.removeAll(keepingCapacity: true)
    }

    /// The record, as it came, to the dead letters, with the error and where it was.
    private func bury(_ record: Record, of partition: TopicPartition, _ error: any Error, _ transaction: any LogTransaction) throws {
        var record = record
        let facts = [
            (RuntimeHeader.error, String("\(error)".prefix(8_192))), (RuntimeHeader.stage, stage.name), (RuntimeHeader.build, build),
            (RuntimeHeader.sourceTopic, partition.topic),
            (RuntimeHeader.sourcePartition, String(partition.partition)), (RuntimeHeader.sourceOffset, String(record.offset)),
        ]
        record.headers += facts.map { RecordHeader(key: $0.0, value: $0.1) }
        try outputs.add(
            record, to: TopicPartition(stage.deadLetters, partition.partition % context.deadLetterPartitions), order: nil, transaction: transaction)
    }
}
