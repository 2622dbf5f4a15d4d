import CRdkafka
import Foundation

/// librdkafka's own cluster of brokers in this process's memory, on loopback ports: other processes reach it as any cluster.
///
/// It keeps at most 5 MiB of a partition, makes no topics on request, and takes the positions of a transaction and forgets them.
final class MockCluster {
    private let handle: OpaquePointer
    let address: String

    init(topics: [String: Int32]) throws {
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "test.mock.num.brokers", "3", nil, 0)
        rd_kafka_conf_set(conf, "log_level", "0", nil, 0)
        rd_kafka_conf_set_log_cb(conf, nil)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0), let cluster = rd_kafka_handle_mock_cluster(handle) else {
            throw ServedLogFailure(description: "librdkafka makes no mock cluster")
        }
        self.handle = handle
        address = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        for (topic, partitions) in topics { rd_kafka_mock_topic_create(cluster, topic, partitions, 1) }
    }

    deinit { rd_kafka_destroy(handle) }
}
