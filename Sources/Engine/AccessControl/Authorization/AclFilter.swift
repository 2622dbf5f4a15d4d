/// Which rules DescribeAcls shows and DeleteAcls removes; what is `nil` matches anything.
public struct AclFilter: Sendable, Equatable {
    /// How the filter's resource name is compared.
    public enum Pattern: Sendable, Equatable {
        /// Rules of either pattern type whose name is the filter's.
        case any
        /// Rules that have a say over the resource of the filter's name: that literal name, "*", and prefixes of it.
        case match
        /// Rules of this pattern type whose name is the filter's.
        case exactly(PatternType)
    }

    public var resourceType: ResourceType?
    public var resourceName: String?
    public var pattern: Pattern
    public var principal: String?
    public var host: String?
    public var operation: AclOperation?
    public var permission: AclPermission?

    public init(
        resourceType: ResourceType? = nil, resourceName: String? = nil, pattern: Pattern = .any, principal: String? = nil,
        host: String? = nil, operation: AclOperation? = nil, permission: AclPermission? = nil
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.pattern = pattern
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permission = permission
    }

    /// A filter of the numbers that came over the wire: 1 is "any" in each, and 2 among pattern types is "match".
    public init(
        resourceType: Int8, resourceName: String?, patternType: Int8, principal: String?, host: String?, operation: Int8, permission: Int8
    ) throws(AccessError) {
        func number<Value: RawRepresentable<Int8>>(_ raw: Int8, _ what: String) throws(AccessError) -> Value? {
            if raw == 1 { return nil }
            guard let value = Value(rawValue: raw) else { throw AccessError(.invalidRequest, "\(what) \(raw) is unknown") }
            return value
        }
        let pattern: Pattern
        if patternType == 2 {
            pattern = .match
        } else {
            let exact: PatternType? = try number(patternType, "pattern type")
            pattern = exact.map { .exactly($0) } ?? .any
        }
        self.init(
            resourceType: try number(resourceType, "resource type"), resourceName: resourceName, pattern: pattern, principal: principal,
            host: host, operation: try number(operation, "operation"), permission: try number(permission, "permission"))
    }

    public func matches(_ binding: AclBinding) -> Bool {
        if let resourceType, binding.resource.type != resourceType { return false }
        if case .exactly(let type) = pattern, binding.resource.patternType != type { return false }
        if let resourceName {
            let isNamed = pattern == .match ? binding.resource.covers(resourceName) : binding.resource.name.hasSameBytes(as: resourceName)
            guard isNamed else { return false }
        }
        if let principal, !principal.hasSameBytes(as: binding.principal) { return false }
        if let host, !host.hasSameBytes(as: binding.host) { return false }
        if let operation, operation != binding.operation { return false }
        if let permission, permission != binding.permission { return false }
        return true
    }
}
