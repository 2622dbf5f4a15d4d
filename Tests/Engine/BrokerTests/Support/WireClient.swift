import Coordination
import Dispatch
import LogStorage
import Records
import Synchronization
import SystemIO
import Testing

@testable import Broker

/// Waits for what a completion brings.
func answered<Value: Sendable, Failure: Error>(
    _ body: (@escaping @Sendable (Result<Value, Failure>) -> Void) -> Void
) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let answer = Mutex<Result<Value, Failure>?>(nil)
    let box = AnswerBox(answer)
    body { result in
        box.value.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    return try #require(box.value.withLock { $0 }).get()
}

private final class AnswerBox<Value: Sendable, Failure: Error>: Sendable {
    let value: Mutex<Result<Value, Failure>?>
    init(_ value: consuming sending Mutex<Result<Value, Failure>?>) { self.value = value }
}

/// The code of a refusal; `none` where there is none.
func code(_ body: () throws -> Void) -> KafkaErrorCode {
    do {
        try body()
        return .none
    } catch let error as TransactionError {
        return error.code
    } catch let error as BrokerError {
        return error.code
    } catch {
        return .unknownServerError
    }
}

/// A transactional producer as a client of the protocol is one.
struct WireClient {
    let id: String
    /// 2: epochs rise with every end, partitions and groups come in by themselves (Produce 12, TxnOffsetCommit 5, EndTxn 5).
    var version: Int16 = 2
    var producer = ProducerIdentity(id: -1, epoch: -1)
    var sequences: [TopicPartition: Int32] = [:]
    var timeoutMilliseconds: Int32 = 60_000

    init(_ id: String, version: Int16 = 2) {
        self.id = id
        self.version = version
    }

    mutating func initialize(_ broker: Broker, expected: ProducerIdentity? = nil) throws {
        producer = try answered {
            broker.transactions.initProducerID(id, timeoutMilliseconds: timeoutMilliseconds, expected: expected, $0)
        }
        sequences = [:]
    }

    func batch(_ values: [String], to partition: TopicPartition) throws -> [UInt8] {
        let builder = RecordBatchBuilder()
        for value in values { try builder.append(key: nil, value: value, timestamp: 1) }
        builder.producerId = producer.id
        builder.producerEpoch = producer.epoch
        builder.baseSequence = sequences[partition] ?? 0
        builder.isTransactional = true
        return try builder.finish()
    }

    /// Sends; the sequence moves on when it is acknowledged.
    mutating func send(_ values: [String], to partition: TopicPartition, _ broker: Broker) throws {
        if version < 2 {
            try answered { broker.transactions.addPartitions([partition], to: id, of: producer, $0) }
        }
        let bytes = try batch(values, to: partition)
        let terms = ProduceTerms(transactionalID: id, addsPartitions: version >= 2)
        let produced = try broker.produce(copying: bytes, to: partition, terms)
        try answered { broker.acknowledge(produced, waitsForDurability: true, $0) }
        sequences[partition, default: 0] += Int32(values.count)
    }

    func commit(_ offset: Int64, of group: String, in partition: TopicPartition, _ broker: Broker) throws {
        if version < 2 { try answered { broker.transactions.addOffsets(of: group, to: id, of: producer, $0) } }
        let commits = [OffsetCommit(group: group, partition: partition, position: .init(offset: offset))]
        try answered { broker.transactions.commitOffsets(commits, in: id, of: producer, addsGroup: version >= 2, $0) }
    }

    mutating func end(commit: Bool, _ broker: Broker) throws {
        let next = try answered { broker.transactions.endTransaction(id, of: producer, commit: commit, clientVersion: version, $0) }
        if next != producer { sequences = [:] }
        producer = next
    }
}

extension Broker {
    /// As a server does it, whose request lies in a buffer.
    func produce(copying batches: [UInt8], to partition: TopicPartition, _ terms: ProduceTerms) throws -> ProducedBatches {
        var batches = batches
        let log = try self.partition(partition)
        return try batches.withUnsafeMutableBytes { try produce($0, to: partition, in: log, terms) }
    }
}

/// The values that a reader of committed records sees.
func committedValues(_ broker: Broker, _ partition: TopicPartition) throws -> [String] {
    let log = try broker.partition(partition)
    var values: [String] = []
    var offset = log.startOffset
    let reader = RecordBatchReader()
    while offset < log.lastStableOffset {
        let slice = try log.read(from: offset, maxBytes: 1 << 20, upTo: .lastStableOffset)
        guard slice.nextOffset > offset else { break }
        var waiting = slice.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
        var aborted: Set<Int64> = []
        let bytes = Array(slice.bytes)
        var position = 0
        while position < bytes.count {
            let batch = bytes.span.bytes.extracting(position..<bytes.count)
            let header = try RecordBatchHeader(batch)
            while let next = waiting.first, next.firstOffset <= header.lastOffset {
                aborted.insert(next.producerId)
                waiting.removeFirst()
            }
            if header.attributes.isControl {
                aborted.remove(header.producerId)
            } else if !aborted.contains(header.producerId) {
                try reader.forEachRecord(in: batch) { record in
                    values.append(record.value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                }
            }
            position += header.byteCount
        }
        offset = slice.nextOffset
    }
    return values
}
