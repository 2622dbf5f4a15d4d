// After client-first and server-first (see ScramMessages.swift):
//   AuthMessage     := client-first-bare "," server-first "," client-final-without-proof
//   ClientSignature := HMAC(StoredKey, AuthMessage)
//   ClientKey       := proof XOR ClientSignature, and H(ClientKey) must be StoredKey
//   ServerSignature := HMAC(ServerKey, AuthMessage), sent as "v="

/// The server's side of one SCRAM exchange (RFC 5802): a value; each message goes through `step` once, in order.
struct ScramExchange: Sendable {
    private enum State: Sendable {
        case waitsForFirst
        case waitsForFinal(Pending)
        case isOver
    }

    /// What the second message is judged by.
    private struct Pending: Sendable {
        let user: String
        let credential: ScramCredential
        let isUserKnown: Bool
        let gs2Header: [UInt8]
        let nonce: [UInt8]
        let signedSoFar: [UInt8]
    }

    enum Outcome {
        case challenge([UInt8])
        case success(user: String, finalBytes: [UInt8])
        case failure(SaslFailure.Reason)
    }

    private let mechanism: ScramMechanism
    private var state = State.waitsForFirst
    /// Whom the client claims to be, once it has said so.
    private(set) var claimedUser: String?

    /// The server's part of the nonce: printable, and never the same in two exchanges.
    private let nonce: [UInt8]

    init(_ mechanism: ScramMechanism, nonce: [UInt8]) {
        self.mechanism = mechanism
        self.nonce = nonce
    }

    mutating func step(_ message: [UInt8], _ credentials: CredentialTable) -> Outcome {
        let current = state
        state = .isOver
        do throws(ScramSyntaxError) {
            switch current {
            case .waitsForFirst: return try first(try ScramClientFirst(message), credentials)
            case .waitsForFinal(let pending): return try final(try ScramClientFinal(message), pending)
            case .isOver: return .failure(.isOver)
            }
        } catch { return .failure(error.reason) }
    }

    private mutating func first(_ message: ScramClientFirst, _ credentials: CredentialTable) throws(ScramSyntaxError) -> Outcome {
        claimedUser = message.user
        guard message.authorizationID.isEmpty || message.authorizationID.hasSameBytes(as: message.user) else {
            throw ScramSyntaxError(reason: .otherAuthorizationID)
        }
        guard let (credential, isKnown) = credentials.credentialOrStandIn(of: message.user, mechanism) else {
            throw ScramSyntaxError(reason: .wrongCredentials(isUserKnown: false))
        }
        let nonce = message.nonce + nonce
        let reply = Array("r=".utf8) + nonce + Array(",s=\(Base64.text(credential.salt)),i=\(credential.iterations)".utf8)
        state = .waitsForFinal(
            Pending(
                user: message.user, credential: credential, isUserKnown: isKnown, gs2Header: message.gs2Header, nonce: nonce,
                signedSoFar: message.bare + [UInt8(ascii: ",")] + reply + [UInt8(ascii: ",")]))
        return .challenge(reply)
    }

    private func final(_ message: ScramClientFinal, _ pending: Pending) throws(ScramSyntaxError) -> Outcome {
        guard message.channelBinding == pending.gs2Header else { throw ScramSyntaxError(reason: .channelBinding) }
        // librdkafka up to 2.6 sends its own nonce once more before the common one; Kafka asks for the end alone, and the proof covers all.
        guard isEqualInConstantTime(Array(message.nonce.suffix(pending.nonce.count)), pending.nonce) else {
            throw ScramSyntaxError(reason: .wrongNonce)
        }
        let signed = pending.signedSoFar + message.withoutProof
        let signature = mechanism.authenticate(signed, key: pending.credential.storedKey)
        guard message.proof.count == signature.count else { throw ScramSyntaxError("the proof has a wrong length") }
        let clientKey = zip(message.proof, signature).map { $0 ^ $1 }
        let isRight = isEqualInConstantTime(mechanism.hash(clientKey), pending.credential.storedKey)
        guard isRight, pending.isUserKnown else { throw ScramSyntaxError(reason: .wrongCredentials(isUserKnown: pending.isUserKnown)) }
        let reply = "v=" + Base64.text(mechanism.authenticate(signed, key: pending.credential.serverKey))
        return .success(user: pending.user, finalBytes: Array(reply.utf8))
    }
}
