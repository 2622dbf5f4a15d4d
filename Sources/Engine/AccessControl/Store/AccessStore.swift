import Synchronization
public import SystemIO

/// The users, access rules and quotas of a data folder: kept in one private file, in force from the moment a change returns.
///
///     let store = try AccessStore(folder: data, superUsers: [Principal(user: "admin")])
///     try store.setPassword("secret", of: "alice")
///     var session = SaslSession(.scramSHA512, credentials: store.credentials, entropy: SystemEntropySource())
///     store.authorizer.allows(.read, on: .topic, "pages", to: Principal(user: "alice"), from: "10.0.0.7")
///
/// Safe from any thread; changes go one after another, each durable before it is in force, and in force as a whole or not at all. The data
/// folder's owner alone may open it: nothing looks at the file again.
public final class AccessStore: Sendable {
    /// The file's name within the data folder.
    public static let fileName = "access"

    public let authorizer: Authorizer
    public let quotas: QuotaManager
    public let path: String

    private let files: any PrivateFileSystem
    private let entropy: any EntropySource
    private let content: Mutex<AccessFile>

    /// Reads the file where there is one, and writes none before the first change. A file that others may read is refused.
    public init(
        folder: String, superUsers: Set<Principal> = [], files: any PrivateFileSystem = PosixFileSystem(),
        entropy: any EntropySource = SystemEntropySource()
    ) throws(AccessError) {
        self.files = files
        self.entropy = entropy
        path = FilePath.join(folder, Self.fileName)
        let file = try Self.load(path, files, entropy)
        authorizer = Authorizer(superUsers: superUsers, rules: file.rules)
        quotas = QuotaManager(table: file.quotas)
        content = Mutex(file)
    }

    private static func load(_ path: String, _ files: any PrivateFileSystem, _ entropy: any EntropySource) throws(AccessError) -> AccessFile {
        let bytes: [UInt8]?
        do throws(SystemIOError) { bytes = try read(path, files) } catch { throw AccessError(.storage, "\(error)") }
        if let bytes { return try AccessFile(bytes: bytes, path: path) }
        do throws(SystemIOError) {
            return AccessFile(secret: try entropy.bytes(count: AccessFile.secretLength))
        } catch { throw AccessError(.storage, "\(error)") }
    }

    /// The file's content, or `nil` where there is none.
    private static func read(_ path: String, _ files: any PrivateFileSystem) throws(SystemIOError) -> [UInt8]? {
        guard try files.fileExists(path) else { return nil }
        guard try files.isPrivate(path) else {
            throw SystemIOError(
                operation: "use", path: path, errorNumber: 0,
                sentence: "other users may read or write it, and it holds what passwords are checked with; run: chmod 600 \(path)")
        }
        return try files.readFile(path, limit: AccessFile.maximumLength)
    }

    /// The users as they are now: what a session is begun with.
    public var credentials: CredentialTable { content.withLock { $0.credentials } }

    // MARK: Users

    /// Sets a user's password for the mechanisms; takes milliseconds for each.
    public func setPassword(
        _ password: String, of user: String, _ mechanisms: [ScramMechanism] = ScramMechanism.allCases,
        iterations: Int = ScramCredential.defaultIterations
    ) throws(AccessError) {
        var credentials: [ScramCredential] = []
        for mechanism in mechanisms {
            let salt: [UInt8]
            do { salt = try entropy.bytes(count: Self.saltLength) } catch { throw AccessError(.storage, "\(error)") }
            credentials.append(try ScramCredential(mechanism, password: password, salt: salt, iterations: iterations))
        }
        try change { file throws(AccessError) in
            for credential in credentials { try file.credentials.set(credential, of: user) }
        }
    }

    private static let saltLength = 32

    /// Carries out an AlterUserScramCredentials request: one result for each user named.
    public func alterCredentials(deletions: [ScramDeletion], upsertions: [ScramUpsertion]) throws(AccessError) -> [UserResult] {
        try change { file in file.credentials.alter(deletions: deletions, upsertions: upsertions) }
    }

    // MARK: Access rules

    /// Adds rules; one result for each, in order: `nil`, or why it was refused. One that is there already is no error.
    public func createRules(_ rules: [AclBinding]) throws(AccessError) -> [AccessError?] {
        try change { file in
            rules.map { rule in failure { () throws(AccessError) in try file.rules.insert(rule) } }
        }
    }

    /// Removes every rule that a filter matches; what each filter removed, in order. A rule counts for the first filter that matches it.
    public func deleteRules(_ filters: [AclFilter]) throws(AccessError) -> [[AclBinding]] {
        try change { file in
            filters.map { filter in
                let found = file.rules.matching(filter)
                for rule in found { file.rules.remove(rule) }
                return found
            }
        }
    }

    public func describeRules(_ filter: AclFilter) -> [AclBinding] { authorizer.rules.matching(filter) }

    // MARK: Quotas

    /// Carries out an AlterClientQuotas request: one result for each entity, in order; an entity changes as a whole or not at all.
    public func alterQuotas(_ alterations: [QuotaAlteration], validateOnly: Bool = false) throws(AccessError) -> [AccessError?] {
        if validateOnly {
            var table = quotas.table
            return Self.alter(&table, alterations)
        }
        return try change { file in Self.alter(&file.quotas, alterations) }
    }

    public func describeQuotas(
        _ filter: QuotaFilter
    ) throws(AccessError) -> [(entity: QuotaEntity, values: [(key: QuotaKey, value: Double)])] { try quotas.table.describe(filter) }

    private static func alter(_ table: inout QuotaTable, _ alterations: [QuotaAlteration]) -> [AccessError?] {
        var seen: Set<QuotaEntity> = []
        return alterations.map { alteration in
            failure { () throws(AccessError) in
                let entity = try QuotaEntity(parts: alteration.entity)
                guard seen.insert(entity).inserted else { throw AccessError(.invalidRequest, "\(entity) is altered twice in one request") }
                try table.alter(alteration)
            }
        }
    }

    // MARK: Changing

    /// Changes a copy, writes it, and only then puts it into force. What `body` throws leaves everything as it was.
    private func change<Result: Sendable>(
        _ body: (inout AccessFile) throws(AccessError) -> Result
    ) throws(AccessError) -> Result {
        try content.withLock { (current) throws(AccessError) -> Result in
            var file = current
            let result = try body(&file)
            let hasNewUsers = !file.credentials.hasSameCredentials(as: current.credentials)
            let hasNewRules = file.rules != current.rules
            let hasNewQuotas = file.quotas != current.quotas
            guard hasNewUsers || hasNewRules || hasNewQuotas else { return result }
            do throws(SystemIOError) {
                try files.replacePrivateFile(path, with: file.bytes)
            } catch { throw AccessError(.storage, "nothing was changed: \(error)") }
            current = file
            if hasNewRules { authorizer.replace(file.rules) }
            if hasNewQuotas { quotas.replace(file.quotas) }
            return result
        }
    }
}
