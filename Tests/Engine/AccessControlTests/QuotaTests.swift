@testable import AccessControl
import SystemIO
import Testing

@Suite("Quotas")
struct QuotaTests {
    private func table(_ quotas: [(QuotaEntity, Double)], _ key: QuotaKey = .producerByteRate) throws -> QuotaTable {
        var table = QuotaTable()
        for (entity, value) in quotas { try table.set(key, value, for: entity) }
        return table
    }

    @Test("The most particular quota counts, and says who shares it")
    func precedence() throws {
        let order: [QuotaEntity] = [
            QuotaEntity(user: .named("u"), clientID: .named("c")), QuotaEntity(user: .named("u"), clientID: .byDefault), QuotaEntity(user: .named("u")),
            QuotaEntity(user: .byDefault, clientID: .named("c")), QuotaEntity(user: .byDefault, clientID: .byDefault), QuotaEntity(user: .byDefault),
            QuotaEntity(clientID: .named("c")), QuotaEntity(clientID: .byDefault),
        ]
        let scopes = [("u", "c"), ("u", "c"), ("u", ""), ("u", "c"), ("u", "c"), ("u", ""), ("", "c"), ("", "c")]
        for first in order.indices {
            let quotas = try table(order[first...].enumerated().map { ($1, Double(first + $0 + 1)) })
            let limit = try #require(quotas.limit(.producerByteRate, user: "u", clientID: "c"))
            #expect(limit.value == Double(first + 1))
            #expect(limit.scope.user.text == scopes[first].0)
            #expect(limit.scope.clientID.text == scopes[first].1)
            #expect(quotas.limit(.consumerByteRate, user: "u", clientID: "c") == nil)
        }
        #expect(try table([(order[0], 1)]).limit(.producerByteRate, user: "u", clientID: "other") == nil)
    }

    @Test("Twice the rate waits as long as it took, and then goes on")
    func throttle() throws {
        let quotas = QuotaManager(table: try table([(QuotaEntity(user: .named("u")), 1_000)]))
        func use(_ bytes: Double, _ now: Int64, client: String = "c") -> Int32 {
            quotas.record(.producerByteRate, bytes, user: "u", clientID: client, now: now)
        }
        // Ten seconds' worth are free at first: the rate is taken over ten windows at least.
        #expect(use(10_000, 0) == 0)
        #expect(use(5_000, 0) == 5_000)
        // The user's clients share it; other users have none.
        #expect(use(0, 1, client: "d") > 0)
        #expect(quotas.record(.producerByteRate, 1e9, user: "v", clientID: "c", now: 0) == 0)
        #expect(quotas.record(.consumerByteRate, 1e9, user: "u", clientID: "c", now: 0) == 0)
        #expect(use(0, 20_000) == 0)
        #expect(use(10_000, 20_000) == 0)
        #expect(use(1, 20_000) == 1)
    }

    @Test("Whoever waits as told gets the rate of the quota, whatever the amounts")
    func longRun() throws {
        var random = SeededGenerator(seed: 5)
        for limit in [100.0, 5_000, 1e6] {
            let quotas = QuotaManager(table: try table([(QuotaEntity(clientID: .byDefault), limit)]))
            var now: Int64 = 1_000_000
            var total = 0.0
            while now < 1_000_000 + 600_000 {
                let amount = Double.random(in: 0...limit * 3, using: &random)
                total += amount
                now += Int64(quotas.record(.producerByteRate, amount, user: "u", clientID: "c", now: now)) + Int64.random(in: 0...300, using: &random)
            }
            let rate = total / Double(now - 1_000_000) * 1_000
            #expect(rate < limit * 1.1, "\(rate) of \(limit)")
            #expect(rate > limit * 0.7, "\(rate) of \(limit)")
        }
    }

    @Test("What is taken back does not count; a request waits a window at most; a fetch is bounded")
    func others() throws {
        let entity = QuotaEntity(user: .byDefault)
        let bytes = QuotaManager(table: try table([(entity, 1_000)], .consumerByteRate))
        #expect(bytes.record(.consumerByteRate, 20_000, user: "u", clientID: "", now: 5) > 0)
        bytes.unrecord(.consumerByteRate, 20_000, user: "u", clientID: "", now: 5)
        #expect(bytes.record(.consumerByteRate, 1_000, user: "u", clientID: "", now: 5) == 0)
        #expect(bytes.largestFetch(user: "u", clientID: "") == 10_000)
        let requests = QuotaManager(table: try table([(entity, 50)], .requestPercentage))
        #expect(requests.recordRequest(nanoseconds: 1_000_000, user: "u", clientID: "", now: 5) == 0)
        #expect(requests.recordRequest(nanoseconds: 600_000_000_000, user: "u", clientID: "", now: 5) == 1_000)
        #expect(requests.largestFetch(user: "u", clientID: "") == nil)
    }

    @Test("Mutations: the bucket may be overdrawn once; then strict requests are refused until it is repaid")
    func mutations() throws {
        let quotas = QuotaManager(table: try table([(QuotaEntity(user: .named("u")), 2)], .controllerMutationRate))
        func admit(_ count: Int, strict: Bool, _ now: Int64) -> (Bool, Int32) {
            let answer = quotas.admitMutations(count, isStrict: strict, user: "u", clientID: "c", now: now)
            return (answer.isAdmitted, answer.throttleMilliseconds)
        }
        #expect(admit(30, strict: true, 0) == (true, 0))
        #expect(admit(1, strict: true, 0) == (false, 4_000))
        #expect(admit(2, strict: false, 0) == (true, 5_000))
        #expect(admit(1, strict: true, 5_000) == (true, 0))
        #expect(quotas.admitMutations(1_000, isStrict: true, user: "v", clientID: "c", now: 0) == (true, 0))
    }

    @Test("Memory for rates is bounded; newcomers share one")
    func bounded() throws {
        let quotas = QuotaManager(table: try table([(QuotaEntity(clientID: .byDefault), 1_000)]), rateLimit: 100)
        for client in 0..<5_000 { _ = quotas.record(.producerByteRate, 10, user: "u", clientID: "c\(client)", now: 0) }
        #expect(quotas.heldRates <= 101)
        #expect(quotas.record(.producerByteRate, 1, user: "u", clientID: "late", now: 0) > 0)
        // After a while the idle ones are forgotten, and a newcomer is on its own.
        #expect(quotas.record(.producerByteRate, 1, user: "u", clientID: "later", now: 60_000) == 0)
        #expect(quotas.heldRates <= 101)
    }

    @Test("Alterations change an entity whole or not at all, and describe finds it")
    func alterAndDescribe() throws {
        var quotas = QuotaTable()
        try quotas.alter(QuotaAlteration(entity: [("user", "u"), ("client-id", nil)], operations: [("producer_byte_rate", 10), ("request_percentage", 2.5)]))
        try quotas.alter(QuotaAlteration(entity: [("user", nil)], operations: [("consumer_byte_rate", 20)]))
        try quotas.alter(QuotaAlteration(entity: [("ip", "10.0.0.1")], operations: [("connection_creation_rate", 5)]))
        let before = quotas
        let wrong: [QuotaAlteration] = [
            QuotaAlteration(entity: [], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("host", "x")], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("user", "u"), ("user", "v")], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("user", "u"), ("ip", "10.0.0.1")], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("user", "")], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("ip", "10.0.0.300")], operations: [("connection_creation_rate", 1)]),
            QuotaAlteration(entity: [("ip", "10.0.0.1")], operations: [("producer_byte_rate", 1)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("connection_creation_rate", 1)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("producer_byte_rate", 1), ("nonsense", 1)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("producer_byte_rate", 1), ("producer_byte_rate", 2)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("producer_byte_rate", 0)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("producer_byte_rate", 1.5)]),
            QuotaAlteration(entity: [("user", "u")], operations: [("producer_byte_rate", .infinity)]),
        ]
        for alteration in wrong { #expect(throws: AccessError.self, "\(alteration)") { try quotas.alter(alteration) } }
        #expect(quotas == before)
        func found(_ components: [(String, QuotaFilter.Match)], strict: Bool = false) throws -> [QuotaEntity] {
            try quotas.describe(QuotaFilter(components: components.map { ($0.0, $0.1) }, isStrict: strict)).map(\.entity)
        }
        let both = QuotaEntity(user: .named("u"), clientID: .byDefault)
        #expect(try found([]).count == 3)
        #expect(try found([("user", .exactly("u"))]) == [both])
        #expect(try found([("user", .exactly("u"))], strict: true) == [])
        #expect(try found([("user", .exactly("u")), ("client-id", .byDefault)], strict: true) == [both])
        #expect(try found([("user", .byDefault)]) == [QuotaEntity(user: .byDefault)])
        #expect(Set(try found([("user", .specified)])) == [both, QuotaEntity(user: .byDefault)])
        #expect(try found([("ip", .specified)]) == [QuotaEntity(address: .named("10.0.0.1"))])
        #expect(try quotas.describe(QuotaFilter(components: [("user", .exactly("u"))], isStrict: false)).first?.values.map(\.value) == [10, 2.5])
        #expect(throws: AccessError.self) { try found([("host", .specified)]) }
        #expect(throws: AccessError.self) { try found([("user", .specified), ("user", .byDefault)]) }
        #expect(throws: AccessError.self) { try found([("user", .specified), ("ip", .byDefault)]) }
        #expect(throws: AccessError.self) { try QuotaFilter.Match(type: 3, text: nil) }
        try quotas.alter(QuotaAlteration(entity: [("user", nil)], operations: [("consumer_byte_rate", nil), ("producer_byte_rate", nil)]))
        #expect(try found([("user", .byDefault)]) == [])
    }

    @Test("Addresses", arguments: [("10.0.0.1", true), ("::", true), ("::1", true), ("1::", true), ("fe80::1:2", true), ("1:2:3:4:5:6:7:8", true), ("::ffff:10.0.0.1", true), ("1::2::3", false), ("10.0.0", false), ("10.0.0.256", false), ("1:2:3", false), (":1::2", false), ("1:2:3:4:5:6:7:8:9", false), ("g::1", false), ("12345::", false), ("", false), ("localhost", false)])
    func addresses(text: String, isValid: Bool) { #expect(IPAddressText.isValid(text) == isValid) }
}

@Suite("Connections")
struct ConnectionTests {
    private func expect(_ expected: ConnectionLimiter.Admission, _ found: ConnectionLimiter.Admission) { #expect(found == expected) }

    @Test("Bounds in all and per address, given back on close")
    func bounds() {
        var limiter = ConnectionLimiter(bounds: ConnectionBounds(total: 3, perAddress: 2, exceptions: ["b": 0]))
        expect(.accepted, limiter.admit(from: "a", rate: nil, now: 0))
        expect(.accepted, limiter.admit(from: "a", rate: nil, now: 0))
        guard case .refused = limiter.admit(from: "a", rate: nil, now: 0), case .refused = limiter.admit(from: "b", rate: nil, now: 0) else {
            Issue.record("too many were accepted")
            return
        }
        expect(.accepted, limiter.admit(from: "c", rate: nil, now: 0))
        guard case .refused = limiter.admit(from: "d", rate: nil, now: 0) else {
            Issue.record("a fourth was accepted")
            return
        }
        limiter.close(from: "a", now: 0)
        limiter.close(from: "nobody", now: 0)
        #expect(limiter.open == 2)
        expect(.accepted, limiter.admit(from: "a", rate: nil, now: 0))
    }

    @Test("A rate above the quota is slowed down")
    func rate() {
        var limiter = ConnectionLimiter()
        for _ in 0..<20 { expect(.accepted, limiter.admit(from: "a", rate: 2, now: 0)) }
        expect(.throttled(milliseconds: 500), limiter.admit(from: "a", rate: 2, now: 0))
        expect(.accepted, limiter.admit(from: "b", rate: 2, now: 0))
        expect(.accepted, limiter.admit(from: "a", rate: 2, now: 30_000))
    }

    @Test("Addresses that are gone are forgotten")
    func forgotten() {
        var limiter = ConnectionLimiter()
        for address in 0..<10_000 {
            expect(.accepted, limiter.admit(from: "\(address)", rate: 1, now: Int64(address) * 100))
            limiter.close(from: "\(address)", now: Int64(address) * 100)
        }
        #expect(limiter.open == 0)
        #expect(limiter.heldAddresses <= 1_100)
    }
}
