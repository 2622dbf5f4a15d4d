internal import CRdkafka
import Coordination
import Synchronization

/// Reads committed records of a cluster's partitions, each from where its reader wants, in no group.
///
/// librdkafka reads ahead into a queue of each partition that is open (16 MiB, the setting queued.max.messages.kbytes); a partition opens with its
/// first fetch and closes with ``release(_:)``. Thread rule: any thread; one partition by one thread at a time.
final class ClusterReader: @unchecked Sendable {
    // Sendable: `handle` is used under `state`'s lock, but for librdkafka's own functions on a partition's queue, which are safe from any thread.
    private let handle: ClusterHandle
    private let state = Mutex(State())

    private struct State: ~Copyable {
        var topics: [String: OpaquePointer] = [:]
        var feeds: [TopicPartition: PartitionFeed] = [:]
    }

    init(_ configuration: ClusterConfiguration) throws(ClusterError) {
        var extra = [("enable.partition.eof", "true"), ("auto.offset.reset", "error"), ("check.crcs", "true"), ("isolation.level", "read_committed")]
        let defaults = [("queued.max.messages.kbytes", "16384"), ("fetch.message.max.bytes", "4194304"), ("fetch.wait.max.ms", "100")]
        for (name, value) in defaults where configuration.value(of: name) == nil { extra.append((name, value)) }
        handle = try ClusterHandle(.consumer, configuration.withoutGroup, extra)
    }

    deinit {
        state.withLock { state in
            for feed in state.feeds.values { feed.stop() }
            for topic in state.topics.values { rd_kafka_topic_destroy(topic) }
        }
    }

    func offsets(of partition: TopicPartition) throws(EngineError) -> (start: Int64, end: Int64) {
        do throws(ClusterError) {
            return try handle.offsets(of: partition)
        } catch {
            throw EngineError(translating: error)
        }
    }

    /// As of the last answer to a fetch: costs no question.
    func backlog(of partition: TopicPartition, from offset: Int64) -> Backlog {
        var (start, end): (Int64, Int64) = (0, 0)
        guard rd_kafka_get_watermark_offsets(handle.pointer, partition.topic, partition.partition, &start, &end) == RD_KAFKA_RESP_ERR_NO_ERROR,
            end > offset, offset >= 0
        else { return Backlog(records: 0, bytes: 0) }
        let bytes = state.withLock { $0.feeds[partition]?.bytesPerRecord ?? 0 }
        return Backlog(records: Int(end - max(offset, start)), bytes: Int(end - max(offset, start)) * bytes)
    }

    func fetch(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int, waitingAtMost duration: Duration, into records: inout RecordSet
    ) throws(EngineError) {
        records.removeAll()
        records.nextOffset = offset
        let feed = try feed(partition, from: offset)
        if let failure = feed.read(into: &records, maximumBytes: maximumBytes, milliseconds: duration.wholeMilliseconds) {
            release(partition)
            throw failure
        }
    }

    func release(_ partition: TopicPartition) {
        let feed = state.withLock { $0.feeds.removeValue(forKey: partition) }
        feed?.stop()
    }

    private func feed(_ partition: TopicPartition, from offset: Int64) throws(EngineError) -> PartitionFeed {
        try state.withLock { state throws(EngineError) in
            if let feed = state.feeds[partition] {
                if feed.nextOffset == offset { return feed }
                feed.stop()
            }
            let topic: OpaquePointer
            if let known = state.topics[partition.topic] {
                topic = known
            } else {
                guard let made = rd_kafka_topic_new(handle.pointer, partition.topic, nil) else {
                    throw EngineError(.inputOutput, "cannot read \(partition): " + String(cString: rd_kafka_err2str(rd_kafka_last_error())))
                }
                state.topics[partition.topic] = made
                topic = made
            }
            let feed = PartitionFeed(topic, partition, from: offset)
            guard feed.start() else {
                throw EngineError(.inputOutput, "cannot read \(partition): " + String(cString: rd_kafka_err2str(rd_kafka_last_error())))
            }
            state.feeds[partition] = feed
            return feed
        }
    }
}

extension Duration {
    /// Rounded up, so that a short wait is not none.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
