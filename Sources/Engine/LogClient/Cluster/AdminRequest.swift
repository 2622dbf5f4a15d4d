internal import CRdkafka

/// One question to the cluster's admin API: asked into a queue of its own, and waited for.
extension ClusterHandle {
    /// `ask` sends it, with options and the queue for the answer; `read` copies the answer out of the library's memory.
    func request<Answer>(
        _ operation: rd_kafka_admin_op_t, _ action: String, ask: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
        read: (_ event: OpaquePointer) throws -> Answer
    ) throws -> Answer {
        let options = rd_kafka_AdminOptions_new(pointer, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var text = [CChar](repeating: 0, count: 256)
        rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, &text, text.count)
        // Where the brokers can wait until a change is everywhere, they shall.
        if [RD_KAFKA_ADMIN_OP_CREATETOPICS, RD_KAFKA_ADMIN_OP_DELETETOPICS, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS].contains(operation) {
            rd_kafka_AdminOptions_set_operation_timeout(options, timeoutMilliseconds, &text, text.count)
        }
        let queue = rd_kafka_queue_new(pointer)
        defer { rd_kafka_queue_destroy(queue) }
        ask(options, queue)
        guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds + 5_000) else { throw failure(RD_KAFKA_RESP_ERR__TIMED_OUT, action) }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw failure(code, action, detail: rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return try read(event)
    }

    /// Throws where an answer's part holds an error.
    func check(_ error: OpaquePointer?, _ action: String) throws(ClusterError) {
        guard let error, rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw failure(rd_kafka_error_code(error), action, detail: rd_kafka_error_string(error).map { String(cString: $0) })
    }

    /// The results for topics, of which there is one.
    func check(_ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, _ action: String) throws(ClusterError) {
        for index in 0..<count {
            let code = rd_kafka_topic_result_error(results?[index])
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw failure(code, action, detail: rd_kafka_topic_result_error_string(results?[index]).map { String(cString: $0) })
            }
        }
    }
}
