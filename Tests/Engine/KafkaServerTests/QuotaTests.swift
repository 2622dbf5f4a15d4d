import AccessControl
import Broker
import Coordination
import KafkaWire
import Testing

@testable import KafkaServer

/// Client quotas as clients meet them: over a socket, with throttle times, and with waits that are waited.
@Suite struct QuotaTests {
    private let clock = ContinuousClock()

    private func set(_ fixture: ServerFixture, _ key: QuotaKey, _ value: Double, for entity: [(String, String?)] = [("client-id", "busy")]) throws {
        let results = try fixture.access.alterQuotas([QuotaAlteration(entity: entity.map { ($0.0, $0.1) }, operations: [(key.rawValue, value)])])
        #expect(results.allSatisfy { $0 == nil })
    }

    private func creation(_ topics: [(String, Int32)], validateOnly: Bool = false) -> CreateTopicsRequest {
        CreateTopicsRequest { request in
            request.validateOnly = validateOnly
            request.topics = topics.map { name, partitions in
                CreateTopicsRequest.Topic {
                    $0.name = name
                    $0.partitionCount = partitions
                    $0.replicationFactor = 1
                }
            }
        }
    }

    // MARK: Request time

    @Test func requestTimeIsCountedToldAndWaitedFor() throws {
        let fixture = try ServerFixture()
        // A hundred-thousandth of a percent: any request is too much for it, and for the longest time that a request is made to wait.
        try set(fixture, .requestPercentage, 0.000_01)
        let client = try fixture.client()
        let began = clock.now
        let first = try client.ask(MetadataRequest(), version: 5, clientID: "busy")
        #expect(first.throttleTimeMilliseconds == 1_000)
        #expect(clock.now - began < .milliseconds(900), "the answer comes at once, the wait after it")
        let second = try client.ask(ApiVersionsRequest(), version: 1, clientID: "busy")
        #expect(clock.now - began > .milliseconds(900), "the next request is not read before the wait is over")
        #expect(second.throttleTimeMilliseconds > 0)
        let other = try fixture.client().ask(MetadataRequest(), version: 5, clientID: "other")
        #expect(other.throttleTimeMilliseconds == 0)
    }

    @Test func requestTimeHasAnAmpleQuotaAndNothingHappens() throws {
        let fixture = try ServerFixture()
        try set(fixture, .requestPercentage, 10_000)
        let client = try fixture.client()
        try client.createTopic("notes")
        for _ in 0..<20 {
            #expect(try client.ask(WireClient.produce(try WireClient.batch(["x"]), to: "notes"), version: 7, clientID: "busy").throttleTimeMilliseconds == 0)
            #expect(try client.ask(WireClient.fetch("notes"), version: 11, clientID: "busy").throttleTimeMilliseconds == 0)
        }
    }

    @Test func workAwayFromTheConnectionsThreadCountsToo() throws {
        let fixture = try ServerFixture()
        try set(fixture, .requestPercentage, 0.000_01)
        #expect(try fixture.client().ask(creation([("made", 1)]), version: 5, clientID: "busy").throttleTimeMilliseconds == 1_000)
    }

    // MARK: Bytes fetched

    @Test func aFetchOverTheQuotaIsEmptyAndComesWholeAfterTheWait() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        // Two fetches of it are above 4,000 bytes a second over ten seconds, one is not.
        let value = String(repeating: "x", count: 30_000)
        _ = try client.ask(WireClient.produce(try WireClient.batch([value]), to: "notes"), version: 7)
        try set(fixture, .consumerByteRate, 4_000)
        func bytes(_ response: FetchResponse) -> Int {
            response.topics.flatMap(\.partitions).reduce(0) { total, partition in
                if case .frame(let range) = partition.records { total + range.count } else { total }
            }
        }
        let first = try client.ask(WireClient.fetch("notes"), version: 11, clientID: "busy")
        #expect(first.throttleTimeMilliseconds == 0)
        #expect(bytes(first) > 30_000)
        let began = clock.now
        let second = try client.ask(WireClient.fetch("notes"), version: 11, clientID: "busy")
        #expect(second.throttleTimeMilliseconds > 0)
        #expect(bytes(second) == 0, "Kafka sends nothing to a client over its quota")
        #expect(second.sessionId == 0)
        _ = try client.ask(ApiVersionsRequest(), version: 1, clientID: "busy")
        #expect(clock.now - began > .milliseconds(Int64(second.throttleTimeMilliseconds) / 2))
    }

    @Test func aFetchNeverBringsMoreThanTheQuotaOfAWindow() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        for _ in 0..<10 { _ = try client.ask(WireClient.produce(try WireClient.batch([String(repeating: "x", count: 5_000)]), to: "notes"), version: 7) }
        try set(fixture, .consumerByteRate, 2_000)
        // 20,000 bytes are ten seconds' worth: more could never be had at once.
        let response = try client.ask(WireClient.fetch("notes"), version: 11, clientID: "busy")
        #expect(response.throttleTimeMilliseconds == 0)
        guard case .frame(let range) = response.topics[0].partitions[0].records else {
            Issue.record("no records came")
            return
        }
        #expect(range.count > 10_000 && range.count <= 20_000)
    }

    // MARK: Partitions made and deleted

    @Test func newVersionsAreRefusedWhatIsTooMuch() throws {
        let fixture = try ServerFixture()
        try set(fixture, .controllerMutationRate, 1)
        let client = try fixture.client()
        // The bucket holds eleven, and may be overdrawn once.
        let made = try client.ask(creation([("wide", 30), ("late", 1)]), version: 6, clientID: "busy")
        #expect(made.topics.map(\.errorCode) == [0, KafkaErrorCode.throttlingQuotaExceeded.rawValue])
        #expect(made.throttleTimeMilliseconds > 10_000)
        #expect(fixture.broker.lookUp("wide") != nil)
        #expect(fixture.broker.lookUp("late") == nil)
        // The connection that was refused is made to wait; others of the same client are refused at once.
        let other = try fixture.client()
        let grown = try other.ask(
            CreatePartitionsRequest { $0.topics = [.init { $0.name = "wide"; $0.count = 31 }] }, version: 3, clientID: "busy")
        #expect(grown.results.map(\.errorCode) == [KafkaErrorCode.throttlingQuotaExceeded.rawValue])
        #expect(grown.throttleTimeMilliseconds > 0)
        let third = try fixture.client()
        let deleted = try third.ask(DeleteTopicsRequest { $0.topicNames = ["wide"] }, version: 5, clientID: "busy")
        #expect(deleted.topics.map(\.errorCode) == [KafkaErrorCode.throttlingQuotaExceeded.rawValue])
        #expect(deleted.throttleTimeMilliseconds > 0)
        #expect(fixture.broker.lookUp("wide")?.partitions.count == 30)
        #expect(try fixture.client().ask(creation([("free", 1)]), version: 6, clientID: "other").topics.map(\.errorCode) == [0])
    }

    @Test func oldVersionsAreServedAndMadeToWait() throws {
        let fixture = try ServerFixture()
        try set(fixture, .controllerMutationRate, 1)
        let first = try fixture.client().ask(creation([("wide", 30), ("more", 1)]), version: 5, clientID: "busy")
        #expect(first.topics.map(\.errorCode) == [0, 0])
        #expect(first.throttleTimeMilliseconds > 10_000)
        let deleted = try fixture.client().ask(DeleteTopicsRequest { $0.topicNames = ["wide"] }, version: 4, clientID: "busy")
        #expect(deleted.topics.map(\.errorCode) == [0])
        #expect(deleted.throttleTimeMilliseconds > first.throttleTimeMilliseconds)
        let asked = try fixture.client().ask(
            MetadataRequest { $0.topics = [.init { $0.name = "automatic" }]; $0.allowAutoTopicCreation = true }, version: 5, clientID: "busy")
        #expect(asked.throttleTimeMilliseconds > 0)
        #expect(fixture.broker.lookUp("automatic") != nil)
    }

    @Test func whatCannotBeMadeCostsNothing() throws {
        let fixture = try ServerFixture()
        try set(fixture, .controllerMutationRate, 1)
        let client = try fixture.client()
        let refused = try client.ask(creation([("bad name", 30), ("fine", 11)]), version: 6, clientID: "busy")
        #expect(refused.topics.map(\.errorCode) == [KafkaErrorCode.invalidTopicException.rawValue, 0])
        #expect(refused.throttleTimeMilliseconds == 0)
    }

    // MARK: Connections

    @Test func connectionsThatComeTooFastAreClosedLaterAndUnserved() throws {
        let fixture = try ServerFixture()
        try set(fixture, .connectionCreationRate, 1, for: [("ip", "127.0.0.1")])
        // One a second over ten seconds: ten at once are an average like any other.
        var clients: [WireClient] = []
        for _ in 0..<10 {
            let client = try fixture.client()
            _ = try client.ask(ApiVersionsRequest(), version: 0)
            clients.append(client)
        }
        let began = clock.now
        let late = try fixture.client()
        try late.post(ApiVersionsRequest(), version: 0)
        #expect(try late.isClosed(), "nobody is served")
        #expect(clock.now - began > .milliseconds(500), "and the end comes late, which slows the client down")
        #expect(try clients[0].ask(MetadataRequest(), version: 5).brokers.count == 1, "those that are there stay")
        // Without the quota everybody is welcome again.
        let results = try fixture.access.alterQuotas([
            QuotaAlteration(entity: [("ip", "127.0.0.1")], operations: [(QuotaKey.connectionCreationRate.rawValue, nil)])
        ])
        #expect(results.allSatisfy { $0 == nil })
        #expect(try fixture.client().ask(MetadataRequest(), version: 5).brokers.count == 1)
    }
}
