import AccessControl
import Coordination
import KafkaWire
import Testing

@testable import KafkaServer

@Suite struct RudeClientTests {
    /// Whether a well-mannered client is served.
    private func serves(_ fixture: ServerFixture) throws -> Bool {
        try fixture.client().ask(MetadataRequest(), version: 5).brokers.count == 1
    }

    @Test(arguments: [[0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0]] as [[UInt8]])
    func anImpossibleLengthEndsTheConnectionAndNothingElse(length: [UInt8]) throws {
        let fixture = try ServerFixture()
        let rude = try fixture.client()
        try rude.send(bytes: length + [UInt8](repeating: 1, count: 100))
        #expect(try rude.isClosed())
        #expect(try serves(fixture))
    }

    @Test func anUnknownRequestEndsTheConnection() throws {
        let fixture = try ServerFixture()
        let rude = try fixture.client()
        try rude.send(bytes: [0, 0, 0, 10, 0x27, 0x0F, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF])
        #expect(try rude.isClosed())
        #expect(try serves(fixture))
    }

    @Test func anUnknownVersionOfApiVersionsIsAnsweredInTheOldestForm() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.send(bytes: [0, 0, 0, 13, 0, 18, 0, 99, 0, 0, 0, 7, 0xFF, 0xFF, 0, 1, 1])
        let (correlation, response) = try client.answer(ApiVersionsResponse.self, version: 0)
        #expect(correlation == 7)
        #expect(response.errorCode == KafkaErrorCode.unsupportedVersion.rawValue)
        #expect(response.apiKeys.map(\.apiKey) == [ApiKey.apiVersions.rawValue])
        #expect(try client.ask(ApiVersionsRequest(), version: 0).errorCode == 0)
    }

    @Test func connectionsBeyondTheBoundAreRefusedAndPlacesComeFreeAgain() throws {
        let fixture = try ServerFixture { $0.maximumConnections = 2 }
        var first: WireClient? = try fixture.client()
        let second = try fixture.client()
        _ = try first?.ask(MetadataRequest(), version: 5)
        _ = try second.ask(MetadataRequest(), version: 5)
        #expect(try fixture.client().isClosed())
        first = nil
        // The place comes free when the server has noticed: ask until it has.
        var isServed = false
        for _ in 0..<200 where !isServed { isServed = (try? fixture.client().ask(MetadataRequest(), version: 5)) != nil }
        #expect(isServed)
    }

    @Test(arguments: [true, false]) func silenceBeforeTheFirstRequestEndsTheConnection(asksWhoIsThere: Bool) throws {
        let fixture = try ServerFixture {
            $0.firstRequestMilliseconds = 50
            $0.listeners[0].requiresAuthentication = asksWhoIsThere
        }
        let silent = try fixture.client()
        try silent.send(bytes: [0, 0])
        #expect(try silent.isClosed())
    }

    @Test func nothingButTheLoginIsTakenBeforeTheLogin() throws {
        let fixture = try ServerFixture { $0.listeners[0].requiresAuthentication = true }
        let client = try fixture.client()
        #expect(try client.ask(ApiVersionsRequest(), version: 0).errorCode == 0)
        try client.post(MetadataRequest(), version: 5)
        #expect(try client.isClosed())
        let other = try fixture.client()
        try other.send(bytes: [0, 1, 0, 1] + [UInt8](repeating: 0, count: 100))
        #expect(try other.isClosed(), "65,537 bytes are too many before the login")
    }

    @Test func aThousandRequestsAtOnceAreAnsweredInOrder() throws {
        let fixture = try ServerFixture { $0.maximumRequestsInFlight = 8 }
        let client = try fixture.client()
        var bytes: [UInt8] = []
        for number in 0..<1_000 {
            bytes += try WireFrame.request(ApiVersionsRequest(), version: 0, correlationId: Int32(number), clientId: nil)
        }
        try client.send(bytes: bytes)
        for number in 0..<1_000 { #expect(try client.answer(ApiVersionsResponse.self, version: 0).correlation == Int32(number)) }
    }

    @Test func onceARuleExistsOthersAreDenied() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("secret")
        _ = try fixture.access.createRules([
            AclBinding(.allow, .read, on: ResourcePattern(.topic, "other"), to: "User:alice")
        ])
        let response = try client.ask(WireClient.produce(try WireClient.batch(["x"]), to: "secret"), version: 7)
        #expect(response.topics[0].partitions[0].errorCode == KafkaErrorCode.topicAuthorizationFailed.rawValue)
        #expect(try client.ask(MetadataRequest { $0.topics = nil }, version: 5).topics.isEmpty)
    }

    @Test(arguments: [false, true]) func rulesCanBeMadeOnlyWhereSomebodyCouldTakeThemBack(hasSuperUser: Bool) throws {
        let fixture = try ServerFixture(superUsers: hasSuperUser ? [.anonymous] : [])
        let client = try fixture.client()
        let creation = CreateAclsRequest.Creation {
            $0.resourceType = ResourceType.topic.rawValue
            $0.resourceName = "notes"
            $0.principal = "User:alice"
            $0.host = "*"
            $0.operation = AclOperation.read.rawValue
            $0.permissionType = AclPermission.allow.rawValue
        }
        let made = try client.ask(CreateAclsRequest { $0.creations = [creation] }, version: 1)
        #expect(made.results.map(\.errorCode) == [hasSuperUser ? 0 : KafkaErrorCode.securityDisabled.rawValue])
        try client.createTopic("others")
    }

    @Test func aClientOverItsQuotaIsToldToWaitAndIsMadeTo() throws {
        let fixture = try ServerFixture()
        let client = try fixture.client()
        try client.createTopic("notes")
        _ = try fixture.access.alterQuotas([
            QuotaAlteration(entity: [("client-id", "busy")], operations: [("producer_byte_rate", 23_000)])
        ])
        let batch = try WireClient.batch([String(repeating: "x", count: 250_000)])
        let clock = ContinuousClock()
        let first = try client.ask(WireClient.produce(batch, to: "notes"), version: 7, clientID: "busy")
        #expect(first.throttleTimeMilliseconds > 0)
        let began = clock.now
        _ = try client.ask(ApiVersionsRequest(), version: 0, clientID: "busy")
        // The next request was not read before the wait was over.
        #expect(clock.now - began > .milliseconds(Int64(first.throttleTimeMilliseconds) / 2))
    }

    /// Fetches of much whose answers nobody reads: what they hold in memory is bounded, and given back with the connection.
    @Test func answersThatNobodyReadsHaveABound() throws {
        let fixture = try ServerFixture { $0.maximumAnswerBytes = 4 << 20 }
        let writer = try fixture.client()
        try writer.createTopic("heap")
        let batch = try WireClient.batch([String(repeating: "x", count: 500_000)])
        for _ in 0..<20 { _ = try writer.ask(WireClient.produce(batch, to: "heap"), version: 7) }
        var silent: [WireClient] = []
        for _ in 0..<10 {
            let client = try fixture.client()
            try client.post(WireClient.fetch("heap", partitionBytes: 10 << 20), version: 11)
            silent.append(client)
        }
        // They are in the sockets' buffers, in memory within the bound, and one batch each.
        #expect(try serves(fixture))
        #expect(fixture.server.answerBytes <= 4 << 20 + 10 * 600_000)
        // One that reads its answers gets everything all the same.
        var next: Int64 = 0
        let reader = try fixture.client()
        while next < 20 {
            let response = try reader.ask(WireClient.fetch("heap", from: next, partitionBytes: 10 << 20), version: 11)
            guard case .frame(let range) = response.topics[0].partitions[0].records, !range.isEmpty else { break }
            next += Int64(range.count / 500_000)
        }
        #expect(next == 20)
        silent = []
        for _ in 0..<2_000 where fixture.server.answerBytes > 0 { _ = try serves(fixture) }
        #expect(fixture.server.answerBytes == 0)
    }
}
