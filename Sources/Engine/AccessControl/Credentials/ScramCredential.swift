/// What is kept of a user's password for one mechanism: enough to check it, and nothing to log in with elsewhere.
///
///     SaltedPassword := Hi(password, salt, iterations)
///     StoredKey      := H(HMAC(SaltedPassword, "Client Key"))
///     ServerKey      := HMAC(SaltedPassword, "Server Key")
///
/// Passwords are taken as their UTF-8 bytes, without SASLprep, as Kafka's broker and clients do. A description never shows the keys.
public struct ScramCredential: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    public let mechanism: ScramMechanism
    public let salt: [UInt8]
    public let iterations: Int
    let storedKey: [UInt8]
    let serverKey: [UInt8]

    public static let defaultIterations = ScramMechanism.minimumIterations
    static let saltLengths = 1...1_024
    static let maximumPasswordLength = 1_024

    init(mechanism: ScramMechanism, salt: [UInt8], iterations: Int, storedKey: [UInt8], serverKey: [UInt8]) throws(AccessError) {
        guard iterations >= ScramMechanism.minimumIterations else {
            throw AccessError(.unacceptableCredential, "too few iterations: \(iterations), at least \(ScramMechanism.minimumIterations) are needed")
        }
        guard iterations <= ScramMechanism.maximumIterations else {
            throw AccessError(.unacceptableCredential, "too many iterations: \(iterations), at most \(ScramMechanism.maximumIterations) are allowed")
        }
        guard Self.saltLengths.contains(salt.count) else {
            throw AccessError(.unacceptableCredential, "the salt has \(salt.count) bytes, and 1 to \(Self.saltLengths.upperBound) are allowed")
        }
        guard storedKey.count == mechanism.keyLength, serverKey.count == mechanism.keyLength else {
            throw AccessError(.unacceptableCredential, "the keys of \(mechanism.name) have \(mechanism.keyLength) bytes")
        }
        self.mechanism = mechanism
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Of a salted password, as AlterUserScramCredentials brings it: the client has done the iterations.
    public init(
        _ mechanism: ScramMechanism, salt: [UInt8], iterations: Int, saltedPassword: [UInt8]
    ) throws(AccessError) {
        guard saltedPassword.count == mechanism.keyLength else {
            throw AccessError(
                .unacceptableCredential,
                "a salted password of \(mechanism.name) has \(mechanism.keyLength) bytes, and this one has \(saltedPassword.count)")
        }
        let clientKey = mechanism.authenticate(Array("Client Key".utf8), key: saltedPassword)
        try self.init(
            mechanism: mechanism, salt: salt, iterations: iterations, storedKey: mechanism.hash(clientKey),
            serverKey: mechanism.authenticate(Array("Server Key".utf8), key: saltedPassword))
    }

    /// Of a password, with a salt of the caller's choosing; it takes milliseconds.
    public init(
        _ mechanism: ScramMechanism, password: String, salt: [UInt8], iterations: Int = ScramCredential.defaultIterations
    ) throws(AccessError) {
        guard (1...Self.maximumPasswordLength).contains(password.utf8.count) else {
            throw AccessError(.unacceptableCredential, "a password has 1 to \(Self.maximumPasswordLength) bytes")
        }
        // Before the work is done: the count of iterations is the work.
        guard iterations <= ScramMechanism.maximumIterations, iterations >= ScramMechanism.minimumIterations else {
            throw AccessError(
                .unacceptableCredential,
                "\(iterations) iterations: \(ScramMechanism.minimumIterations) to \(ScramMechanism.maximumIterations) are allowed")
        }
        try self.init(
            mechanism, salt: salt, iterations: iterations,
            saltedPassword: try mechanism.saltedPassword(Array(password.utf8), salt: salt, iterations: iterations))
    }

    /// Whether `password` is the one that this was made of. Takes as long as making it.
    func matches(password: [UInt8]) -> Bool {
        guard password.count <= Self.maximumPasswordLength,
            let salted = try? mechanism.saltedPassword(password, salt: salt, iterations: iterations)
        else { return false }
        let clientKey = mechanism.authenticate(Array("Client Key".utf8), key: salted)
        return isEqualInConstantTime(mechanism.hash(clientKey), storedKey)
    }

    public var description: String { "\(mechanism.name), \(iterations) iterations" }
    public var customMirror: Mirror { Mirror(self, children: ["mechanism": mechanism.name, "iterations": iterations]) }
}
