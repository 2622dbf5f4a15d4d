public import Coordination
internal import CRdkafka

/// A Kafka cluster's topics, groups, settings and access rules, through librdkafka.
///
///     let admin = try ClusterAdmin(ClusterConfiguration(brokers: "localhost:9092"))
///     try admin.createTopic("pages", partitions: 4, replicas: nil, settings: [:])
///
/// One thread at a time; every call waits for its answer, as long as the configuration's timeout.
public final class ClusterAdmin: LogAdministration {
    let handle: ClusterHandle

    public init(_ configuration: ClusterConfiguration) throws(ClusterError) {
        handle = try ClusterHandle(.producer, configuration)
    }

    public var place: String { "the cluster at \(handle.brokers)" }

    public func close() {}

    // MARK: Topics

    public func topics() throws -> [AdministeredTopic] {
        let metadata = try handle.metadata("list topics")
        return try described(metadata.topics.filter { $0.error == RD_KAFKA_RESP_ERR_NO_ERROR })
    }

    public func topic(_ name: String) throws -> AdministeredTopic {
        let action = "describe topic \(name)"
        let metadata = try handle.metadata(action)
        guard let found = metadata.topics.first(where: { $0.name == name }) else {
            throw handle.failure(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, action)
        }
        try handle.check(found.error, action)
        guard var topic = try described([found]).first else { throw handle.failure(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, action) }
        // Who may not see settings may see the topic; so may who has brokers that keep none.
        let settings = (try? self.settings(of: .topic(name))) ?? []
        for setting in settings where setting.isOverridden { topic.settings[setting.name] = setting.value ?? "(secret)" }
        return topic
    }

    /// The numbers of a topic's partitions, without a look at their offsets.
    public func partitionNumbers(of name: String) throws -> [Int32] {
        let action = "look up topic \(name)"
        let metadata = try handle.metadata(action)
        guard let found = metadata.topics.first(where: { $0.name == name }) else {
            throw handle.failure(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, action)
        }
        try handle.check(found.error, action)
        return found.partitions.map(\.number)
    }

    private func described(_ topics: [ClusterMetadata.Topic]) throws -> [AdministeredTopic] {
        let partitions = topics.flatMap { topic in topic.partitions.map { TopicPartition(topic.name, $0.number) } }
        // Starts last: what retention removes meanwhile cannot leave a start past its end.
        let ends = try offsets(of: partitions, at: .latest)
        let starts = try offsets(of: partitions, at: .earliest)
        return topics.map { topic in
            AdministeredTopic(
                name: topic.name,
                partitions: topic.partitions.map { partition in
                    let key = TopicPartition(topic.name, partition.number)
                    let end = ends[key] ?? 0
                    return .init(
                        number: partition.number, start: min(starts[key] ?? 0, end), end: end, committed: end, leader: partition.leader,
                        replicas: partition.replicas)
                })
        }
    }

    public func createTopic(_ name: String, partitions: Int32, replicas: Int?, settings: [String: String]) throws {
        let action = "create topic \(name)"
        var text = [CChar](repeating: 0, count: 256)
        guard let topic = rd_kafka_NewTopic_new(name, partitions, Int32(clamping: replicas ?? -1), &text, text.count) else {
            throw ClusterError(RD_KAFKA_RESP_ERR__INVALID_ARG, action, on: handle.brokers, detail: Self.string(text))
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) { try handle.check(rd_kafka_NewTopic_set_config(topic, key, value), action) }
        var list: [OpaquePointer?] = [topic]
        try handle.request(RD_KAFKA_ADMIN_OP_CREATETOPICS, action) { options, queue in
            rd_kafka_CreateTopics(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            try handle.check(results, count, action)
        }
    }

    public func deleteTopic(_ name: String) throws {
        let action = "delete topic \(name)"
        guard let topic = rd_kafka_DeleteTopic_new(name) else { throw ClusterError(.other, "no memory to \(action)") }
        defer { rd_kafka_DeleteTopic_destroy(topic) }
        var list: [OpaquePointer?] = [topic]
        try handle.request(RD_KAFKA_ADMIN_OP_DELETETOPICS, action) { options, queue in
            rd_kafka_DeleteTopics(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            try handle.check(results, count, action)
        }
    }

    public func createPartitions(_ name: String, total: Int32) throws {
        let action = "give topic \(name) \(total) partitions"
        var text = [CChar](repeating: 0, count: 256)
        guard let more = rd_kafka_NewPartitions_new(name, Int(total), &text, text.count) else {
            throw ClusterError(RD_KAFKA_RESP_ERR__INVALID_ARG, action, on: handle.brokers, detail: Self.string(text))
        }
        defer { rd_kafka_NewPartitions_destroy(more) }
        var list: [OpaquePointer?] = [more]
        try handle.request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, action) { options, queue in
            rd_kafka_CreatePartitions(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count)
            try handle.check(results, count, action)
        }
    }

    public func offsets(of partitions: [TopicPartition], at place: LogPlace) throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let action = "look up offsets of \(Set(partitions.map(\.topic)).sorted().prefix(3).joined(separator: ", "))"
        let time: Int64 =
            switch place {
            // The protocol's own numbers for the two ends.
            case .earliest: -2
            case .latest: -1
            case .time(let milliseconds): max(0, milliseconds)
            }
        let list = PartitionList(partitions.map { ($0, time) })
        try handle.check(rd_kafka_offsets_for_times(handle.pointer, list.pointer, handle.timeoutMilliseconds), action)
        var found: [TopicPartition: Int64] = [:]
        var late: [TopicPartition] = []
        for entry in list.entries {
            try handle.check(entry.error, "look up offsets of \(entry.partition)")
            if entry.offset >= 0 { found[entry.partition] = entry.offset } else { late.append(entry.partition) }
        }
        // No record is that late: the end.
        if case .time = place { found.merge(try offsets(of: late, at: .latest)) { first, _ in first } }
        return found
    }

    static func string(_ text: [CChar]) -> String { String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
