// The numbers are Kafka's, as CreateAcls, DescribeAcls and DeleteAcls send them. 0 is "unknown" and 1 is "any" (filters alone) in each.

/// What a rule is about.
public enum ResourceType: Int8, Sendable, Hashable, CaseIterable {
    case topic = 2
    case group = 3
    case cluster = 4
    case transactionalID = 5
    case delegationToken = 6
    case user = 7

    /// The only resource of type cluster.
    public static let clusterName = "kafka-cluster"

    public var name: String {
        switch self {
        case .topic: "TOPIC"
        case .group: "GROUP"
        case .cluster: "CLUSTER"
        case .transactionalID: "TRANSACTIONAL_ID"
        case .delegationToken: "DELEGATION_TOKEN"
        case .user: "USER"
        }
    }

    /// What can be done with it: what "authorized operations" in answers are cut down to.
    public var operations: OperationSet {
        switch self {
        case .topic: [.read, .write, .create, .describe, .delete, .alter, .describeConfigs, .alterConfigs]
        case .group: [.read, .describe, .delete, .describeConfigs, .alterConfigs]
        case .cluster: [.create, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite, .alter, .describe]
        case .transactionalID: [.describe, .write]
        case .delegationToken: [.describe]
        case .user: [.createTokens, .describeTokens]
        }
    }

    /// The error code that a refusal of this resource is answered with.
    public var authorizationErrorCode: Int16 {
        switch self {
        case .topic: 29
        case .group: 30
        case .cluster, .user: 31
        case .transactionalID: 53
        case .delegationToken: 65
        }
    }
}

/// How a rule's resource name is meant.
public enum PatternType: Int8, Sendable, Hashable, CaseIterable {
    /// That name; "*" stands for every name.
    case literal = 3
    /// Every name that begins so.
    case prefixed = 4

    public var name: String { self == .literal ? "LITERAL" : "PREFIXED" }
}

/// What somebody wants to do.
public enum AclOperation: Int8, Sendable, Hashable, CaseIterable {
    case all = 2
    case read = 3
    case write = 4
    case create = 5
    case delete = 6
    case alter = 7
    case describe = 8
    case clusterAction = 9
    case describeConfigs = 10
    case alterConfigs = 11
    case idempotentWrite = 12
    case createTokens = 13
    case describeTokens = 14

    public var name: String {
        switch self {
        case .all: "ALL"
        case .read: "READ"
        case .write: "WRITE"
        case .create: "CREATE"
        case .delete: "DELETE"
        case .alter: "ALTER"
        case .describe: "DESCRIBE"
        case .clusterAction: "CLUSTER_ACTION"
        case .describeConfigs: "DESCRIBE_CONFIGS"
        case .alterConfigs: "ALTER_CONFIGS"
        case .idempotentWrite: "IDEMPOTENT_WRITE"
        case .createTokens: "CREATE_TOKENS"
        case .describeTokens: "DESCRIBE_TOKENS"
        }
    }
}

/// Whether a rule lets through or keeps out; keeping out wins.
public enum AclPermission: Int8, Sendable, Hashable, CaseIterable {
    case deny = 2
    case allow = 3

    public var name: String { self == .deny ? "DENY" : "ALLOW" }
}

/// Operations as bits: bit n is the operation with Kafka's number n, so `rawValue` is what "authorized operations" fields carry.
public struct OperationSet: OptionSet, Sendable, Hashable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }
    public init(_ operation: AclOperation) { self.init(rawValue: 1 << Int32(operation.rawValue)) }

    public init(arrayLiteral elements: AclOperation...) {
        self.init(rawValue: elements.reduce(0) { $0 | 1 << Int32($1.rawValue) })
    }

    /// Everything but "all" itself, which nobody does.
    public static let everything = OperationSet(rawValue: 0x7ff8)

    public func contains(_ operation: AclOperation) -> Bool { rawValue & 1 << Int32(operation.rawValue) != 0 }

    /// What a rule with `operation` lets through: some operations need others, and those are let through with them.
    static func allowed(by operation: AclOperation) -> OperationSet {
        switch operation {
        case .all: everything
        case .read, .write, .delete, .alter: [operation, .describe]
        case .alterConfigs: [.alterConfigs, .describeConfigs]
        default: [operation]
        }
    }

    /// What a rule with `operation` keeps out: that alone.
    static func denied(by operation: AclOperation) -> OperationSet { operation == .all ? everything : [operation] }
}
