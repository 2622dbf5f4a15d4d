internal import CRdkafka
import Coordination
import Records
import Synchronization

/// One life of a transactional producer, from its epoch to its end.
///
/// Thread rule: `send` and `takeReports` from any thread; the rest when none of them is under way.
final class ProducerSession: @unchecked Sendable {
    // Sendable: `handle` and `state` are used under `lock`, but for librdkafka's own functions, which are safe from any thread.
    private let id: String
    private let handle: ClusterHandle
    private let compression: @Sendable (String) -> CompressionCodec
    private let group: @Sendable (String) -> ClusterGroup?
    private let state = Mutex(State())
    /// How long a step of a commit may take before its outcome counts as unknown.
    private let patience: Duration = .seconds(30)

    private struct State: ~Copyable {
        var topics: [String: OpaquePointer] = [:]
        var ends: [TopicPartition: Int64] = [:]
        var failure: EngineError?
        var isUsable = true
        /// A transaction is begun and not yet committed.
        var isOpen = false
    }

    init(
        id: String, _ configuration: ClusterConfiguration, _ compression: @escaping @Sendable (String) -> CompressionCodec,
        group: @escaping @Sendable (String) -> ClusterGroup?
    ) throws(EngineError) {
        self.id = id
        self.compression = compression
        self.group = group
        var extra = [("transactional.id", id)]
        let defaults = [
            ("transaction.timeout.ms", "30000"), ("linger.ms", "5"), ("queue.buffering.max.kbytes", "262144"), ("message.max.bytes", "67108864"),
            ("queue.buffering.max.messages", "1000000"),
        ]
        for (name, value) in defaults where configuration.value(of: name) == nil { extra.append((name, value)) }
        do throws(ClusterError) {
            handle = try ClusterHandle(.producer, configuration.withoutGroup, extra)
        } catch {
            throw EngineError(translating: error)
        }
        try attempt("begin the transactions of \(id)") { rd_kafka_init_transactions($0, $1) }
    }

    deinit {
        state.withLock { state in for topic in state.topics.values { rd_kafka_topic_destroy(topic) } }
    }

    var isUsable: Bool { state.withLock { $0.isUsable } }
    var isOpen: Bool { state.withLock { $0.isOpen } }

    func begin() throws(EngineError) {
        state.withLock { $0.ends = [:] }
        try attempt("begin a transaction of \(id)") { pointer, _ in rd_kafka_begin_transaction(pointer) }
        state.withLock { $0.isOpen = true }
    }

    /// Copies a record into the library's queue; waits where that is full.
    func send(_ record: borrowing RecordView, to partition: TopicPartition) -> EngineError? {
        let topic: OpaquePointer
        switch self.topic(partition.topic) {
        case .success(let found): topic = found
        case .failure(let error): return error
        }
        while true {
            let code = ProducedMessage.enqueue(record, handle.pointer, topic, partition.partition)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
            guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else {
                return state.withLock { state in
                    state.isUsable = false
                    return state.failure ?? EngineError(translating: handle.failure(code, "send a record to \(partition)"))
                }
            }
            takeReports(milliseconds: 50)
            if let failure = state.withLock({ $0.failure }) { return failure }
        }
    }

    /// Takes what the brokers have acknowledged.
    func takeReports(milliseconds: Int32 = 0) {
        state.withLock { state in
            var failed: (code: rd_kafka_resp_err_t, topic: String)?
            handle.serve(milliseconds: milliseconds) { message in
                guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    if failed == nil { failed = (message.pointee.err, String(cString: rd_kafka_topic_name(message.pointee.rkt))) }
                    return
                }
                let partition = TopicPartition(String(cString: rd_kafka_topic_name(message.pointee.rkt)), message.pointee.partition)
                state.ends[partition] = max(state.ends[partition] ?? 0, message.pointee.offset + 1)
            }
            guard let failed, state.failure == nil else { return }
            state.failure = fencing(failed.code, "send a record to topic \(failed.topic)")
                ?? EngineError(translating: handle.failure(failed.code, "send a record to topic \(failed.topic)"))
            state.isUsable = false
        }
    }

    /// Returns one past the last offset in each partition that was written.
    func commit(_ positions: [OffsetCommit]) throws(EngineError) -> [TopicPartition: Int64] {
        try flush()
        for (name, commits) in Dictionary(grouping: positions, by: \.group).sorted(by: { $0.key < $1.key }) {
            let list = PartitionList(committing: commits)
            guard let metadata = group(name)?.metadata() ?? rd_kafka_consumer_group_metadata_new(name) else {
                throw EngineError(.inputOutput, "group \(name): no memory")
            }
            defer { rd_kafka_consumer_group_metadata_destroy(metadata) }
            try attempt("commit positions of group \(name)") { rd_kafka_send_offsets_to_transaction($0, list.pointer, metadata, $1) }
        }
        try attempt("commit a transaction of \(id)") { rd_kafka_commit_transaction($0, $1) }
        return state.withLock { state in
            state.isOpen = false
            return state.ends
        }
    }

    /// Everything sent is acknowledged, or the transaction fails. The library's own flush would wait for reports that are taken here.
    private func flush() throws(EngineError) {
        let deadline = ContinuousClock.now + patience
        while rd_kafka_outq_len(handle.pointer) > 0 {
            takeReports(milliseconds: 20)
            if let failure = state.withLock({ $0.failure }) { throw failure }
            guard ContinuousClock.now < deadline else {
                giveUp()
                throw EngineError(translating: state.withLock { _ in handle.failure(RD_KAFKA_RESP_ERR__TIMED_OUT, "send the records of a transaction of \(id)") })
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// The transaction will not be committed; the next one is begun by a new session, which aborts it.
    func giveUp() { state.withLock { $0.isUsable = false } }

    /// Nothing more is sent.
    func end() {
        rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        state.withLock { _ in handle.serve(milliseconds: 0) }
    }

    /// Repeats what may be repeated; anything else ends the session.
    private func attempt(_ action: String, _ body: (OpaquePointer, Int32) -> OpaquePointer?) throws(EngineError) {
        let deadline = ContinuousClock.now + patience
        while let error = body(handle.pointer, 10_000) {
            defer { rd_kafka_error_destroy(error) }
            let isRetriable = rd_kafka_error_is_retriable(error) != 0
            if isRetriable, ContinuousClock.now < deadline {
                takeReports(milliseconds: 20)
                continue
            }
            giveUp()
            let code = rd_kafka_error_code(error)
            let words = String(cString: rd_kafka_error_string(error))
            if let fenced = fencing(code, action) { throw fenced }
            throw EngineError(translating: state.withLock { _ in handle.failure(code, action, detail: words) })
        }
    }

    private static let fencings = [RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH]

    /// Where another producer has taken the transactional id, whatever that made fail: what is said of a record, then, is only that it was thrown away.
    private func fencing(_ code: rd_kafka_resp_err_t, _ action: String) -> EngineError? {
        var words = [CChar](repeating: 0, count: 256)
        let fatal = rd_kafka_fatal_error(handle.pointer, &words, words.count)
        guard Self.fencings.contains(code) || Self.fencings.contains(fatal) else { return nil }
        let text = fatal == RD_KAFKA_RESP_ERR_NO_ERROR
            ? String(cString: rd_kafka_err2str(code)) : String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return EngineError(.fenced, "cannot \(action): \(text)")
    }

    private func topic(_ name: String) -> Result<OpaquePointer, EngineError> {
        state.withLock { state in
            if let topic = state.topics[name] { return .success(topic) }
            let conf = rd_kafka_topic_conf_new()
            rd_kafka_topic_conf_set(conf, "compression.codec", compression(name).settingName, nil, 0)
            guard let topic = rd_kafka_topic_new(handle.pointer, name, conf) else {
                return .failure(EngineError(.inputOutput, "topic \(name): " + String(cString: rd_kafka_err2str(rd_kafka_last_error()))))
            }
            state.topics[name] = topic
            return .success(topic)
        }
    }
}
