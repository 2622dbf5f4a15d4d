@testable import AccessControl
import SystemIO
import Testing

@Suite("SCRAM")
struct ScramTests {
    @Test("The exchange that RFC 7677 prints")
    func vector() throws {
        let salt = try #require(Base64.decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
        var table = CredentialTable(secret: [])
        try table.set(try ScramCredential(.sha256, password: "pencil", salt: salt), of: "user")
        var exchange = ScramExchange(.sha256, nonce: Array("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0".utf8))
        guard case .challenge(let reply) = exchange.step(Array("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8), table) else {
            Issue.record("no challenge")
            return
        }
        #expect(
            String(decoding: reply, as: UTF8.self)
                == "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        let final = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        guard case .success(let user, let last) = exchange.step(Array(final.utf8), table) else {
            Issue.record("no success")
            return
        }
        #expect(user == "user")
        #expect(String(decoding: last, as: UTF8.self) == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    }

    private func run(_ client: ScramClient, _ table: CredentialTable, finalExtensions: String = "") throws -> SaslSession.Step {
        var session = SaslSession(
            client.mechanism == .sha256 ? .scramSHA256 : .scramSHA512, credentials: table, entropy: SeededEntropySource(seed: 1))
        let step = session.step(client.first)
        guard case .challenge(let reply) = step, let final = try client.final(reply, extensions: finalExtensions) else { return step }
        let end = session.step(final.message)
        if case .success(_, let bytes) = end { #expect(bytes == final.serverFinal) }
        guard case .failure(let late) = session.step(final.message) else {
            Issue.record("a finished exchange went on")
            return end
        }
        #expect(late.reason == .isOver)
        return end
    }

    @Test("The right password gets in, with either mechanism and any name", arguments: ScramMechanism.allCases, ["alice", "a,b=c", "Łukasz 水"])
    func success(mechanism: ScramMechanism, user: String) throws {
        let table = try CredentialTable.with([user: "pass, word=é"])
        for header in ["n,,", "y,,"] {
            let client = ScramClient(mechanism: mechanism, user: user, password: "pass, word=é", gs2Header: header, extensions: ",x=1")
            guard case .success(let principal, _) = try run(client, table, finalExtensions: ",future=yes") else {
                Issue.record("\(user) did not get in")
                continue
            }
            #expect(principal == Principal(user: user))
        }
    }

    @Test("A client that repeats its nonce gets in with the right password, and not with a wrong one")
    func repeatedNonce() throws {
        let table = try CredentialTable.with(["alice": "right"])
        for password in ["right", "wrong"] {
            let step = try run(ScramClient(mechanism: .sha256, user: "alice", password: password, repeatsNonce: true), table)
            if case .success = step { #expect(password == "right") } else { #expect(password == "wrong") }
        }
    }

    @Test("A wrong password and an unknown user fail alike, after the same messages")
    func strangers() throws {
        let table = try CredentialTable.with(["alice": "right", "bob": "x", "carol": "y"], iterations: 5_000)
        for (user, isKnown) in [("alice", true), ("mallory", false)] {
            let client = ScramClient(mechanism: .sha256, user: user, password: "wrong")
            guard case .failure(let failure) = try run(client, table) else {
                Issue.record("\(user) got in")
                continue
            }
            #expect(failure.reason == .wrongCredentials(isUserKnown: isKnown))
            #expect(failure.clientMessage == "authentication with SCRAM-SHA-256 failed: the credentials are wrong")
            #expect(failure.user == user)
        }
        // A stranger's salt is as long as the others', always the same, and another stranger's is another.
        func first(_ user: String) throws -> ScramClient.ServerFirst {
            var session = SaslSession(.scramSHA256, credentials: table, entropy: SystemEntropySource())
            guard case .challenge(let reply) = session.step(ScramClient(mechanism: .sha256, user: user, password: "").first) else {
                throw AccessError(.notFound, "no challenge")
            }
            return try #require(ScramClient.ServerFirst(reply))
        }
        let known = try first("carol")
        let stranger = try first("mallory")
        #expect(stranger.iterations == known.iterations)
        #expect(stranger.salt.count == known.salt.count)
        #expect(try first("mallory").salt == stranger.salt)
        #expect(try first("mallory").nonce != stranger.nonce)
        #expect(try first("trudy").salt != stranger.salt)
    }

    @Test("What is not offered is refused by name")
    func refused() throws {
        let table = try CredentialTable.with(["alice": "right"])
        func reason(_ first: String) -> SaslFailure.Reason? {
            var session = SaslSession(.scramSHA512, credentials: table, entropy: SeededEntropySource(seed: 1))
            guard case .failure(let failure) = session.step(Array(first.utf8)) else { return nil }
            return failure.reason
        }
        #expect(reason("p=tls-unique,,n=alice,r=abc") == .channelBinding)
        #expect(reason("n,,n=alice,r=abc,tokenauth=true") == .tokenAuthentication)
        #expect(reason("n,,n=alice,r=abc,tokenauth=false") == nil)
        #expect(reason("n,,m=ext,n=alice,r=abc") == .mandatoryExtension)
        #expect(reason("n,a=bob,n=alice,r=abc") == .otherAuthorizationID)
        #expect(reason("n,a=alice,n=alice,r=abc") == nil)
        for malformed in ["", "n", "n,,", "n,,n=alice", "n,,r=abc,n=alice", "x,,n=alice,r=abc", "n,,n=,r=abc", "n,,n=alice,r=", "n,,n=a=b,r=abc", "n,,n=a=2,r=abc", "n,b=x,n=alice,r=abc", "n,,n=alice,r=a c", "n,,n=alice,r=abc,", "n,,n=alice,r=abc,=x", "n,,n=alice,r=abc,1=x", "n,,n=a\u{0}b,r=abc"] {
            guard case .malformed = reason(malformed) else {
                Issue.record("\(malformed) was taken")
                continue
            }
        }
    }

    @Test("A final message must repeat what was begun")
    func finals() throws {
        let table = try CredentialTable.with(["alice": "right"])
        let client = ScramClient(mechanism: .sha256, user: "alice", password: "right")
        func reason(_ change: (String) -> String) throws -> SaslFailure.Reason? {
            var session = SaslSession(.scramSHA256, credentials: table, entropy: SeededEntropySource(seed: 3))
            guard case .challenge(let reply) = session.step(client.first), let final = try client.final(reply) else { return nil }
            guard case .failure(let failure) = session.step(Array(change(String(decoding: final.message, as: UTF8.self)).utf8)) else { return nil }
            return failure.reason
        }
        #expect(try reason { $0 } == nil)
        #expect(try reason { "c=eSws" + $0.dropFirst(6) } == .channelBinding)
        #expect(try reason { String($0.prefix(9)) + "X" + $0.dropFirst(10) } == .wrongNonce)
        #expect(try reason { $0.split(separator: ",").dropLast().joined(separator: ",") + ",p=AAAA" } == .malformed("the proof has a wrong length"))
        #expect(try reason { $0.split(separator: ",").dropLast().joined(separator: ",") + ",p=" + Base64.text([UInt8](repeating: 0, count: 32)) } == .wrongCredentials(isUserKnown: true))
        for malformed in ["", ",", ",,", "c=biws,r=abc", "r=abc,c=biws,p=AAAA", "c=biws,r=abc,p=!"] {
            guard case .malformed = try reason({ _ in malformed }) else {
                Issue.record("\(malformed) was taken")
                continue
            }
        }
    }

    @Test("Random and mangled messages never get in, and never trap")
    func fuzz() throws {
        let table = try CredentialTable.with(["alice": "right"])
        let client = ScramClient(mechanism: .sha256, user: "alice", password: "right")
        var random = SeededGenerator(seed: 2_026)
        let signs = Array("n,y=pacrm2CD\u{0}é0A/+".utf8)
        // One salted password for all rounds: the messages are what varies.
        var session = SaslSession(.scramSHA256, credentials: table, entropy: SeededEntropySource(seed: 3))
        guard case .challenge(let reply) = session.step(client.first), let final = try client.final(reply) else {
            Issue.record("no challenge")
            return
        }
        for round in 0..<20_000 {
            func mangled(_ message: [UInt8]) -> [UInt8] {
                var message = message
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0...message.count, using: &random)
                    switch Int.random(in: 0...3, using: &random) {
                    case 0: message.insert(signs.randomElement(using: &random) ?? 0, at: place)
                    case 1 where place < message.count: message.remove(at: place)
                    case 2 where place < message.count: message[place] = UInt8.random(in: 0...255, using: &random)
                    default: message = Array(message.prefix(place))
                    }
                }
                return message
            }
            var copy = session
            let changed = mangled(final.message)
            if case .success = copy.step(changed), changed != final.message { Issue.record("round \(round): \(changed) got in") }
            _ = try? ScramClientFirst(mangled(client.first))
            let noise = (0..<Int.random(in: 0...40, using: &random)).map { _ in signs.randomElement(using: &random) ?? 0 }
            _ = try? ScramClientFirst(noise)
            _ = try? ScramClientFinal(noise)
            _ = try? PlainMessage(noise)
        }
    }

    @Test("Base 64 as RFC 4648 prints it, and nothing else")
    func base64() {
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")]
        for (plain, encoded) in pairs {
            #expect(Base64.text(Array(plain.utf8)) == encoded)
            #expect(Base64.decode(encoded) == Array(plain.utf8))
        }
        for wrong in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "====", "Z===", "Zm 9v", "Zm9v\n", "Zm9-"] { #expect(Base64.decode(wrong) == nil, "\(wrong)") }
        var random = SeededGenerator(seed: 7)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}
