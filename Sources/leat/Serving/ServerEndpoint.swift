import Console
import Coordination
import KafkaServer

/// What a running broker tells of itself over HTTP: /healthz (it answers), /readyz (every partition can be written), /metrics.
///
/// Topics and groups have kafka_exporter's names, requests and bytes those that the JMX exporter's usual rules give Kafka's own. Thread rule: any thread.
struct ServerEndpoint: Sendable {
    let server: KafkaServer
    let build: String

    func answer(_ path: String) -> HTTPAnswer? {
        switch path {
        case "/healthz": return HTTPAnswer("ok\n")
        case "/readyz":
            let offline = server.figures().offlinePartitions
            return offline == 0 ? HTTPAnswer("ready\n") : HTTPAnswer(status: 503, "\(offline) partitions are offline: a disk has failed\n")
        case "/metrics": return HTTPAnswer(contentType: MetricsText.contentType, metrics(server.figures()).text)
        case "/": return HTTPAnswer("leat serve: /healthz /readyz /metrics\n")
        default: return nil
        }
    }

    func metrics(_ figures: ServerFigures) -> MetricsText {
        var text = MetricsText()
        text.add("leat_build_info", .gauge, "The program.", [("build", build)], 1)
        text.add("kafka_brokers", .gauge, "Brokers of the cluster.", [], 1)
        text.add("kafka_server_brokertopicmetrics_bytesin_total", .counter, "Bytes of requests.", [], Double(figures.bytesReceived))
        text.add("kafka_server_brokertopicmetrics_bytesout_total", .counter, "Bytes of answers.", [], Double(figures.bytesSent))
        for request in figures.requests {
            text.add("kafka_network_requestmetrics_requests_total", .counter, "Requests by kind.", [("request", request.name)], Double(request.count))
        }
        for request in figures.requests {
            for (code, count) in request.errors.sorted(by: { $0.key < $1.key }) {
                text.add(
                    "kafka_network_requestmetrics_errors_total", .counter, "Answers, or parts of them, with an error, by kind and by Kafka's error code.",
                    [("request", request.name), ("code", String(code))], Double(count))
            }
        }
        text.add("leat_refused_requests_total", .counter, "Connections ended for what was no request of the protocol.", [], Double(figures.refusedRequests))
        text.add("kafka_server_socketservermetrics_connection_count", .gauge, "Connections of clients.", [], Double(figures.connections))
        let partitions = figures.topics.reduce(0) { $0 + $1.partitions.count }
        text.add("kafka_server_replicamanager_partitioncount", .gauge, "Partitions, the broker's own included.", [], Double(partitions))
        text.add("kafka_server_replicamanager_offlinereplicacount", .gauge, "Partitions that a failed disk has taken offline.", [], Double(figures.offlinePartitions))
        addTopics(figures, to: &text)
        addGroups(figures, to: &text)
        return text
    }

    private func addTopics(_ figures: ServerFigures, to text: inout MetricsText) {
        let topics = figures.topics
        for topic in topics { text.add("kafka_topic_partitions", .gauge, "Partitions of the topic.", [("topic", topic.name)], Double(topic.partitions.count)) }
        for (name, help, value) in [
            ("kafka_topic_partition_current_offset", "One past the last record.", \ServerFigures.Partition.endOffset),
            ("kafka_topic_partition_oldest_offset", "The first record that can still be read.", \.startOffset), ("kafka_log_log_size", "Bytes on this disk.", \.bytes),
        ] {
            for topic in topics {
                for partition in topic.partitions {
                    text.add(name, .gauge, help, [("partition", String(partition.number)), ("topic", topic.name)], Double(partition[keyPath: value]))
                }
            }
        }
    }

    private func addGroups(_ figures: ServerFigures, to text: inout MetricsText) {
        for group in figures.groups {
            text.add("kafka_consumergroup_members", .gauge, "Members of the group.", [("consumergroup", group.name)], Double(group.members))
        }
        for (name, help, value) in [
            ("kafka_consumergroup_current_offset", "Position of the group in the partition.", \ServerFigures.Position.offset),
            ("kafka_consumergroup_lag", "Records that the group has yet to handle, at most.", \.lag),
        ] {
            for group in figures.groups {
                for position in group.positions {
                    let labels = [("consumergroup", group.name), ("partition", String(position.partition.partition)), ("topic", position.partition.topic)]
                    text.add(name, .gauge, help, labels, Double(position[keyPath: value]))
                }
            }
        }
        for group in figures.groups {
            let lags = Dictionary(grouping: group.positions, by: \.partition.topic).mapValues { $0.reduce(0) { $0 + $1.lag } }
            for (topic, lag) in lags.sorted(by: { $0.key < $1.key }) {
                text.add("kafka_consumergroup_lag_sum", .gauge, "The same, over the topic's partitions.", [("consumergroup", group.name), ("topic", topic)], Double(lag))
            }
        }
    }
}
