internal import CRdkafka

/// One client of a cluster: librdkafka's handle with the queue that everything it has to say comes through.
///
/// librdkafka runs threads of its own; none of them calls into Swift. One Swift thread at a time.
final class ClusterHandle {
    enum Role {
        case producer, consumer
    }

    let pointer: OpaquePointer
    let brokers: String
    let timeoutMilliseconds: Int32
    /// Errors of the client as a whole, and a producer's delivery reports.
    private let mainQueue: OpaquePointer
    /// The newest thing that went wrong with a connection, in the library's words.
    private var lastProblem: (code: rd_kafka_resp_err_t, words: String)?
    private let role: Role

    /// `observesRebalances`: what a group's coordinator asks for comes as an event, and not as records to read.
    init(
        _ role: Role, _ configuration: ClusterConfiguration, _ extra: [(String, String)] = [], observesRebalances: Bool = false
    ) throws(ClusterError) {
        let conf = try configuration.make(extra)
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_ERROR | (role == .producer ? RD_KAFKA_EVENT_DR : observesRebalances ? RD_KAFKA_EVENT_REBALANCE : 0))
        var text = [CChar](repeating: 0, count: 512)
        guard let made = rd_kafka_new(role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, &text, text.count) else {
            rd_kafka_conf_destroy(conf)
            throw ClusterError(
                .configuration, "no client for \(configuration.brokers) can be made: "
                    + String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        guard let queue = rd_kafka_queue_get_main(made) else {
            rd_kafka_destroy(made)
            throw ClusterError(.other, "no memory for a queue")
        }
        pointer = made
        mainQueue = queue
        brokers = configuration.brokers
        timeoutMilliseconds = configuration.timeoutMilliseconds
        self.role = role
    }

    deinit {
        rd_kafka_queue_destroy(mainQueue)
        rd_kafka_destroy_flags(pointer, role == .producer ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// Takes what waits in the main queue, waiting so long for the first: delivery reports go to `delivered`, errors are remembered.
    func serve(milliseconds: Int32, delivered: (UnsafePointer<rd_kafka_message_t>) -> Void = { _ in }) {
        var wait = milliseconds
        while let event = rd_kafka_queue_poll(mainQueue, wait) {
            defer { rd_kafka_event_destroy(event) }
            wait = 0
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR: while let message = rd_kafka_event_message_next(event) { delivered(message) }
            case RD_KAFKA_EVENT_ERROR: remember(rd_kafka_event_error(event), rd_kafka_event_error_string(event).map { String(cString: $0) } ?? "")
            default: break
            }
        }
    }

    func remember(_ code: rd_kafka_resp_err_t, _ words: String) {
        // "All brokers are down" says less than what the connection said before it.
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, lastProblem != nil { return }
        lastProblem = (code, words)
    }

    /// An error of this cluster's; where it is only "too late", with what the connections said meanwhile.
    func failure(_ code: rd_kafka_resp_err_t, _ action: String, detail: String? = nil) -> ClusterError {
        serve(milliseconds: 0)
        // These say that something ended, and not why.
        let isLate = [
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__PURGE_QUEUE,
            RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__FATAL,
        ].contains(code)
        if isLate, let lastProblem { return ClusterError(lastProblem.code, action, on: brokers, detail: lastProblem.words) }
        return ClusterError(code, action, on: brokers, detail: detail)
    }

    /// Throws unless `code` is "no error".
    func check(_ code: rd_kafka_resp_err_t, _ action: String) throws(ClusterError) {
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw failure(code, action) }
    }

    /// What the cluster says of its topics.
    func metadata(_ action: String) throws(ClusterError) -> ClusterMetadata {
        // In steps, so that a refused connection is said at once and not after the whole time.
        var left = timeoutMilliseconds
        while true {
            let step = min(left, 1_000)
            var found: UnsafePointer<rd_kafka_metadata>?
            // All topics, also where one is meant: a broker that makes topics by itself would make the one that is asked for.
            let code = rd_kafka_metadata(pointer, 1, nil, &found, step)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, let found {
                defer { rd_kafka_metadata_destroy(found) }
                return ClusterMetadata(found.pointee)
            }
            left -= step
            serve(milliseconds: 0)
            let isHopeless = lastProblem.map { $0.code != RD_KAFKA_RESP_ERR__TRANSPORT || left < timeoutMilliseconds - 3_000 } ?? false
            guard left > 0, !isHopeless, code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT else {
                throw failure(code, action)
            }
        }
    }
}

/// What a cluster says of its topics: copied out of the library's memory.
struct ClusterMetadata {
    struct Topic {
        var name: String
        var error: rd_kafka_resp_err_t
        var partitions: [Partition]
    }

    struct Partition {
        var number: Int32
        var leader: Int32
        var replicas: [Int32]
    }

    var topics: [Topic]
    var brokerIDs: [Int32]

    init(_ metadata: rd_kafka_metadata) {
        topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).map { topic in
            Topic(
                name: String(cString: topic.topic), error: topic.err,
                partitions: UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map { partition in
                    Partition(
                        number: partition.id, leader: partition.leader,
                        replicas: Array(UnsafeBufferPointer(start: partition.replicas, count: Int(partition.replica_cnt))))
                }.sorted { $0.number < $1.number })
        }.sorted { $0.name < $1.name }
        brokerIDs = UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map(\.id)
    }
}
