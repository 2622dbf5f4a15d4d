@testable import AccessControl

/// The client's side of SCRAM, for tests.
struct ScramClient {
    let mechanism: ScramMechanism
    let user: String
    let password: String
    var nonce = "fyko+d2lbbFgONRv9qkxdawL"
    var gs2Header = "n,,"
    var extensions = ""
    /// As librdkafka 2.0 does it: its own nonce, and then the whole common one, which begins with it.
    var repeatsNonce = false

    var bare: String { "n=\(user.split(separator: "=", omittingEmptySubsequences: false).joined(separator: "=3D").split(separator: ",", omittingEmptySubsequences: false).joined(separator: "=2C")),r=\(nonce)\(extensions)" }
    var first: [UInt8] { Array((gs2Header + bare).utf8) }

    struct ServerFirst {
        var nonce: String
        var salt: [UInt8]
        var iterations: Int
        init?(_ bytes: [UInt8]) {
            let fields = String(decoding: bytes, as: UTF8.self).split(separator: ",").map(String.init)
            guard fields.count == 3, fields[0].hasPrefix("r="), fields[1].hasPrefix("s="), fields[2].hasPrefix("i="),
                let salt = Base64.decode(String(fields[1].dropFirst(2))), let iterations = Int(fields[2].dropFirst(2))
            else { return nil }
            nonce = String(fields[0].dropFirst(2))
            self.salt = salt
            self.iterations = iterations
        }
    }

    /// The final message, and the answer that only the right server can give.
    func final(_ serverFirst: [UInt8], extensions: String = "") throws -> (message: [UInt8], serverFinal: [UInt8])? {
        guard let server = ServerFirst(serverFirst) else { return nil }
        let salted = try mechanism.saltedPassword(Array(password.utf8), salt: server.salt, iterations: server.iterations)
        let clientKey = mechanism.authenticate(Array("Client Key".utf8), key: salted)
        let withoutProof = "c=\(Base64.text(Array(gs2Header.utf8))),r=\(repeatsNonce ? nonce : "")\(server.nonce)\(extensions)"
        let signed = Array(bare.utf8) + [0x2c] + serverFirst + [0x2c] + Array(withoutProof.utf8)
        let signature = mechanism.authenticate(signed, key: mechanism.hash(clientKey))
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        let serverKey = mechanism.authenticate(Array("Server Key".utf8), key: salted)
        return (
            Array("\(withoutProof),p=\(Base64.text(proof))".utf8),
            Array("v=\(Base64.text(mechanism.authenticate(signed, key: serverKey)))".utf8)
        )
    }
}

extension CredentialTable {
    /// A table with these users and passwords, for both mechanisms.
    static func with(_ users: [String: String], iterations: Int = 4_096) throws -> CredentialTable {
        var table = CredentialTable(secret: Array(0..<32))
        for (user, password) in users {
            for mechanism in ScramMechanism.allCases {
                try table.set(try ScramCredential(mechanism, password: password, salt: Array("salt of \(user)".utf8), iterations: iterations), of: user)
            }
        }
        return table
    }
}
