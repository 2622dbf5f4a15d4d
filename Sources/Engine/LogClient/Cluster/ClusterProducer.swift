internal import CRdkafka
public import Coordination
public import Records

/// Sends records to a cluster, in batches that librdkafka gathers, each at most once and in order (idempotent), to all replicas.
///
///     let producer = try ClusterProducer(configuration)
///     try producer.send(to: "pages", key: nil, value: bytes) { … }
///     try producer.flush()
///
/// Records with a key go where Kafka's own clients put them (murmur2). Memory is bounded: a full queue makes `send` wait. One thread at a time.
public final class ClusterProducer {
    /// What became of a record.
    public struct Delivery: Sendable {
        public var partition: TopicPartition
        public var offset: Int64
    }

    private let handle: ClusterHandle
    private var deliveries: [Delivery] = []
    private var failure: ClusterError?
    private let reports: Bool
    /// Records that were acknowledged.
    public private(set) var deliveredCount = 0

    /// `reports`: whether `takeDeliveries` is going to be called.
    public init(_ configuration: ClusterConfiguration, compression: CompressionCodec = .none, reports: Bool = false) throws(ClusterError) {
        var extra: [(String, String)] = []
        let defaults = [
            ("partitioner", "murmur2_random"), ("enable.idempotence", "true"), ("linger.ms", "5"), ("compression.codec", compression.settingName),
            ("queue.buffering.max.kbytes", "262144"),
        ]
        for (name, value) in defaults where configuration.value(of: name) == nil { extra.append((name, value)) }
        handle = try ClusterHandle(.producer, configuration, extra)
        self.reports = reports
    }

    /// Throws where there is no such topic, before anything is sent: a cluster may be set up to make topics by accident.
    public func partitionCount(of topic: String) throws(ClusterError) -> Int32 {
        let action = "produce to topic \(topic)"
        let metadata = try handle.metadata(action)
        guard let found = metadata.topics.first(where: { $0.name == topic }) else {
            throw handle.failure(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, action)
        }
        try handle.check(found.error, action)
        return Int32(clamping: found.partitions.count)
    }

    /// Takes a copy of the record into the queue. `partition`: `nil` to choose by the key, or at random. Throws what went wrong earlier too.
    public func send(
        to topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = []
    ) throws(ClusterError) {
        while true {
            if let failure { throw failure }
            let code = enqueue(topic, partition ?? RD_KAFKA_PARTITION_UA, key, value, headers)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { break }
            guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else { throw handle.failure(code, "send a record to topic \(topic)") }
            serve(milliseconds: 100)
        }
        serve(milliseconds: 0)
    }

    /// Returns when everything sent is acknowledged, and throws the first thing that was not.
    public func flush() throws(ClusterError) {
        // The reports are counted with the records until they are taken out of the queue.
        while rd_kafka_outq_len(handle.pointer) > 0 {
            serve(milliseconds: 100)
            if let failure { throw failure }
        }
        if let failure { throw failure }
    }

    /// What was acknowledged since the last call, in no order.
    public func takeDeliveries() -> [Delivery] {
        defer { deliveries.removeAll(keepingCapacity: true) }
        return deliveries
    }

    private func serve(milliseconds: Int32) {
        var failed: (code: rd_kafka_resp_err_t, topic: String)?
        handle.serve(milliseconds: milliseconds) { message in
            let topic = String(cString: rd_kafka_topic_name(message.pointee.rkt))
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                if failed == nil { failed = (message.pointee.err, topic) }
                return
            }
            deliveredCount += 1
            if reports { deliveries.append(Delivery(partition: TopicPartition(topic, message.pointee.partition), offset: message.pointee.offset)) }
        }
        // Only now: asking why takes from the queue that was just read.
        if failure == nil, let failed { failure = handle.failure(failed.code, "send a record to topic \(failed.topic)") }
    }

    /// The unsafe corner: librdkafka copies key, value and headers before the call returns, so the pointers live long enough.
    private func enqueue(
        _ topic: String, _ partition: Int32, _ key: [UInt8]?, _ value: [UInt8]?, _ headers: [RecordHeader]
    ) -> rd_kafka_resp_err_t {
        let list = headers.isEmpty ? nil : rd_kafka_headers_new(headers.count)
        for header in headers {
            _ = (header.value ?? []).withUnsafeBytes { bytes in
                // A pointer to nothing is a null value; an empty value needs one to something.
                rd_kafka_header_add(list, header.key, -1, header.value == nil ? nil : bytes.baseAddress ?? Self.nothing, bytes.count)
            }
        }
        let error = topic.withCString { name in
            (key ?? []).withUnsafeBytes { keyBytes in
                (value ?? []).withUnsafeBytes { valueBytes in
                    var units = [rd_kafka_vu_t(), rd_kafka_vu_t(), rd_kafka_vu_t(), rd_kafka_vu_t(), rd_kafka_vu_t()]
                    units[0].vtype = RD_KAFKA_VTYPE_TOPIC
                    units[0].u.cstr = name
                    units[1].vtype = RD_KAFKA_VTYPE_PARTITION
                    units[1].u.i32 = partition
                    units[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                    units[2].u.i = RD_KAFKA_MSG_F_COPY
                    units[3].vtype = RD_KAFKA_VTYPE_VALUE
                    units[3].u.mem.ptr = value == nil ? nil : UnsafeMutableRawPointer(mutating: valueBytes.baseAddress ?? Self.nothing)
                    units[3].u.mem.size = valueBytes.count
                    units[4].vtype = RD_KAFKA_VTYPE_KEY
                    units[4].u.mem.ptr = key == nil ? nil : UnsafeMutableRawPointer(mutating: keyBytes.baseAddress ?? Self.nothing)
                    units[4].u.mem.size = keyBytes.count
                    if let list {
                        var unit = rd_kafka_vu_t()
                        unit.vtype = RD_KAFKA_VTYPE_HEADERS
                        unit.u.headers = list
                        units.append(unit)
                    }
                    return rd_kafka_produceva(handle.pointer, units, units.count)
                }
            }
        }
        guard let error else { return RD_KAFKA_RESP_ERR_NO_ERROR }
        // Only a record that was taken takes its headers along.
        if let list { rd_kafka_headers_destroy(list) }
        defer { rd_kafka_error_destroy(error) }
        return rd_kafka_error_code(error)
    }

    /// Somewhere to point at for zero bytes; never read or written.
    nonisolated(unsafe) private static let nothing = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
}

extension CompressionCodec {
    var settingName: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }
}
