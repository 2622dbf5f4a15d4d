/// What a rule is about: a type, a name, and how the name is meant.
public struct ResourcePattern: Sendable, Hashable {
    public var type: ResourceType
    public var name: String
    public var patternType: PatternType

    /// As a literal name: every resource of the type.
    public static let everyName = "*"

    public init(_ type: ResourceType, _ name: String, _ patternType: PatternType = .literal) {
        self.type = type
        self.name = name
        self.patternType = patternType
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.type == right.type && left.patternType == right.patternType && left.name.hasSameBytes(as: right.name)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(patternType)
        name.hashBytes(into: &hasher)
    }

    func covers(_ resource: String) -> Bool {
        switch patternType {
        case .literal: name == Self.everyName || name.hasSameBytes(as: resource)
        case .prefixed: resource.hasBytePrefix(name)
        }
    }
}

/// One access rule, as CreateAcls sends it: who, from where, may or may not do what with which resource.
public struct AclBinding: Sendable, Hashable, CustomStringConvertible {
    public var resource: ResourcePattern
    /// "User:name", or "User:*" for everybody.
    public var principal: String
    /// An address as text, or "*" for every one.
    public var host: String
    public var operation: AclOperation
    public var permission: AclPermission

    public static let everyHost = "*"
    static let nameLengths = 1...512

    public init(
        _ permission: AclPermission, _ operation: AclOperation, on resource: ResourcePattern, to principal: String,
        from host: String = AclBinding.everyHost
    ) {
        self.resource = resource
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.resource == right.resource && left.operation == right.operation && left.permission == right.permission
            && left.principal.hasSameBytes(as: right.principal) && left.host.hasSameBytes(as: right.host)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(resource)
        hasher.combine(operation)
        hasher.combine(permission)
        principal.hashBytes(into: &hasher)
        host.hashBytes(into: &hasher)
    }

    public var description: String {
        "\(permission.name) \(principal) from \(host): \(operation.name) on \(resource.type.name):\(resource.patternType.name):\(resource.name)"
    }

    /// A rule of the numbers that came over the wire; the error says which one cannot be.
    public init(
        resourceType: Int8, resourceName: String, patternType: Int8, principal: String, host: String, operation: Int8, permission: Int8
    ) throws(AccessError) {
        func number<Value: RawRepresentable<Int8>>(_ raw: Int8, _ what: String) throws(AccessError) -> Value {
            guard let value = Value(rawValue: raw) else { throw AccessError(.invalidRequest, "\(what) \(raw) cannot be in a rule") }
            return value
        }
        self.init(
            try number(permission, "permission"), try number(operation, "operation"),
            on: ResourcePattern(try number(resourceType, "resource type"), resourceName, try number(patternType, "pattern type")),
            to: principal, from: host)
        try check()
    }

    /// Refuses what could never match, or would match by mistake.
    func check() throws(AccessError) {
        guard Self.nameLengths.contains(resource.name.utf8.count) else {
            throw AccessError(.invalidRequest, "a rule's resource name has 1 to \(Self.nameLengths.upperBound) bytes")
        }
        guard resource.type != .cluster || resource.name == ResourceType.clusterName || resource.name == ResourcePattern.everyName else {
            throw AccessError(.invalidRequest, "the only cluster is named \(ResourceType.clusterName), not \"\(resource.name)\"")
        }
        guard Principal(principal) != nil, Self.nameLengths.contains(principal.utf8.count) else {
            throw AccessError(.invalidRequest, "a rule's principal is written \"User:name\", or \"User:*\" for everybody, not \"\(principal)\"")
        }
        guard Self.nameLengths.contains(host.utf8.count) else {
            throw AccessError(.invalidRequest, "a rule's host is an address, or \"*\" for every one")
        }
        for text in [resource.name, principal, host] where text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw AccessError(.invalidRequest, "a rule holds no control characters")
        }
    }
}
