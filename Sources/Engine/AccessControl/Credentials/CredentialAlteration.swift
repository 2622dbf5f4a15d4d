/// A credential to delete, as AlterUserScramCredentials names it.
public struct ScramDeletion: Sendable, Equatable {
    public var user: String
    /// Kafka's number of the mechanism; it may be unknown.
    public var mechanism: Int8

    public init(user: String, mechanism: Int8) {
        self.user = user
        self.mechanism = mechanism
    }
}

/// A credential to set, as AlterUserScramCredentials brings it. Its description does not show the salted password.
public struct ScramUpsertion: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    public var user: String
    public var mechanism: Int8
    public var iterations: Int32
    public var salt: [UInt8]
    public var saltedPassword: [UInt8]

    public init(user: String, mechanism: Int8, iterations: Int32, salt: [UInt8], saltedPassword: [UInt8]) {
        self.user = user
        self.mechanism = mechanism
        self.iterations = iterations
        self.salt = salt
        self.saltedPassword = saltedPassword
    }

    public var description: String { "a credential of \(user)" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// What became of one user's alteration or description; `error` is `nil` where it went well.
public struct UserResult: Sendable, Equatable {
    public let user: String
    public let error: AccessError?
}

/// One user as DescribeUserScramCredentials shows it.
public struct UserDescription: Sendable, Equatable {
    public let user: String
    public let error: AccessError?
    /// Ascending by mechanism.
    public let credentials: [(mechanism: ScramMechanism, iterations: Int)]

    public static func == (left: Self, right: Self) -> Bool {
        left.user == right.user && left.error == right.error && left.credentials.elementsEqual(right.credentials, by: ==)
    }
}

extension CredentialTable {
    /// Carries out what can be carried out; each user has one result, and a user named twice is refused. In the order of first naming.
    mutating func alter(deletions: [ScramDeletion], upsertions: [ScramUpsertion]) -> [UserResult] {
        let names = deletions.map(\.user) + upsertions.map(\.user)
        let counts = Dictionary(names.map { (ExactText($0), 1) }, uniquingKeysWith: +)
        var results: [UserResult] = []
        var answered: Set<ExactText> = []
        func isNew(_ user: String) -> Bool { answered.insert(ExactText(user)).inserted }
        func duplicate(_ user: String) -> AccessError? {
            guard counts[ExactText(user), default: 0] > 1 else { return nil }
            return AccessError(.duplicate, "user \"\(user)\" is named twice in one request; alter one credential of a user at a time")
        }
        for deletion in deletions where isNew(deletion.user) {
            let error = duplicate(deletion.user) ?? failure { () throws(AccessError) in
                try Self.check(deletion.user)
                try remove(try Self.mechanism(deletion.mechanism), of: deletion.user)
            }
            results.append(UserResult(user: deletion.user, error: error))
        }
        for upsertion in upsertions where isNew(upsertion.user) {
            let error = duplicate(upsertion.user) ?? failure { () throws(AccessError) in
                try Self.check(upsertion.user)
                let credential = try ScramCredential(
                    try Self.mechanism(upsertion.mechanism), salt: upsertion.salt, iterations: Int(upsertion.iterations),
                    saltedPassword: upsertion.saltedPassword)
                try set(credential, of: upsertion.user)
            }
            results.append(UserResult(user: upsertion.user, error: error))
        }
        return results
    }

    /// The users named, or all of them for `nil` or none: never more than mechanisms and iterations.
    public func describe(_ names: [String]?) -> [UserDescription] {
        guard let names, !names.isEmpty else {
            return Set(all.map { ExactText($0.user) }).map { description(of: $0.text) }.sorted { $0.user.precedesBytes(of: $1.user) }
        }
        let counts = Dictionary(names.map { (ExactText($0), 1) }, uniquingKeysWith: +)
        var answered: Set<ExactText> = []
        return names.filter { answered.insert(ExactText($0)).inserted }.map { user in
            guard counts[ExactText(user)] == 1 else {
                return UserDescription(
                    user: user, error: AccessError(.duplicate, "user \"\(user)\" is named twice in one request"), credentials: [])
            }
            return description(of: user)
        }
    }

    private func description(of user: String) -> UserDescription {
        let found = ScramMechanism.allCases.compactMap { credential(of: user, $0) }
        return UserDescription(
            user: user, error: found.isEmpty ? AccessError(.notFound, "there is no user \"\(user)\" with a credential") : nil,
            credentials: found.map { ($0.mechanism, $0.iterations) })
    }

    private static func mechanism(_ number: Int8) throws(AccessError) -> ScramMechanism {
        guard let mechanism = ScramMechanism(rawValue: number) else {
            throw AccessError(.unsupportedMechanism, "there is no SCRAM mechanism \(number): 1 is SCRAM-SHA-256, 2 is SCRAM-SHA-512")
        }
        return mechanism
    }
}

/// What `body` throws, or `nil`.
func failure(_ body: () throws(AccessError) -> Void) -> AccessError? {
    do throws(AccessError) {
        try body()
        return nil
    } catch { return error }
}
