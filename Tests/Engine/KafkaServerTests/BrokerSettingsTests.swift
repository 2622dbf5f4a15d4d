import AccessControl
import Coordination
import KafkaWire
import LogStorage
import Testing

@testable import Broker
@testable import KafkaServer

/// KIP-226: the broker's own settings, changed while it runs.
@Suite struct BrokerSettingsTests {
    private static let broker: Int8 = 4

    private func alter(
        _ client: WireClient, _ changes: [(String, Int8, String?)], of name: String = "1", validateOnly: Bool = false
    ) throws -> IncrementalAlterConfigsResponse.Resource {
        try #require(
            try client.ask(
                IncrementalAlterConfigsRequest { request in
                    request.validateOnly = validateOnly
                    request.resources = [
                        .init { resource in
                            resource.resourceType = Self.broker
                            resource.resourceName = name
                            resource.configs = changes.map { name, operation, value in
                                .init { $0.name = name; $0.configOperation = operation; $0.value = value }
                            }
                        }
                    ]
                }, version: 1
            ).responses.first)
    }

    private func set(_ client: WireClient, _ key: String, _ value: String, of name: String = "1") throws {
        let answer = try alter(client, [(key, 0, value)], of: name)
        #expect(answer.errorCode == 0, "\(answer.errorMessage ?? "")")
    }

    private func describe(
        _ client: WireClient, of name: String = "1", type: Int8 = broker, _ keys: [String]? = nil
    ) throws -> [String: DescribeConfigsResponse.Entry] {
        let response = try client.ask(
            DescribeConfigsRequest { request in
                request.includeSynonyms = true
                request.resources = [.init { $0.resourceType = type; $0.resourceName = name; $0.configurationKeys = keys }]
            }, version: 4)
        #expect(response.results.map(\.errorCode) == [0])
        return Dictionary(uniqueKeysWithValues: response.results[0].configs.map { ($0.name, $0) })
    }

    @Test func aChangeHoldsAtOnceForTopicsThatDoNotSayOtherwiseAndAfterTheNextStart() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("plain")
        try client.createTopic("own", settings: ["retention.ms": "5000"])
        func retention(_ broker: Broker, _ topic: String) throws -> Int64 {
            try #require(broker.lookUp(topic)).partitions[0].configuration.retentionMilliseconds
        }
        try set(client, "log.retention.ms", "60000", of: "")
        #expect(try retention(fixture.broker, "plain") == 60_000)
        #expect(try retention(fixture.broker, "own") == 5_000)
        try set(client, "log.retention.ms", "70000")
        #expect(try retention(fixture.broker, "plain") == 70_000)
        let described = try #require(try describe(client, ["log.retention.ms"])["log.retention.ms"])
        #expect(described.value == "70000" && described.configSource == 2 && !described.readOnly)
        #expect(described.synonyms.map(\.source) == [2, 3, 5])
        #expect(described.synonyms.map(\.value) == ["70000", "60000", "604800000"])
        let ofTopic = try #require(try describe(client, of: "plain", type: 2, ["retention.ms"])["retention.ms"])
        #expect(ofTopic.value == "70000" && ofTopic.configSource == 2)
        #expect(try describe(client, of: "").mapValues(\.value) == ["log.retention.ms": "60000"])
        try fixture.reopen()
        #expect(try retention(fixture.broker, "plain") == 70_000)
        let again = try fixture.client()
        #expect(try alter(again, [("log.retention.ms", 1, nil)]).errorCode == 0)
        #expect(try retention(fixture.broker, "plain") == 60_000)
        #expect(try alter(again, [("log.retention.ms", 1, nil)], of: "").errorCode == 0)
        #expect(try retention(fixture.broker, "plain") == 604_800_000)
        #expect(try describe(again, of: "").isEmpty)
    }

    @Test func theBrokersOwnTopicsStayAsTheyAre() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        let before = try #require(fixture.broker.lookUp("__consumer_offsets")).partitions[0].configuration
        try set(client, "log.flush.policy", "never")
        try set(client, "log.segment.bytes", "100000")
        #expect(try #require(fixture.broker.lookUp("__consumer_offsets")).partitions[0].configuration == before)
    }

    @Test func whatIsReadAtTheStartAloneIsRefusedAsKafkaDoes() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        for name in ["log.flush.threads", "group.max.size", "transaction.max.timeout.ms", "log.retention.hours"] {
            let answer = try alter(client, [("num.partitions", 0, "7"), (name, 0, "5")])
            #expect(answer.errorCode == KafkaErrorCode.invalidRequest.rawValue)
            #expect(answer.errorMessage?.contains("read-only") == true && answer.errorMessage?.contains(name) == true)
        }
        #expect(fixture.broker.settings.partitionCount == 1, "all of a change, or nothing")
        #expect(try describe(client)["log.flush.threads"]?.readOnly == true)
        #expect(try alter(client, [("no.such", 0, "1")]).errorCode == KafkaErrorCode.invalidConfig.rawValue)
        #expect(try alter(client, [("num.partitions", 0, "0")]).errorCode == KafkaErrorCode.invalidConfig.rawValue)
        #expect(try alter(client, [("num.partitions", 0, "2")], of: "9").errorCode == KafkaErrorCode.invalidRequest.rawValue)
        #expect(try alter(client, [("num.partitions", 2, "2")]).errorCode == KafkaErrorCode.invalidConfig.rawValue, "it is no list")
        #expect(try alter(client, [("num.partitions", 0, "2")], validateOnly: true).errorCode == 0)
        #expect(fixture.broker.settings == .standard)
    }

    @Test func replacingTakesBackWhatIsNotNamed() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try set(client, "num.partitions", "3")
        try set(client, "log.cleanup.policy", "compact")
        let replaced = try client.ask(
            AlterConfigsRequest { request in
                request.resources = [
                    .init { resource in
                        resource.resourceType = Self.broker
                        resource.resourceName = "1"
                        resource.configs = [.init { $0.name = "num.partitions"; $0.value = "4" }]
                    }
                ]
            }, version: 2)
        #expect(replaced.responses.map(\.errorCode) == [0])
        #expect(fixture.broker.settings.values == ["num.partitions": "4"])
        #expect(try alter(client, [("log.cleanup.policy", 2, "compact")]).errorCode == 0)
        #expect(fixture.broker.settings.values["log.cleanup.policy"] == "delete,compact")
    }

    @Test func topicsAreMadeAndDeletedByTheSettings() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try set(client, "num.partitions", "4")
        func ask(_ name: String) throws -> Int16 {
            let request = MetadataRequest { $0.topics = [.init { $0.name = name }]; $0.allowAutoTopicCreation = true }
            return try #require(try client.ask(request, version: 5).topics.first).errorCode
        }
        #expect(try ask("first") == 0)
        #expect(fixture.broker.lookUp("first")?.partitions.count == 4)
        try set(client, "auto.create.topics.enable", "false")
        #expect(try ask("second") == KafkaErrorCode.unknownTopicOrPartition.rawValue)
        try set(client, "delete.topic.enable", "false")
        let deletion = DeleteTopicsRequest { $0.topicNames = ["first"] }
        #expect(try client.ask(deletion, version: 5).topics.map(\.errorCode) == [KafkaErrorCode.topicDeletionDisabled.rawValue])
        try set(client, "delete.topic.enable", "true")
        #expect(try client.ask(deletion, version: 5).topics.map(\.errorCode) == [0])
    }

    @Test func boundsOnRequestsFetchesAndConnectionsHoldAtOnce() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        let batch = try WireClient.batch([String(repeating: "x", count: 5_000)])
        for _ in 0..<4 { _ = try client.ask(WireClient.produce(batch, to: "notes"), version: 7) }
        try set(client, "fetch.max.bytes", "6000")
        let fetched = try client.ask(WireClient.fetch("notes"), version: 11)
        guard case .frame(let range) = fetched.topics[0].partitions[0].records else {
            Issue.record("no records came")
            return
        }
        #expect(range.count < 6_001 && range.count > 4_999)
        try set(client, "message.max.bytes", "1000")
        let refused = try client.ask(WireClient.produce(batch, to: "notes"), version: 7)
        #expect(refused.topics[0].partitions[0].errorCode == KafkaErrorCode.messageTooLarge.rawValue)
        try set(client, "max.connections.per.ip.overrides", "10.0.0.1:5,127.0.0.1:1")
        #expect(try fixture.client().isClosed(), "one is here already")
        try set(client, "max.connections.per.ip.overrides", "")
        try set(client, "max.connections", "1")
        #expect(try fixture.client().isClosed())
        try set(client, "max.connections", "100")
        #expect(try fixture.client().ask(MetadataRequest(), version: 5).brokers.count == 1)
        try set(client, "socket.request.max.bytes", "2000")
        try client.post(WireClient.produce(batch, to: "notes"), version: 7)
        #expect(try client.isClosed(), "a request above the bound ends its connection")
    }

    @Test func whatNoRuleIsAboutMayBeOpenToEverybody() throws {
        let fixture = try ServerFixture(superUsers: [Principal(user: "admin")])
        _ = try fixture.broker.createTopics([.init(name: "ruled", partitions: 1), .init(name: "free", partitions: 1)])
        _ = try fixture.access.createRules([AclBinding(.allow, .read, on: ResourcePattern(.topic, "ruled"), to: "User:alice")])
        let client = try fixture.client()
        func code(_ topic: String) throws -> Int16 {
            try client.ask(WireClient.produce(try WireClient.batch(["x"]), to: topic), version: 7).topics[0].partitions[0].errorCode
        }
        let denied = KafkaErrorCode.topicAuthorizationFailed.rawValue
        #expect(try code("free") == denied)
        try fixture.broker.alterBrokerSettings(.broker, [SettingChange("allow.everyone.if.no.acl.found", .set("true"))])
        #expect(try code("free") == 0)
        #expect(try code("ruled") == denied)
        try fixture.reopen()
        let again = try fixture.client()
        let response = try again.ask(WireClient.produce(try WireClient.batch(["x"]), to: "free"), version: 7)
        #expect(response.topics[0].partitions[0].errorCode == 0, "it holds after the next start too")
    }
}
