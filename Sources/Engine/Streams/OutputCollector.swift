import Coordination
import LogClient
import Records

/// Gathers a task's records into batches, one open batch a partition.
///
/// Owned by its task. Batches leave when they are full and at each commit.
final class OutputCollector {
    private struct Lane {
        var builder: RecordBatchBuilder
        var lastOrder: OrderKey?
    }

    static let batchBytes = 256 * 1024

    private var lanes: [TopicPartition: Lane] = [:]
    private let compression: @Sendable (String) -> CompressionCodec
    private let nowMilliseconds: @Sendable () -> Int64

    init(
        compression: @escaping @Sendable (String) -> CompressionCodec, nowMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.compression = compression
        self.nowMilliseconds = nowMilliseconds
    }

    var isEmpty: Bool { lanes.values.allSatisfy { $0.builder.isEmpty } }

    /// The order key of the last record or mark that went to a partition since the task began.
    func lastOrder(in partition: TopicPartition) -> OrderKey? { lanes[partition]?.lastOrder }

    func add(
        _ record: Record, to partition: TopicPartition, order: OrderKey?, transaction: any LogTransaction
    ) throws {
        let index = lanes.index(forKey: partition) ?? insertLane(partition)
        var headers = record.headers
        if let order { headers.append(RecordHeader(key: RuntimeHeader.order, value: order.bytes)) }
        try lanes.values[index].builder.append(
            key: record.key, value: record.value, headers: headers,
            timestamp: record.timestamp > 0 ? record.timestamp : nowMilliseconds())
        if let order { lanes.values[index].lastOrder = order }
        if lanes.values[index].builder.byteCount >= Self.batchBytes {
            try transaction.append(lanes.values[index].builder, to: partition)
        }
    }

    func addMark(
        to partition: TopicPartition, order: OrderKey, endOfInput: Bool, transaction: any LogTransaction
    ) throws {
        try add(
            Record(
                offset: -1, timestamp: 0, key: nil, value: nil,
                headers: [RecordHeader(key: RuntimeHeader.mark, value: [endOfInput ? 1 : 0])]), to: partition, order: order,
            transaction: transaction)
    }

    /// Sends what is left. Returns the offset of the last record that went to `watched`.
    func flush(_ transaction: any LogTransaction) throws {
        for index in lanes.values.indices where !lanes.values[index].builder.isEmpty {
            try transaction.append(lanes.values[index].builder, to: lanes.keys[index])
        }
    }

    private func insertLane(_ partition: TopicPartition) -> Dictionary<TopicPartition, Lane>.Index {
        lanes[partition] = Lane(builder: RecordBatchBuilder(compression: compression(partition.topic)))
        return lanes.index(forKey: partition)!
    }
}
