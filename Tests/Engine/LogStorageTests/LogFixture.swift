import LogStorage
import Records
import SystemIO

/// A partition on a simulated disk.
enum LogFixture {
    static let folder = "/data/log/0"

    static func open(
        _ disk: any FileSystem, _ settings: [String: String] = [:], clock: any TimeSource = ManualTimeSource()
    ) throws -> PartitionLog {
        try PartitionLog(
            folder: folder, fileSystem: disk, clock: clock, configuration: LogConfiguration(settings: settings))
    }

    static func batch(
        _ values: [String], timestamp: Int64 = 1_700_000_000_000, producer: (id: Int64, epoch: Int16, sequence: Int32)? = nil,
        isTransactional: Bool = false, compression: CompressionCodec = .none
    ) throws -> [UInt8] {
        let builder = RecordBatchBuilder(compression: compression)
        if let producer {
            builder.producerId = producer.id
            builder.producerEpoch = producer.epoch
            builder.baseSequence = producer.sequence
        }
        builder.isTransactional = isTransactional
        for value in values { try builder.append(key: nil, value: value, timestamp: timestamp) }
        return try builder.finish()
    }

    /// Every record from `offset` on, read piece by piece.
    static func values(
        _ log: PartitionLog, from offset: Int64? = nil, maxBytes: Int = 1 << 16, upTo limit: ReadLimit = .logEnd
    ) throws -> [Int64: String] {
        var values: [Int64: String] = [:]
        var offset = offset ?? log.startOffset
        while true {
            let slice = try log.read(from: offset, maxBytes: maxBytes, upTo: limit)
            if slice.isEmpty { return values }
            for record in try RecordBatchReader().records(in: Array(slice.bytes)) where record.offset >= offset {
                values[record.offset] = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            offset = slice.nextOffset
        }
    }
}
