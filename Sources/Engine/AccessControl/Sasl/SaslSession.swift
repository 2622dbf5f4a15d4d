public import SystemIO

/// One authentication, from its first message to its end: a value, without input or output.
///
///     var session = SaslSession(.scramSHA256, credentials: store.credentials, entropy: SystemEntropySource())
///     switch session.step(bytes) { … }
///
/// It keeps the users as they were when it began. A step of PLAIN takes milliseconds of processor time (PBKDF2, 4,096 iterations and more):
/// take it off the event loop. One thread at a time.
public struct SaslSession: Sendable {
    public enum Step: Sendable {
        /// Send this, and wait for the next message.
        case challenge([UInt8])
        /// Send this; the connection is this principal's from now on.
        case success(Principal, finalBytes: [UInt8])
        /// Send `clientMessage` with error 58, and close.
        case failure(SaslFailure)
    }

    public let mechanism: SaslMechanism
    private let credentials: CredentialTable
    private let entropy: any EntropySource
    private var exchange: ScramExchange?
    private var isOver = false

    public init(_ mechanism: SaslMechanism, credentials: CredentialTable, entropy: any EntropySource) {
        self.mechanism = mechanism
        self.credentials = credentials
        self.entropy = entropy
    }

    /// 144 bits, which no two exchanges share; 24 letters of base 64.
    private static let nonceEntropy = 18

    /// Takes the client's next message. After a success or a failure every further one fails.
    public mutating func step(_ message: [UInt8]) -> Step {
        switch mechanism {
        case .plain: plain(message)
        case .scramSHA256: scram(.sha256, message)
        case .scramSHA512: scram(.sha512, message)
        }
    }

    private mutating func scram(_ mechanism: ScramMechanism, _ message: [UInt8]) -> Step {
        if exchange == nil {
            guard let random = try? entropy.bytes(count: Self.nonceEntropy) else { return fail(.noEntropy, nil) }
            exchange = ScramExchange(mechanism, nonce: Base64.encode(random))
        }
        guard var exchange else { return fail(.isOver, nil) }
        defer { self.exchange = exchange }
        switch exchange.step(message, credentials) {
        case .challenge(let bytes): return .challenge(bytes)
        case .success(let user, let bytes): return .success(Principal(user: user), finalBytes: bytes)
        case .failure(let reason): return fail(reason, exchange.claimedUser)
        }
    }

    private mutating func plain(_ message: [UInt8]) -> Step {
        guard !isOver else { return fail(.isOver, nil) }
        isOver = true
        do throws(ScramSyntaxError) {
            let message = try PlainMessage(message)
            guard message.authorizationID.isEmpty || message.authorizationID.hasSameBytes(as: message.user) else {
                return fail(.otherAuthorizationID, message.user)
            }
            // A user with the longer mechanism alone is checked by it; anybody else, there or not, by the shorter.
            let isLong = credentials.credential(of: message.user, .sha256) == nil && credentials.credential(of: message.user, .sha512) != nil
            guard let (credential, isKnown) = credentials.credentialOrStandIn(of: message.user, isLong ? .sha512 : .sha256),
                credential.matches(password: message.password), isKnown
            else {
                let isKnown = credentials.credential(of: message.user, isLong ? .sha512 : .sha256) != nil
                return fail(.wrongCredentials(isUserKnown: isKnown), message.user)
            }
            return .success(Principal(user: message.user), finalBytes: [])
        } catch { return fail(error.reason, nil) }
    }

    private func fail(_ reason: SaslFailure.Reason, _ user: String?) -> Step {
        .failure(SaslFailure(reason: reason, user: user, mechanism: mechanism))
    }
}
