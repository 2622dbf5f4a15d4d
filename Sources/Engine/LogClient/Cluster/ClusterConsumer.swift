internal import CRdkafka
public import Coordination
public import Records

/// Reads committed records of a cluster: partitions that it is given, or those that its group's coordinator gives it.
///
/// Records come over in batches, copied once. One thread at a time; call `poll` at least every five minutes while in a group.
public final class ClusterConsumer {
    /// What one poll brought.
    public struct Batch: Sendable {
        public var records: [(partition: TopicPartition, record: Record)] = []
        /// Partitions that were read to their ends.
        public var ends: [TopicPartition] = []
    }

    private let handle: ClusterHandle
    private let group: String?
    private var queue: OpaquePointer?

    /// `startsAtEnd`: where a group begins that has no position.
    public init(_ configuration: ClusterConfiguration, group: String? = nil, startsAtEnd: Bool = false) throws(ClusterError) {
        let extra = [
            // Without a group nothing is committed; the library wants a name all the same.
            ("group.id", group ?? "leat-reader"), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("enable.partition.eof", "true"), ("auto.offset.reset", group == nil ? "error" : startsAtEnd ? "latest" : "earliest"),
        ]
        handle = try ClusterHandle(.consumer, configuration, extra)
        self.group = group
        // The main queue is not sent on to the consumer's: what is polled there are errors, and here are records.
        queue = rd_kafka_queue_get_consumer(handle.pointer)
    }

    deinit { if let queue { rd_kafka_queue_destroy(queue) } }

    /// Reads these partitions from these offsets, in no group.
    public func assign(_ offsets: [TopicPartition: Int64]) throws(ClusterError) {
        let list = PartitionList(offsets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        try handle.check(rd_kafka_assign(handle.pointer, list.pointer), "read \(Self.names(offsets.keys))")
    }

    /// Joins the group for these topics.
    public func subscribe(to topics: [String]) throws(ClusterError) {
        let list = PartitionList(topics.map { (TopicPartition($0, RD_KAFKA_PARTITION_UA), 0) })
        try handle.check(rd_kafka_subscribe(handle.pointer, list.pointer), "join group \(group ?? "") for topics \(topics.joined(separator: ", "))")
    }

    /// What the coordinator gave, or `assign`.
    public func assignment() throws(ClusterError) -> [TopicPartition] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        try handle.check(rd_kafka_assignment(handle.pointer, &list), "look up what is read")
        guard let list else { return [] }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        return PartitionList.entries(of: list).map(\.partition)
    }

    /// At most `limit` records, waiting so long for the first.
    public func poll(limit: Int, milliseconds: Int32) throws(ClusterError) -> Batch {
        handle.serve(milliseconds: 0)
        var batch = Batch()
        var failure: ClusterError?
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: max(1, min(limit, 10_000))) { messages in
            let count = rd_kafka_consume_batch_queue(queue, milliseconds, messages.baseAddress, messages.count)
            for index in 0..<max(0, count) {
                guard let message = messages[index] else { continue }
                defer { rd_kafka_message_destroy(message) }
                if let error = take(message, into: &batch) { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        return batch
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>, into batch: inout Batch) -> ClusterError? {
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        let partition = TopicPartition(topic, message.pointee.partition)
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: batch.records.append((partition, Self.copy(message)))
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: batch.ends.append(partition)
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT:
            // The library goes on trying.
            handle.remember(message.pointee.err, rd_kafka_message_errstr(message).map { String(cString: $0) } ?? "")
        case _ where topic.isEmpty && group == nil:
            // The library looks for a group's coordinator all the same; who reads in no group needs none, and no right to it.
            handle.remember(message.pointee.err, rd_kafka_message_errstr(message).map { String(cString: $0) } ?? "")
        default:
            return handle.failure(
                message.pointee.err, topic.isEmpty ? "read" : "read \(partition)",
                detail: rd_kafka_message_errstr(message).map { String(cString: $0) })
        }
        return nil
    }

    /// Sets the group's positions: the next offsets to read. Returns when the coordinator has them.
    public func commit(_ positions: [TopicPartition: Int64]) throws(ClusterError) {
        guard !positions.isEmpty else { return }
        let list = PartitionList(positions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        try handle.check(rd_kafka_commit(handle.pointer, list.pointer, 0), "commit positions of group \(group ?? "")")
    }

    /// Where the group stands in these partitions; those without a position are left out.
    public func positions(in partitions: [TopicPartition]) throws(ClusterError) -> [TopicPartition: Int64] {
        let action = "look up positions of group \(group ?? "")"
        let list = PartitionList(partitions.map { ($0, 0) })
        try handle.check(rd_kafka_committed(handle.pointer, list.pointer, handle.timeoutMilliseconds), action)
        var found: [TopicPartition: Int64] = [:]
        for entry in list.entries {
            try handle.check(entry.error, "\(action) in \(entry.partition)")
            if entry.offset >= 0 { found[entry.partition] = entry.offset }
        }
        return found
    }

    /// Leaves the group, so that its other members need not wait to notice.
    public func close() {
        guard let queue else { return }
        rd_kafka_queue_destroy(queue)
        self.queue = nil
        rd_kafka_consumer_close(handle.pointer)
    }

    private static func names(_ partitions: some Sequence<TopicPartition>) -> String {
        let names = partitions.sorted().map(\.description)
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    /// The unsafe corner: the library's memory is read while the message is held, and nothing of it is kept.
    private static func copy(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Record {
        func bytes(_ pointer: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
            pointer.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
        }
        var record = Record(
            offset: message.pointee.offset, timestamp: rd_kafka_message_timestamp(message, nil),
            key: bytes(message.pointee.key, message.pointee.key_len), value: bytes(message.pointee.payload, message.pointee.len))
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return record }
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        for index in 0..<rd_kafka_header_cnt(list) where rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            record.headers.append(RecordHeader(key: name.map { String(cString: $0) } ?? "", value: bytes(value, size)))
        }
        return record
    }
}
