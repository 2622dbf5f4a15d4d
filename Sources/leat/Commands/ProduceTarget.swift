import Coordination
import LogClient
import Records

/// Where `leat produce` puts records.
protocol ProduceTarget {
    var recordCount: Int { get }
    mutating func add(key: [UInt8]?, value: [UInt8]) throws
    /// Everything added is acknowledged when this returns.
    mutating func flush() throws
    func close()
}

/// Sends to a cluster.
struct ProduceClusterWriter: ProduceTarget {
    let producer: ClusterProducer
    let topic: String
    let only: Int32?
    let headers: [RecordHeader]
    let reports: ConsoleOutput?

    var recordCount: Int { producer.deliveredCount }

    mutating func add(key: [UInt8]?, value: [UInt8]) throws {
        try producer.send(to: topic, partition: only, key: key, value: value, headers: headers)
    }

    mutating func flush() throws {
        try producer.flush()
        guard let reports else { return }
        for delivery in producer.takeDeliveries().sorted(by: { ($0.partition, $0.offset) < ($1.partition, $1.offset) }) {
            reports.line(
                JSONText.object([
                    ("topic", .string(delivery.partition.topic)), ("partition", .integer(delivery.partition.partition)),
                    ("offset", .integer(delivery.offset)),
                ]))
        }
        reports.flush()
    }

    func close() {}
}
