import AccessControl
import Broker
import CRdkafka
import Coordination
import Foundation
import KafkaServer
import LogClient
import Records
import Streams
import Testing

/// A log to run stages on: embedded, served to clients over a socket, or librdkafka's own cluster in memory.
enum EngineKind: String, CaseIterable, CustomTestStringConvertible {
    case embedded, served, mock

    var testDescription: String { rawValue }
    func make() throws -> any EngineUnderTest {
        switch self {
        case .embedded: try EmbeddedUnderTest()
        case .served: try ServedUnderTest()
        case .mock: try MockUnderTest()
        }
    }
}

protocol EngineUnderTest: AnyObject {
    func createTopic(_ name: String, partitions: Int32) throws
    /// As another process sees the log.
    func connect() throws -> any LogEngine
}

final class EmbeddedUnderTest: EngineUnderTest {
    private let folder = NSTemporaryDirectory() + "leat-engine-\(UUID().uuidString)"
    private let broker: Broker

    init() throws { broker = try Broker(folder: folder) }
    func createTopic(_ name: String, partitions: Int32) throws { try broker.declareTopic(.init(name: name, partitions: partitions)) }
    func connect() throws -> any LogEngine { EmbeddedEngine(broker: broker) }
    deinit {
        try? broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

final class ServedUnderTest: EngineUnderTest {
    private let folder = NSTemporaryDirectory() + "leat-engine-\(UUID().uuidString)"
    private let broker: Broker
    private let server: KafkaServer

    init() throws {
        broker = try Broker(folder: folder)
        var configuration = ServerConfiguration(listeners: [Listener(host: "127.0.0.1", port: 0)])
        configuration.threads = 2
        server = try KafkaServer(broker: broker, configuration: configuration, access: try AccessStore(folder: folder, superUsers: []))
    }

    func createTopic(_ name: String, partitions: Int32) throws { try broker.declareTopic(.init(name: name, partitions: partitions)) }
    func connect() throws -> any LogEngine { try ClusterEngine.forTest("127.0.0.1:\(server.listeners[0].port)") }
    deinit {
        server.close()
        try? broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

final class MockUnderTest: EngineUnderTest {
    private let handle: OpaquePointer
    private let cluster: OpaquePointer

    init(brokers: Int = 3) throws {
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "test.mock.num.brokers", "\(brokers)", nil, 0)
        rd_kafka_conf_set(conf, "log_level", "0", nil, 0)
        rd_kafka_conf_set_log_cb(conf, nil)
        guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0), let cluster = rd_kafka_handle_mock_cluster(handle) else {
            throw EngineError(.inputOutput, "no mock cluster")
        }
        (self.handle, self.cluster) = (handle, cluster)
    }

    deinit { rd_kafka_destroy(handle) }

    func createTopic(_ name: String, partitions: Int32) throws { rd_kafka_mock_topic_create(cluster, name, partitions, 1) }
    func connect() throws -> any LogEngine { try ClusterEngine.forTest(String(cString: rd_kafka_mock_cluster_bootstraps(cluster))) }

    /// Makes the next requests of a kind fail so.
    func fail(_ api: Int16, with errors: [rd_kafka_resp_err_t]) { rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors) }
    func stopBroker(_ number: Int32) { rd_kafka_mock_broker_set_down(cluster, number) }
    func startBroker(_ number: Int32) { rd_kafka_mock_broker_set_up(cluster, number) }
    func slowDown(_ milliseconds: Int32) { for number in 1...3 as ClosedRange<Int32> { rd_kafka_mock_broker_set_rtt(cluster, number, milliseconds) } }
    func moveCoordinator(ofGroup group: String, to broker: Int32) { rd_kafka_mock_coordinator_set(cluster, "group", group, broker) }
    func moveCoordinator(ofTransactions id: String, to broker: Int32) { rd_kafka_mock_coordinator_set(cluster, "transaction", id, broker) }
}

extension ClusterEngine {
    static func forTest(_ brokers: String) throws -> ClusterEngine {
        var configuration = ClusterConfiguration(brokers: brokers)
        for (name, value) in [
            ("session.timeout.ms", "6000"), ("heartbeat.interval.ms", "200"), ("transaction.timeout.ms", "5000"), ("reconnect.backoff.max.ms", "200"),
            ("retry.backoff.ms", "20"),
        ] { configuration.set(name, value) }
        configuration.timeoutMilliseconds = 5_000
        return try ClusterEngine(configuration, compression: { _ in .lz4 })
    }
}
