/// All rules, indexed for decisions: a value.
///
/// Nobody is refused anything as long as there is no rule at all. From the first one on, everything is refused that no rule allows;
/// a rule that denies wins over any that allows. With `opensUnruled` (Kafka's `allow.everyone.if.no.acl.found`) a resource that no rule is
/// about, whomever it names, stays open to everybody. Names are compared by their bytes.
public struct AclSet: Sendable, Equatable {
    /// Rules whose resource has the same type, name and pattern type stand together.
    private var rules: [ResourcePattern: Set<AclBinding>] = [:]
    /// How many names of each length (bytes) prefixed rules of a type have: a decision looks one prefix up per length.
    private var prefixLengths: [ResourceType: [Int: Int]] = [:]
    /// Rules that name a host: where there are none, decisions do not depend on it.
    private var hostRules = 0
    public private(set) var count = 0

    /// More rules than this are refused.
    public static let maximumCount = 100_000

    public init() {}

    public var isEmpty: Bool { count == 0 }
    var dependsOnHost: Bool { hostRules > 0 }

    /// In a fixed order: by resource, then by the rest.
    public var all: [AclBinding] { rules.values.flatMap { $0 }.sorted { $0.precedes($1) } }

    public func matching(_ filter: AclFilter) -> [AclBinding] { all.filter(filter.matches) }

    /// Whether the rule is new; one that is there already is no error.
    @discardableResult
    public mutating func insert(_ binding: AclBinding) throws(AccessError) -> Bool {
        try binding.check()
        if rules[binding.resource]?.contains(binding) == true { return false }
        guard count < Self.maximumCount else {
            throw AccessError(.invalidRequest, "there are \(count) rules already, and no more than \(Self.maximumCount) are kept; use prefixes")
        }
        if binding.resource.patternType == .prefixed, rules[binding.resource] == nil {
            prefixLengths[binding.resource.type, default: [:]][binding.resource.name.utf8.count, default: 0] += 1
        }
        rules[binding.resource, default: []].insert(binding)
        count += 1
        if binding.host != AclBinding.everyHost { hostRules += 1 }
        return true
    }

    @discardableResult
    public mutating func remove(_ binding: AclBinding) -> Bool {
        guard rules[binding.resource]?.remove(binding) != nil else { return false }
        count -= 1
        if binding.host != AclBinding.everyHost { hostRules -= 1 }
        guard rules[binding.resource]?.isEmpty == true else { return true }
        rules[binding.resource] = nil
        if binding.resource.patternType == .prefixed {
            let length = binding.resource.name.utf8.count
            prefixLengths[binding.resource.type]?[length, default: 1] -= 1
            if prefixLengths[binding.resource.type]?[length] == 0 { prefixLengths[binding.resource.type]?[length] = nil }
        }
        return true
    }

    /// Everything that `principal` may do with one resource, all operations at once.
    public func allowedOperations(
        _ principal: Principal, from host: String, on type: ResourceType, _ name: String, opensUnruled: Bool = false
    ) -> OperationSet {
        guard !isEmpty else { return .everything }
        var isUnruled = opensUnruled
        var allowed: OperationSet = []
        var denied: OperationSet = []
        func weigh(_ resource: ResourcePattern) {
            guard let found = rules[resource] else { return }
            isUnruled = false
            for rule in found where rule.concerns(principal, host) {
                switch rule.permission {
                case .allow: allowed.formUnion(.allowed(by: rule.operation))
                case .deny: denied.formUnion(.denied(by: rule.operation))
                }
            }
        }
        weigh(ResourcePattern(type, name))
        if name != ResourcePattern.everyName { weigh(ResourcePattern(type, ResourcePattern.everyName)) }
        for length in (prefixLengths[type] ?? [:]).keys where length <= name.utf8.count {
            let end = name.utf8.index(name.utf8.startIndex, offsetBy: length)
            // No rule's name ends inside a character.
            guard let prefix = String(name.utf8[..<end]) else { continue }
            weigh(ResourcePattern(type, prefix, .prefixed))
        }
        return isUnruled ? .everything : allowed.subtracting(denied)
    }

    /// Whether there can be a resource of the type that `principal` may do `operation` with, known today or not: what InitProducerId asks.
    public func allowsAny(
        _ operation: AclOperation, of type: ResourceType, to principal: Principal, from host: String, opensUnruled: Bool = false
    ) -> Bool {
        guard !isEmpty else { return true }
        var allowing: [ResourcePattern] = []
        var denying: Set<ResourcePattern> = []
        for (resource, bindings) in rules where resource.type == type {
            for rule in bindings where rule.concerns(principal, host) {
                switch rule.permission {
                case .allow where OperationSet.allowed(by: rule.operation).contains(operation): allowing.append(resource)
                case .deny where OperationSet.denied(by: rule.operation).contains(operation): denying.insert(resource)
                default: break
                }
            }
        }
        let everything = ResourcePattern(type, ResourcePattern.everyName)
        if denying.contains(everything) { return false }
        // A rule for every name leaves none that no rule is about.
        if opensUnruled, rules[everything] == nil, rules[ResourcePattern(type, "", .prefixed)] == nil { return true }
        return allowing.contains { resource in
            // Of all names, some are free of every denial.
            if resource == everything { return true }
            if resource.patternType == .literal, denying.contains(resource) { return false }
            return !denying.contains { $0.patternType == .prefixed && resource.name.hasBytePrefix($0.name) }
        }
    }
}

extension AclBinding {
    /// Whether the rule is about this principal, coming from this host.
    func concerns(_ principal: Principal, _ address: String) -> Bool {
        guard host == Self.everyHost || host.hasSameBytes(as: address) else { return false }
        if self.principal == "User:*" { return true }
        guard self.principal.utf8.count == principal.type.utf8.count + 1 + principal.name.utf8.count else { return false }
        return self.principal.utf8.starts(with: principal.type.utf8)
            && self.principal.utf8.dropFirst(principal.type.utf8.count).first == UInt8(ascii: ":")
            && self.principal.utf8.dropFirst(principal.type.utf8.count + 1).elementsEqual(principal.name.utf8)
    }

    fileprivate func precedes(_ other: AclBinding) -> Bool {
        if resource.type != other.resource.type { return resource.type.rawValue < other.resource.type.rawValue }
        if !resource.name.hasSameBytes(as: other.resource.name) { return resource.name.precedesBytes(of: other.resource.name) }
        if resource.patternType != other.resource.patternType { return resource.patternType.rawValue < other.resource.patternType.rawValue }
        if !principal.hasSameBytes(as: other.principal) { return principal.precedesBytes(of: other.principal) }
        if operation != other.operation { return operation.rawValue < other.operation.rawValue }
        if permission != other.permission { return permission.rawValue < other.permission.rawValue }
        return host.precedesBytes(of: other.host)
    }
}
