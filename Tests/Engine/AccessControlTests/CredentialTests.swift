@testable import AccessControl
import SystemIO
import Testing

@Suite("Users")
struct CredentialTests {
    private func upsertion(_ user: String, _ mechanism: Int8 = 1, iterations: Int32 = 4_096, length: Int = 32) -> ScramUpsertion {
        ScramUpsertion(user: user, mechanism: mechanism, iterations: iterations, salt: [1, 2, 3], saltedPassword: [UInt8](repeating: 7, count: length))
    }

    @Test("A salted password from a client is the same credential as the password")
    func salted() throws {
        for mechanism in ScramMechanism.allCases {
            let salt = Array("some salt".utf8)
            let salted = try mechanism.saltedPassword(Array("pw".utf8), salt: salt, iterations: 4_096)
            let one = try ScramCredential(mechanism, salt: salt, iterations: 4_096, saltedPassword: salted)
            #expect(try one == ScramCredential(mechanism, password: "pw", salt: salt))
            #expect(one.matches(password: Array("pw".utf8)))
            #expect(!one.matches(password: Array("pw2".utf8)))
        }
    }

    @Test("Each user has a result of its own, and one named twice is refused")
    func alterations() throws {
        var table = try CredentialTable.with(["alice": "a", "bob": "b"])
        let results = table.alter(
            deletions: [ScramDeletion(user: "alice", mechanism: 1), ScramDeletion(user: "nobody", mechanism: 1), ScramDeletion(user: "twice", mechanism: 1)],
            upsertions: [
                upsertion("twice"), upsertion("", 1), upsertion("odd", 9), upsertion("few", iterations: 4_095), upsertion("many", iterations: 16_385),
                upsertion("short", length: 31), upsertion("long", 2, length: 64), upsertion("bob", 2, length: 64),
            ])
        #expect(results.map(\.user) == ["alice", "nobody", "twice", "", "odd", "few", "many", "short", "long", "bob"])
        #expect(results.map { $0.error?.kafkaCode ?? 0 } == [0, 91, 92, 93, 33, 93, 93, 93, 0, 0])
        #expect(table.describe(nil).map(\.user) == ["alice", "bob", "long"])
        #expect(table.describe(["alice"]).first?.credentials.map(\.mechanism) == [.sha512])
        let named = table.describe(["bob", "nobody", "alice", "alice"])
        #expect(named.map(\.user) == ["bob", "nobody", "alice"])
        #expect(named.map { $0.error?.kafkaCode ?? 0 } == [0, 91, 92])
        let last = table.alter(deletions: [ScramDeletion(user: "alice", mechanism: 2)], upsertions: [])
        #expect(last.allSatisfy { $0.error == nil })
        #expect(table.credential(of: "alice", .sha512) == nil)
        #expect(table.count == 2)
    }

    @Test("Names that look alike are two users")
    func lookAlikes() throws {
        let composed = "Andr\u{e9}"
        let decomposed = "Andre\u{301}"
        #expect(composed == decomposed)
        let table = try CredentialTable.with([composed: "a"])
        #expect(table.credential(of: composed, .sha256) != nil)
        #expect(table.credential(of: decomposed, .sha256) == nil)
        #expect(Principal(user: composed) != Principal(user: decomposed))
    }

    @Test("No description shows a key or a password")
    func descriptions() throws {
        let credential = try ScramCredential(.sha256, password: "hunter2", salt: [1, 2, 3])
        let upsertion = ScramUpsertion(user: "alice", mechanism: 1, iterations: 4_096, salt: [1], saltedPassword: [9, 9, 9])
        var text = ""
        dump(credential, to: &text)
        dump(upsertion, to: &text)
        text += "\(credential) \(upsertion) \(String(reflecting: credential)) \(String(reflecting: upsertion))"
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("Key"))
        #expect(!text.contains("9, 9"))
        #expect(!text.contains("salted"))
    }
}
