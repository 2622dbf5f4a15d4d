import CRdkafka

/// librdkafka's own cluster of brokers in memory, on loopback ports: it produces, fetches, and keeps groups, and knows no administration.
final class MockCluster {
    private let handle: OpaquePointer
    private let cluster: OpaquePointer

    init(brokers: Int = 1) throws {
        let conf = rd_kafka_conf_new()
        var text = [CChar](repeating: 0, count: 256)
        rd_kafka_conf_set(conf, "test.mock.num.brokers", "\(brokers)", &text, text.count)
        rd_kafka_conf_set(conf, "log_level", "0", &text, text.count)
        rd_kafka_conf_set_log_cb(conf, nil)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, &text, text.count), let cluster = rd_kafka_handle_mock_cluster(handle) else {
            throw MockFailure()
        }
        self.handle = handle
        self.cluster = cluster
    }

    deinit { rd_kafka_destroy(handle) }

    var bootstrap: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    func createTopic(_ name: String, partitions: Int32) { rd_kafka_mock_topic_create(cluster, name, partitions, 1) }

    /// Makes the next requests of a kind fail so.
    func fail(_ api: Int16, with errors: [rd_kafka_resp_err_t]) {
        rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors)
    }
}

struct MockFailure: Error {}
