/// The users of a log, with what is kept of their passwords: a value, without any input or output.
///
/// A question about a user who is not there is answered with a stand-in: the same for ever, unlike any other user's, and of the shape
/// (iterations, length of salt) that most users here have. So a stranger cannot find out who has an account.
public struct CredentialTable: Sendable {
    private var users: [ExactText: [ScramMechanism: ScramCredential]] = [:]
    /// What stand-ins are made of: 32 random bytes that live as long as the store.
    let secret: [UInt8]
    private var shapes: [ScramMechanism: Shape] = [:]

    private struct Shape: Hashable {
        var iterations = ScramCredential.defaultIterations
        var saltLength = Self.defaultSaltLength
        static let defaultSaltLength = 32
    }

    static let userNameLengths = 1...255

    public init(secret: [UInt8]) { self.secret = secret }

    public var isEmpty: Bool { users.isEmpty }
    public var count: Int { users.count }

    /// What is kept of a user's password for a mechanism; `nil` where there is none.
    public func credential(of user: String, _ mechanism: ScramMechanism) -> ScramCredential? { users[ExactText(user)]?[mechanism] }

    /// The credential to run an exchange with: the user's, or the stand-in, which no password fits. Both are looked up either way.
    func credentialOrStandIn(of user: String, _ mechanism: ScramMechanism) -> (credential: ScramCredential, isKnown: Bool)? {
        let standIn = standIn(of: user, mechanism)
        if let known = credential(of: user, mechanism) { return (known, true) }
        return standIn.map { ($0, false) }
    }

    private func standIn(of user: String, _ mechanism: ScramMechanism) -> ScramCredential? {
        let shape = shapes[mechanism] ?? Shape()
        func bytes(_ purpose: String, _ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            var block: UInt8 = 0
            while bytes.count < count {
                bytes += ScramMechanism.sha512.authenticate(Array("\(purpose) \(mechanism.name) \(user)".utf8) + [0, block], key: secret)
                block &+= 1
            }
            return Array(bytes.prefix(count))
        }
        return try? ScramCredential(
            mechanism: mechanism, salt: bytes("salt", shape.saltLength), iterations: shape.iterations,
            storedKey: bytes("stored key", mechanism.keyLength), serverKey: bytes("server key", mechanism.keyLength))
    }

    /// Every credential, in the order of user names and mechanisms.
    var all: [(user: String, credential: ScramCredential)] {
        users.sorted { $0.key.text.precedesBytes(of: $1.key.text) }.flatMap { user, credentials in
            credentials.sorted { $0.key < $1.key }.map { (user.text, $0.value) }
        }
    }

    mutating func set(_ credential: ScramCredential, of user: String) throws(AccessError) {
        try Self.check(user)
        users[ExactText(user), default: [:]][credential.mechanism] = credential
        findShape(of: credential.mechanism)
    }

    mutating func remove(_ mechanism: ScramMechanism, of user: String) throws(AccessError) {
        guard users[ExactText(user)]?.removeValue(forKey: mechanism) != nil else {
            throw AccessError(.notFound, "user \"\(user)\" has no credential for \(mechanism.name) that could be deleted")
        }
        if users[ExactText(user)]?.isEmpty == true { users[ExactText(user)] = nil }
        findShape(of: mechanism)
    }

    func hasSameCredentials(as other: CredentialTable) -> Bool { users == other.users }

    static func check(_ user: String) throws(AccessError) {
        guard userNameLengths.contains(user.utf8.count) else {
            throw AccessError(.unacceptableCredential, "a user's name has 1 to \(userNameLengths.upperBound) bytes, and this one has \(user.utf8.count)")
        }
        guard user.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw AccessError(.unacceptableCredential, "a user's name holds no control characters")
        }
    }

    /// The most frequent shape, and among equals the smallest: it changes only when most users change.
    private mutating func findShape(of mechanism: ScramMechanism) {
        var counts: [Shape: Int] = [:]
        for credentials in users.values {
            guard let credential = credentials[mechanism] else { continue }
            counts[Shape(iterations: credential.iterations, saltLength: credential.salt.count), default: 0] += 1
        }
        shapes[mechanism] = counts.max { left, right in
            (left.value, right.key.iterations, right.key.saltLength) < (right.value, left.key.iterations, left.key.saltLength)
        }?.key
    }
}
