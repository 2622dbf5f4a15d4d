@testable import AccessControl
import SystemIO
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("The store")
struct StoreTests {
    private let alice = Principal(user: "alice")

    private func fill(_ store: AccessStore) throws {
        try store.setPassword("secret", of: "alice")
        try store.setPassword("other", of: "Łukasz 100%\u{2028}", [.sha512], iterations: 5_000)
        let results = try store.createRules([
            AclBinding(.allow, .read, on: ResourcePattern(.topic, "a b%", .prefixed), to: "User:alice", from: "10.0.0.1"),
            AclBinding(.deny, .all, on: ResourcePattern(.cluster, "kafka-cluster"), to: "User:*"),
            AclBinding(.allow, .read, on: ResourcePattern(.topic, ""), to: "User:alice"),
        ])
        #expect(results.map { $0?.kafkaCode ?? 0 } == [0, 0, 42])
        let quotas = try store.alterQuotas([
            QuotaAlteration(entity: [("user", "alice"), ("client-id", nil)], operations: [("producer_byte_rate", 1_000), ("request_percentage", 12.75)]),
            QuotaAlteration(entity: [("user", "alice"), ("client-id", nil)], operations: [("producer_byte_rate", 2_000)]),
            QuotaAlteration(entity: [("ip", "::1")], operations: [("connection_creation_rate", 3)]),
        ])
        #expect(quotas.map { $0?.kafkaCode ?? 0 } == [0, 42, 0])
    }

    @Test("What is changed is in force at once, and after opening again")
    func reopened() throws {
        let files = SimulatedFileSystem()
        try files.makeFolder("/data")
        let store = try AccessStore(folder: "/data", files: files, entropy: SeededEntropySource(seed: 1))
        #expect(try !files.fileExists("/data/access"))
        #expect(store.authorizer.allows(.write, on: .topic, "x", to: alice, from: "h"))
        try fill(store)
        #expect(!store.authorizer.allows(.write, on: .topic, "x", to: alice, from: "h"))
        let again = try AccessStore(folder: "/data", files: files, entropy: SeededEntropySource(seed: 2))
        for store in [store, again] {
            #expect(store.credentials.credential(of: "alice", .sha256)?.matches(password: Array("secret".utf8)) == true)
            #expect(store.credentials.describe(nil).map(\.user) == ["alice", "Łukasz 100%\u{2028}"])
            #expect(store.authorizer.allows(.describe, on: .topic, "a b%c", to: alice, from: "10.0.0.1"))
            #expect(store.quotas.connectionRate(from: "::1") == 3)
        }
        #expect(again.describeRules(AclFilter()) == store.describeRules(AclFilter()))
        #expect(again.quotas.table == store.quotas.table)
        #expect(again.credentials.secret == store.credentials.secret)
        // The text is the same bytes each time, and holds no password.
        let bytes = try files.readFile("/data/access", limit: 1 << 20)
        #expect(try AccessFile(bytes: bytes, path: "").bytes == bytes)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("\tsecret\t"))
        let removed = try again.deleteRules([AclFilter(principal: "User:alice"), AclFilter()])
        #expect(removed.map(\.count) == [1, 1])
        #expect(try AccessStore(folder: "/data", files: files).authorizer.rules.isEmpty)
        #expect(try again.alterQuotas([QuotaAlteration(entity: [("ip", "::1")], operations: [("connection_creation_rate", nil)])], validateOnly: true) == [nil])
        #expect(again.quotas.connectionRate(from: "::1") == 3)
    }

    @Test("A flipped bit, a cut file and a file of others are refused")
    func damaged() throws {
        let files = SimulatedFileSystem()
        try files.makeFolder("/data")
        try fill(try AccessStore(folder: "/data", files: files, entropy: SeededEntropySource(seed: 1)))
        let bytes = try files.readFile("/data/access", limit: 1 << 20)
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position % 8)
            #expect(throws: AccessError.self) { try AccessFile(bytes: damaged, path: "x") }
            #expect(throws: AccessError.self) { try AccessFile(bytes: Array(bytes.prefix(position)), path: "x") }
        }
        // Well signed nonsense does not trap either.
        var random = SeededGenerator(seed: 3)
        let words = ["user", "acl", "quota", "secret", "\t", "\n", "=", "%", "%20", "SCRAM-SHA-256", "4096", "AAAA", "-", "default", "ALLOW", "READ", "TOPIC", "LITERAL"]
        for _ in 0..<2_000 {
            var text = "\(AccessFile.heading)\nsecret\t\(Base64.text([UInt8](repeating: 1, count: 32)))\n"
            for _ in 0..<Int.random(in: 0...30, using: &random) { text += words[Int.random(in: 0..<words.count, using: &random)] }
            let body = Array((text + "\n").utf8)
            _ = try? AccessFile(bytes: body + Array("end\t\(Base64.text(ScramMechanism.sha256.hash(body)))\n".utf8), path: "x")
        }
    }

    @Test("After any crash the store opens, with the old state or the new one")
    func crashes() throws {
        let files = SimulatedFileSystem()
        try files.makeFolder("/data")
        let first = AclBinding(.allow, .read, on: ResourcePattern(.topic, "one"), to: "User:a")
        let second = AclBinding(.allow, .read, on: ResourcePattern(.topic, "two"), to: "User:a")
        _ = try AccessStore(folder: "/data", files: files).createRules([first])
        for call in 1...14 {
            let machine = files.afterKill()
            let store = try AccessStore(folder: "/data", files: machine)
            machine.stop(atCall: call)
            let isDone = (try? store.createRules([second])) != nil
            // What is refused is not in force.
            #expect(store.authorizer.rules.count == (isDone ? 2 : 1))
            for seed in 0..<30 as Range<UInt64> {
                let found = try AccessStore(folder: "/data", files: machine.crash(seed: seed).afterKill()).authorizer.rules.all
                #expect(found == [first] || found == [first, second])
                if isDone { #expect(found == [first, second]) }
            }
        }
    }

    @Test("A file that others may read is refused, with the command that mends it")
    func permissions() throws {
        var template = Array("/tmp/leat-access-XXXXXX".utf8CString)
        let isMade = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkdtemp($0) != nil } ?? false }
        try #require(isMade)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let files = PosixFileSystem()
        defer {
            for name in (try? files.list(folder)) ?? [] { try? files.remove(FilePath.join(folder, name)) }
            try? files.removeFolder(folder)
        }
        try AccessStore(folder: folder).setPassword("secret", of: "alice")
        #expect(try files.isPrivate(folder + "/access"))
        #expect(try AccessStore(folder: folder).credentials.count == 1)
        chmod(folder + "/access", 0o640)
        do {
            _ = try AccessStore(folder: folder)
            Issue.record("a file that others may read was taken")
        } catch { #expect(error.message.contains("chmod 600 \(folder)/access")) }
    }
}
