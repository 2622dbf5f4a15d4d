internal import CRdkafka
import Coordination
import Synchronization

/// A consumer group as its positions are read and written: as a member of it (``ClusterMember``), or from outside.
final class ClusterGroup: @unchecked Sendable {
    // Sendable: `handle`'s own fields are used under `lock`; librdkafka's functions are safe from any thread.
    let name: String
    let handle: ClusterHandle
    let queue: OpaquePointer?
    private let lock = Mutex(())
    let isMember: Bool

    /// `topic`: the one whose partitions the group divides; nil to stay outside.
    init(_ name: String, _ configuration: ClusterConfiguration, joining topic: String?) throws(EngineError) {
        self.name = name
        isMember = topic != nil
        var extra = [
            ("group.id", name), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"),
            ("isolation.level", "read_committed"),
        ]
        // The newer protocol (KIP-848) has its assignor, its heartbeats and its session in the coordinator.
        if configuration.value(of: "group.protocol") != "consumer" {
            for (name, value) in [("partition.assignment.strategy", "cooperative-sticky"), ("session.timeout.ms", "10000")]
            where configuration.value(of: name) == nil { extra.append((name, value)) }
        }
        do throws(ClusterError) {
            handle = try ClusterHandle(.consumer, topic == nil ? configuration.withoutInstance : configuration, extra, observesRebalances: topic != nil)
            queue = rd_kafka_queue_get_consumer(handle.pointer)
            if let topic {
                let list = PartitionList([(TopicPartition(topic, RD_KAFKA_PARTITION_UA), Int64(0))])
                try handle.check(rd_kafka_subscribe(handle.pointer, list.pointer), "join group \(name) for topic \(topic)")
            }
        } catch {
            throw EngineError(translating: error)
        }
    }

    deinit { if let queue { rd_kafka_queue_destroy(queue) } }

    /// Waits while a transaction that holds positions of the group is being ended.
    func positions(in partitions: [TopicPartition]) throws(EngineError) -> [TopicPartition: OffsetAndMetadata] {
        guard !partitions.isEmpty else { return [:] }
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let list = PartitionList(partitions.map { ($0, 0) })
            var code = rd_kafka_committed(handle.pointer, list.pointer, handle.timeoutMilliseconds)
            let entries = list.entries
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { code = entries.first { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }?.error ?? code }
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else {
                var found: [TopicPartition: OffsetAndMetadata] = [:]
                for entry in entries where entry.offset >= 0 {
                    found[entry.partition] = OffsetAndMetadata(offset: entry.offset, metadata: entry.metadata)
                }
                return found
            }
            guard Self.passes.contains(code), ContinuousClock.now < deadline else {
                throw EngineError(translating: lock.withLock { _ in handle.failure(code, "look up positions of group \(name)") })
            }
        }
    }

    /// Errors that go away by themselves.
    private static let passes = [
        RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR__TRANSPORT,
        RD_KAFKA_RESP_ERR__WAIT_CACHE,
    ]

    /// For a group without members.
    func commit(_ positions: [OffsetCommit]) throws(EngineError) {
        let list = PartitionList(committing: positions)
        let code = rd_kafka_commit(handle.pointer, list.pointer, 0)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw EngineError(translating: lock.withLock { _ in handle.failure(code, "commit positions of group \(name)") })
    }

    /// Who commits in a transaction: the member with its generation, which the coordinator checks, or somebody from outside. The caller frees it.
    func metadata() -> OpaquePointer? {
        isMember ? rd_kafka_consumer_group_metadata(handle.pointer) : rd_kafka_consumer_group_metadata_new(name)
    }

    /// With the lock: what the connections have said.
    func failure(_ code: rd_kafka_resp_err_t, _ action: String, detail: String? = nil) -> ClusterError {
        lock.withLock { _ in handle.failure(code, action, detail: detail) }
    }

    func serve() { lock.withLock { _ in handle.serve(milliseconds: 0) } }
}
