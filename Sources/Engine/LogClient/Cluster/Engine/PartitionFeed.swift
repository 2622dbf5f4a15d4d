internal import CRdkafka
import Coordination

/// What librdkafka has read ahead of one partition.
///
/// The unsafe corner of reading: messages are the library's memory; each is copied once, into the record set, and given back.
final class PartitionFeed: @unchecked Sendable {
    // Sendable: one partition is read by one thread at a time, as LogEngine's rule has it; what changes is touched by that thread alone, but for
    // `bytesPerRecord`, a word that is only an estimate.
    private let topic: OpaquePointer
    private let partition: TopicPartition
    /// Where the next record is expected.
    private(set) var nextOffset: Int64
    private var records = 0
    private var bytes = 0
    private(set) var bytesPerRecord = 0

    init(_ topic: OpaquePointer, _ partition: TopicPartition, from offset: Int64) {
        self.topic = topic
        self.partition = partition
        nextOffset = offset
    }

    func start() -> Bool { rd_kafka_consume_start(topic, partition.partition, nextOffset) == 0 }
    func stop() { rd_kafka_consume_stop(topic, partition.partition) }

    /// Adds what has come; returns what went wrong, after which the feed is to be stopped.
    func read(into set: inout RecordSet, maximumBytes: Int, milliseconds: Int32) -> EngineError? {
        var wait = milliseconds
        var failure: EngineError?
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<rd_kafka_message_t>?.self, capacity: 512) { messages in
            repeat {
                let count = rd_kafka_consume_batch(topic, partition.partition, wait, messages.baseAddress, messages.count)
                wait = 0
                guard count > 0 else { break }
                for index in 0..<count {
                    guard let message = messages[index] else { continue }
                    defer { rd_kafka_message_destroy(message) }
                    if failure == nil { failure = take(message, into: &set) }
                }
            } while failure == nil && set.byteCount < maximumBytes
        }
        records += set.count
        bytes += set.byteCount
        if records > 0 { bytesPerRecord = bytes / records + 16 }
        nextOffset = set.nextOffset
        return failure
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>, into set: inout RecordSet) -> EngineError? {
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            // After a start in the middle of a batch the library may begin before what was asked for.
            guard message.pointee.offset >= set.nextOffset else { return nil }
            set.append(message)
            set.nextOffset = message.pointee.offset + 1
            return nil
        case RD_KAFKA_RESP_ERR__PARTITION_EOF:
            // Past markers and aborted records, which are never handed over.
            set.nextOffset = max(set.nextOffset, message.pointee.offset)
            return nil
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            // The library goes on trying.
            return nil
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            return EngineError(
                .offsetOutOfRange,
                "\(partition): offset \(set.nextOffset) is not there any more, or not yet (\(words(message))); `leat reset` moves a group's positions")
        case RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR_INVALID_MSG:
            return EngineError(.corruptBatch, "\(partition): the batch at or after offset \(set.nextOffset) is damaged: \(words(message))")
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            return EngineError(.refused, "\(partition): reading is not allowed: \(words(message)); see `leat acls list`")
        default:
            return EngineError(.inputOutput, "\(partition): \(words(message))")
        }
    }

    private func words(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> String {
        rd_kafka_message_errstr(message).map { String(cString: $0) } ?? String(cString: rd_kafka_err2str(message.pointee.err))
    }
}

extension RecordSet {
    /// Copies a message of the library's in.
    mutating func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let key = message.pointee.key.map { append(bytes: UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len)) }
        let value = message.pointee.payload.map { append(bytes: UnsafeRawBufferPointer(start: $0, count: message.pointee.len)) }
        let start = byteCount
        var headerCount = 0
        var headers: OpaquePointer?
        if rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers {
            var name: UnsafePointer<CChar>?
            var bytes: UnsafeRawPointer?
            var size = 0
            while rd_kafka_header_get_all(headers, headerCount, &name, &bytes, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let found = name {
                append(header: UnsafeRawBufferPointer(UnsafeBufferPointer(start: found, count: Self.length(of: found))), bytes.map { .init(start: $0, count: size) })
                headerCount += 1
            }
        }
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        entries.append(
            Entry(
                offset: message.pointee.offset, timestamp: rd_kafka_message_timestamp(message, &kind), key: key, value: value,
                headers: start..<byteCount, headerCount: headerCount))
    }

    private static func length(of name: UnsafePointer<CChar>) -> Int {
        var length = 0
        while name[length] != 0 { length += 1 }
        return length
    }
}
