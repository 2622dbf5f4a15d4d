@testable import AccessControl
import SystemIO
import Testing

@Suite("PLAIN")
struct PlainTests {
    private func step(_ message: String, _ table: CredentialTable) -> SaslSession.Step {
        var session = SaslSession(.plain, credentials: table, entropy: SeededEntropySource(seed: 1))
        return session.step(Array(message.utf8))
    }

    private func reason(_ message: String, _ table: CredentialTable) -> SaslFailure.Reason? {
        if case .failure(let failure) = step(message, table) { failure.reason } else { nil }
    }

    @Test("The password is checked against what SCRAM keeps")
    func passwords() throws {
        var table = try CredentialTable.with(["alice": "right"])
        #expect(reason("\u{0}alice\u{0}right", table) == nil)
        #expect(reason("alice\u{0}alice\u{0}right", table) == nil)
        #expect(reason("bob\u{0}alice\u{0}right", table) == .otherAuthorizationID)
        #expect(reason("\u{0}alice\u{0}wrong", table) == .wrongCredentials(isUserKnown: true))
        #expect(reason("\u{0}bob\u{0}right", table) == .wrongCredentials(isUserKnown: false))
        // With the longer mechanism alone it is that one.
        try table.remove(.sha256, of: "alice")
        #expect(reason("\u{0}alice\u{0}right", table) == nil)
        #expect(reason("\u{0}alice\u{0}wrong", table) == .wrongCredentials(isUserKnown: true))
    }

    @Test("Anything but two separators is malformed")
    func malformed() throws {
        let table = try CredentialTable.with(["alice": "right"])
        for message in ["", "alice", "alice\u{0}right", "\u{0}\u{0}", "\u{0}alice\u{0}", "\u{0}\u{0}right", "\u{0}alice\u{0}right\u{0}", String(repeating: "x", count: 5_000)] {
            guard case .malformed = reason(message, table) else {
                Issue.record("\(message) was taken")
                continue
            }
        }
        var session = SaslSession(.plain, credentials: table, entropy: SeededEntropySource(seed: 1))
        _ = session.step(Array("\u{0}alice\u{0}wrong".utf8))
        guard case .failure(let failure) = session.step(Array("\u{0}alice\u{0}right".utf8)) else {
            Issue.record("a second try got in")
            return
        }
        #expect(failure.reason == .isOver)
    }

    @Test("PLAIN is offered over TLS alone")
    func offered() {
        #expect(SaslMechanism.offered(isEncrypted: false).map(\.name) == ["SCRAM-SHA-256", "SCRAM-SHA-512"])
        #expect(SaslMechanism.offered(isEncrypted: true).map(\.name).contains("PLAIN"))
        #expect(SaslMechanism.allCases.allSatisfy { SaslMechanism(name: $0.name) == $0 })
        #expect(SaslMechanism(name: "OAUTHBEARER") == nil)
    }
}
