import CRdkafka
import Coordination
import LogClient
import Records
import Testing

@Suite("A cluster through librdkafka", .serialized)
struct ClusterTests {
    private func configuration(_ cluster: MockCluster) -> ClusterConfiguration {
        var configuration = ClusterConfiguration(brokers: cluster.bootstrap)
        configuration.timeoutMilliseconds = 10_000
        return configuration
    }

    private func readAll(_ consumer: ClusterConsumer, until partitions: Int) throws -> [(partition: TopicPartition, record: Record)] {
        var records: [(partition: TopicPartition, record: Record)] = []
        var ends: Set<TopicPartition> = []
        for _ in 0..<200 where ends.count < partitions {
            let batch = try consumer.poll(limit: 1_000, milliseconds: 200)
            records += batch.records
            ends.formUnion(batch.ends)
        }
        #expect(ends.count == partitions)
        return records
    }

    @Test("What is sent comes back: keys, values, headers, nulls, order within a key")
    func roundTrip() throws {
        let cluster = try MockCluster(brokers: 3)
        cluster.createTopic("t", partitions: 4)
        let producer = try ClusterProducer(configuration(cluster), compression: .lz4, reports: true)
        #expect(try producer.partitionCount(of: "t") == 4)
        for number in 0..<1_000 {
            try producer.send(
                to: "t", key: Array("key \(number % 10)".utf8), value: number == 17 ? nil : Array("value \(number)".utf8),
                headers: [RecordHeader(key: "n", value: "\(number)"), RecordHeader(key: "null", value: nil as [UInt8]?), RecordHeader(key: "empty", value: [])])
        }
        try producer.send(to: "t", partition: 3, key: nil, value: [])
        try producer.flush();
        #expect(producer.deliveredCount == 1_001)
        let deliveries = producer.takeDeliveries()
        #expect(deliveries.count == 1_001)
        #expect(Set(deliveries.map { "\($0.partition)@\($0.offset)" }).count == 1_001)

        let admin = try ClusterAdmin(configuration(cluster))
        let topic = try #require(try admin.topics().first { $0.name == "t" });
        #expect(topic.records == 1_001)
        #expect(topic.partitions.map(\.number) == [0, 1, 2, 3])
        #expect(topic.bytes == nil)

        let consumer = try ClusterConsumer(configuration(cluster))
        try consumer.assign(Dictionary(uniqueKeysWithValues: (0..<4).map { (TopicPartition("t", $0), 0) }))
        let records = try readAll(consumer, until: 4)
        #expect(records.count == 1_001)
        var last: [[UInt8]: Int] = [:]
        for (_, record) in records {
            guard let key = record.key, let text = record.headers.first?.value, let number = Int(String(decoding: text, as: UTF8.self)) else {
                #expect(record.value == [])
                #expect(record.headers.isEmpty)
                continue
            }
            #expect(number > last[key] ?? -1)
            last[key] = number
            #expect(record.value == (number == 17 ? nil : Array("value \(number)".utf8)))
            #expect(record.headers.map(\.value) == [text, nil, []])
            #expect(record.timestamp > 1_600_000_000_000)
        }
    }

    @Test("A group reads what its coordinator gives it, and its positions are kept")
    func groups() throws {
        let cluster = try MockCluster()
        cluster.createTopic("t", partitions: 2)
        let producer = try ClusterProducer(configuration(cluster))
        for number in 0..<10 { try producer.send(to: "t", partition: Int32(number % 2), key: nil, value: [UInt8(number)]) }
        try producer.flush()
        let consumer = try ClusterConsumer(configuration(cluster), group: "g")
        try consumer.subscribe(to: ["t"])
        #expect(try readAll(consumer, until: 2).count == 10)
        #expect(try consumer.assignment().count == 2)
        try consumer.commit([TopicPartition("t", 0): 3, TopicPartition("t", 1): 5])
        let positions = try ClusterConsumer(configuration(cluster), group: "g")
            .positions(in: [TopicPartition("t", 0), TopicPartition("t", 1)])
        #expect(positions == [TopicPartition("t", 0): 3, TopicPartition("t", 1): 5])
        consumer.close()
    }

    @Test("Failures name the brokers, what it was about, and the fix")
    func failures() throws {
        let cluster = try MockCluster()
        cluster.createTopic("t", partitions: 1)
        let producer = try ClusterProducer(configuration(cluster))
        do {
            try producer.send(to: "t", partition: 7, key: nil, value: [1])
            try producer.flush()
            Issue.record("a partition that is not there took a record")
        } catch {
            #expect(error.kind == .notFound)
            #expect(error.description.contains(cluster.bootstrap))
        }
        // Port 1 on loopback: nobody listens there.
        var nobody = ClusterConfiguration(brokers: "127.0.0.1:1")
        nobody.timeoutMilliseconds = 8_000
        do {
            _ = try ClusterAdmin(nobody).topics()
            Issue.record("nobody answered")
        } catch let error as ClusterError {
            #expect(error.kind == .unreachable)
            #expect(error.description.contains("127.0.0.1:1"))
            #expect(error.description.contains("is a broker listening there"))
        }
        cluster.fail(0, with: [RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED])
        let refused = try ClusterProducer(configuration(cluster))
        do {
            try refused.send(to: "t", key: nil, value: [1])
            try refused.flush()
            Issue.record("what is not allowed was done")
        } catch {
            #expect(error.kind == .refused)
            #expect(error.description.contains("acls"))
        }
    }

    @Test("Settings come from text and files; wrong ones are named, and secrets are not repeated")
    func settings() throws {
        var configuration = ClusterConfiguration(brokers: "127.0.0.1:1")
        try configuration.read(file: "# mine\n\nsecurity.protocol = plaintext\r\nclient.id=x=y\n", path: "f")
        _ = try ClusterAdmin(configuration)
        #expect(throws: ClusterError.self) { try configuration.set("security.protocol") }
        #expect(throws: ClusterError.self) { try configuration.read(file: "a=b\nnonsense\n", path: "f") }
        try configuration.set("no.such.setting=1")
        do {
            _ = try ClusterAdmin(configuration)
            Issue.record("a setting that does not exist was taken")
        } catch {
            #expect(error.kind == .configuration)
            #expect(error.description.contains("no.such.setting"))
        }
        var secret = ClusterConfiguration(brokers: "127.0.0.1:1")
        secret.set("ssl.key.password.nonsense", "hunter2")
        do {
            _ = try ClusterProducer(secret)
            Issue.record("a setting that does not exist was taken")
        } catch { #expect(!error.description.contains("hunter2")) }
    }
}
