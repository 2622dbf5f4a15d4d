import Coordination
import LogStorage
import Records
import SystemIO
import Testing

@testable import Broker

@Suite struct TopicTests {
    let files = SimulatedFileSystem()

    func open(_ files: SimulatedFileSystem? = nil, _ settings: BrokerSettings = .standard, seed: UInt64 = 1) throws -> Broker {
        try Broker(
            folder: "data", settings: settings, fileSystem: files ?? self.files, clock: ManualTimeSource(),
            entropy: SeededEntropySource(seed: seed))
    }

    func append(_ value: String, _ broker: Broker, _ partition: TopicPartition) throws {
        let builder = RecordBatchBuilder()
        try builder.append(key: nil, value: value, timestamp: 1)
        let log = try broker.partition(partition)
        _ = try log.append(batches: try builder.finish(), leaderEpoch: 0)
        try log.flush()
    }

    @Test func topicsAreFoundByNameAndByIdentifier() throws {
        let broker = try open()
        let made = try broker.createTopics([.init(name: "a", partitions: 2), .init(name: "b", partitions: 1)])
        let topic = try #require(try made[0].get())
        #expect(topic.partitions.count == 2)
        #expect(broker.lookUp("a")?.identifier == topic.identifier)
        #expect(broker.lookUp(topic.identifier)?.name == "a")
        #expect(broker.lookUp("c") == nil)
        // 0 and 1 are Kafka's own.
        #expect(topic.identifier.high != 0)
        let next = try open(files.afterKill())
        #expect(next.lookUp(topic.identifier)?.name == "a")
        #expect(next.clusterIdentifier == broker.clusterIdentifier)
        #expect(next.clusterIdentifier.utf8.count == 22)
    }

    @Test func eachTopicOfARequestIsMadeOrRefusedByItself() throws {
        let broker = try open()
        try broker.createTopic(.init(name: "there", partitions: 1))
        let declarations: [TopicDeclaration] = [
            .init(name: "new", partitions: 3), .init(name: "there", partitions: 1), .init(name: "b/d", partitions: 1),
            .init(name: "none", partitions: 0), .init(name: "odd", partitions: 1, settings: ["retention.ms": "soon"]),
            .init(name: "unknown", partitions: 1, settings: ["no.such.key": "1"]), .init(name: "new", partitions: 1),
        ]
        let expected: [KafkaErrorCode] = [
            .none, .topicAlreadyExists, .invalidTopicException, .invalidPartitions, .invalidConfig, .invalidConfig,
        ]
        for validateOnly in [true, false] {
            let results = try broker.createTopics(declarations, validateOnly: validateOnly)
            let codes = results.map { result in code { _ = try result.get() } }
            #expect(Array(codes.prefix(6)) == expected)
            // The second of one name meets the first, where that was made.
            if !validateOnly { #expect(codes[6] == .topicAlreadyExists) }
            #expect((broker.topic("new") != nil) == !validateOnly)
        }
        #expect(broker.topics.map(\.name).filter { !$0.hasPrefix("__") } == ["new", "there"])
    }

    @Test func aDeletedTopicIsGoneWithItsFilesAndPositions() throws {
        let broker = try open()
        try broker.createTopic(.init(name: "t", partitions: 2))
        let first = try #require(broker.lookUp("t"))
        let partition = TopicPartition("t", 0)
        try append("old", broker, partition)
        try broker.commitPositions([OffsetCommit(group: "g", partition: partition, position: .init(offset: 1))])
        let log = try broker.partition(partition)
        try broker.deleteTopic("t")
        #expect(code { _ = try broker.partition(partition) } == .unknownTopicOrPartition)
        #expect(code { try broker.deleteTopic("t") } == .unknownTopicOrPartition)
        #expect(broker.position(of: "g", in: partition) == nil)
        #expect(throws: LogError.self) { try log.read(from: 0, maxBytes: 1, upTo: .logEnd) }
        #expect(try !files.folderExists(log.folder))
        try broker.createTopic(.init(name: "t", partitions: 1))
        #expect(broker.lookUp("t")?.identifier != first.identifier)
        #expect(try broker.partition(partition).endOffset == 0)
        #expect(code { try broker.deleteTopic("__consumer_offsets") } == .topicDeletionDisabled)
    }

    /// Killed at any operation of a deletion: the topic is there whole, or gone, and the start after it leaves no files.
    @Test func aDeletionThatIsCutShortIsFinishedOrNeverWas() throws {
        var outcomes: Set<Bool> = []
        for call in 1..<60 {
            for machine in [false, true] {
                let files = SimulatedFileSystem()
                let broker = try open(files)
                try broker.createTopic(.init(name: "t", partitions: 2))
                try append("a", broker, TopicPartition("t", 1))
                let folder = "data/log/" + (broker.lookUp("t")?.identifier.description.filter { $0 != "-" } ?? "")
                files.stop(atCall: call)
                let isDone = (try? broker.deleteTopic("t")) != nil
                let left = machine ? files.crash(seed: UInt64(call)) : files.afterKill()
                let next = try open(left, seed: 2)
                let isThere = next.topic("t") != nil
                if isDone { #expect(!isThere) }
                if isThere { #expect(try next.partition(TopicPartition("t", 1)).endOffset == 1) }
                #expect(try left.folderExists(folder) == isThere)
                outcomes.insert(isThere)
            }
        }
        #expect(outcomes == [true, false])
    }

    @Test func partitionsAreAddedAndNeverTaken() throws {
        let broker = try open()
        try broker.createTopic(.init(name: "t", partitions: 2))
        try append("a", broker, TopicPartition("t", 0))
        #expect(code { try broker.createPartitions("t", total: 2) } == .invalidPartitions)
        #expect(code { try broker.createPartitions("t", total: 1) } == .invalidPartitions)
        #expect(code { try broker.createPartitions("t", total: 10_001) } == .invalidPartitions)
        #expect(code { try broker.createPartitions("none", total: 3) } == .unknownTopicOrPartition)
        try broker.createPartitions("t", total: 5, validateOnly: true)
        #expect(broker.topic("t")?.partitions == 2)
        try broker.createPartitions("t", total: 5)
        try append("e", broker, TopicPartition("t", 4))
        let next = try open(files.crash(seed: 5))
        #expect(next.topic("t")?.partitions == 5)
        #expect(try next.partition(TopicPartition("t", 4)).endOffset == 1)
        #expect(try next.partition(TopicPartition("t", 0)).endOffset == 1)
    }

    @Test func settingsChangeOneByOneAndHoldAtOnce() throws {
        let broker = try open()
        try broker.createTopic(.init(name: "t", partitions: 1, settings: ["retention.ms": "1000"]))
        try append("a", broker, TopicPartition("t", 0))
        try broker.alterSettings(
            "t", [
                SettingChange("max.message.bytes", .set("100")), SettingChange("retention.ms", .delete),
                SettingChange("cleanup.policy", .append("compact")),
            ])
        let log = try broker.partition(TopicPartition("t", 0))
        #expect(log.configuration.maxMessageBytes == 100)
        #expect(log.configuration.retentionMilliseconds == 604_800_000)
        #expect(log.configuration.isCompacted && log.configuration.deletesByRetention)
        #expect(log.endOffset == 1)
        try broker.alterSettings("t", [SettingChange("cleanup.policy", .subtract("delete"))])
        #expect(broker.topic("t")?.settings["cleanup.policy"] == "compact")
        for change in [
            SettingChange("cleanup.policy", .subtract("compact")), SettingChange("retention.ms", .append("1")),
            SettingChange("retention.ms", .set("-2")), SettingChange("min.cleanable.dirty.ratio", .set("1.5")),
            SettingChange("preallocate", .set("maybe")), SettingChange("no.such", .set("1")), SettingChange("no.such", .delete),
        ] { #expect(code { try broker.alterSettings("t", [change]) } == .invalidConfig, "\(change)") }
        // All of a request or none of it.
        #expect(
            code { try broker.alterSettings("t", [SettingChange("segment.ms", .set("5")), SettingChange("segment.bytes", .set("x"))]) }
                == .invalidConfig)
        #expect(broker.topic("t")?.settings["segment.ms"] == nil)
        try broker.alterSettings("t", [SettingChange("segment.ms", .set("5"))], validateOnly: true)
        #expect(broker.topic("t")?.settings["segment.ms"] == nil)
        try broker.replaceSettings("t", with: ["segment.ms": "7"])
        #expect(broker.topic("t")?.settings == ["segment.ms": "7"])
        #expect(try open(files.crash(seed: 1)).topic("t")?.settings == ["segment.ms": "7"])
    }

    @Test func whatClientsSendIsTakenAndDescribed() throws {
        let broker = try open(nil, try BrokerSettings(["log.retention.ms": "5000", "num.partitions": "3"]))
        #expect(broker.settings.partitionCount == 3)
        let settings = [
            "min.insync.replicas": "1", "unclean.leader.election.enable": "false", "segment.index.bytes": "10485760", "flush.messages": "1",
            "flush.ms": "1000", "compression.type": "lz4", "preallocate": "true", "file.delete.delay.ms": "0", "segment.jitter.ms": "0",
            "delete.retention.ms": "1", "min.cleanable.dirty.ratio": "0.01", "min.compaction.lag.ms": "0", "max.compaction.lag.ms": "100",
            "message.timestamp.before.max.ms": "1", "local.retention.ms": "-2", "segment.bytes": "100",
        ]
        try broker.createTopic(.init(name: "t", partitions: 1, settings: settings))
        let described = Dictionary(uniqueKeysWithValues: try broker.describeSettings("t").map { ($0.name, $0) })
        #expect(described.count == TopicSettings.definitions.count)
        for (key, value) in settings {
            #expect(described[key]?.value == value)
            #expect(described[key]?.source == .dynamicTopic)
        }
        let retention = try #require(described["retention.ms"])
        #expect(retention.value == "5000")
        #expect(retention.source == .staticBroker)
        #expect(retention.synonyms.map(\.value) == ["5000", "604800000"])
        #expect(described["flush.policy"]?.source == .defaultValue)
        #expect(described["flush.policy"]?.type == .string)
        let log = try broker.partition(TopicPartition("t", 0))
        #expect(log.configuration.retentionMilliseconds == 5_000)
        #expect(log.configuration.segmentBytes == 1_024)
    }

    @Test func everyDefaultIsAllowedAndEverySettingIsExplained() throws {
        for definition in TopicSettings.definitions + BrokerSettings.definitions {
            if let value = definition.defaultValue { try definition.validate(value) }
            #expect(definition.documentation.hasSuffix("."), "\(definition.name)")
        }
        #expect(code { _ = try BrokerSettings(["num.partitions": "0"]) } == .invalidConfig)
        #expect(code { _ = try BrokerSettings(["no.such": "0"]) } == .invalidConfig)
        #expect(try BrokerSettings(["log.retention.hours": "2"]).topicDefaults == ["retention.ms": "7200000"])
        #expect(try BrokerSettings(["log.retention.hours": "-1"]).topicDefaults == ["retention.ms": "-1"])
        #expect(!BrokerSettings.standard.describe().contains { !$0.isDefault })
    }
}
