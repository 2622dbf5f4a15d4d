import Synchronization

/// Decides who may do what, by the rules that are in force: a hash look-up for what was asked before.
///
///     authorizer.allows(.write, on: .topic, "pages", to: principal, from: "10.0.0.7")
///
/// Safe from any thread. Decisions are remembered until the rules change, for at most `cacheLimit` resources of principals.
public final class Authorizer: Sendable {
    struct Rules: Sendable {
        var rules = AclSet()
        var opensUnruled = false
        var remembered: [Question: OperationSet] = [:]
    }

    /// What a decision depends on, apart from the rules. The host is empty where no rule names one.
    struct Question: Hashable, Sendable {
        let principal: Principal
        let host: String
        let type: ResourceType
        let name: ExactText
    }

    private let state = Mutex(Rules())
    private let superUsers: Set<Principal>
    private let cacheLimit: Int

    /// `superUsers` may do everything, whatever the rules say.
    public init(superUsers: Set<Principal> = [], rules: AclSet = AclSet(), cacheLimit: Int = 16_384) {
        self.superUsers = superUsers
        self.cacheLimit = max(cacheLimit, 1)
        state.withLock { $0.rules = rules }
    }

    public var rules: AclSet { state.withLock { $0.rules } }

    /// Whether anybody may change the rules once there are some.
    public var hasSuperUsers: Bool { !superUsers.isEmpty }

    public func isSuperUser(_ principal: Principal) -> Bool { superUsers.contains(principal) }

    /// Puts other rules into force, and forgets every decision.
    func replace(_ rules: AclSet) {
        state.withLock { state in
            state = Rules(rules: rules, opensUnruled: state.opensUnruled)
        }
    }

    /// Whether a resource that no rule is about is open to everybody, though there are rules (Kafka's `allow.everyone.if.no.acl.found`).
    public func setOpensUnruled(_ opensUnruled: Bool) {
        state.withLock { state in
            guard state.opensUnruled != opensUnruled else { return }
            state = Rules(rules: state.rules, opensUnruled: opensUnruled)
        }
    }

    public func allows(_ operation: AclOperation, on type: ResourceType, _ name: String, to principal: Principal, from host: String) -> Bool {
        let allowed = allowedOperations(to: principal, from: host, on: type, name)
        return operation == .all ? allowed == .everything : allowed.contains(operation)
    }

    /// Every operation that is allowed: intersect with `type.operations` for an answer's "authorized operations".
    public func allowedOperations(to principal: Principal, from host: String, on type: ResourceType, _ name: String) -> OperationSet {
        if superUsers.contains(principal) { return .everything }
        return state.withLock { state in
            if state.rules.isEmpty { return .everything }
            let question = Question(
                principal: principal, host: state.rules.dependsOnHost ? host : "", type: type, name: ExactText(name))
            if let known = state.remembered[question] { return known }
            let allowed = state.rules.allowedOperations(principal, from: host, on: type, name, opensUnruled: state.opensUnruled)
            // Names come from outside: memory is bounded by starting over.
            if state.remembered.count >= cacheLimit { state.remembered.removeAll(keepingCapacity: true) }
            state.remembered[question] = allowed
            return allowed
        }
    }

    /// Whether some resource of the type may be used so: an idempotent producer needs WRITE on any topic at all.
    public func allowsAny(_ operation: AclOperation, of type: ResourceType, to principal: Principal, from host: String) -> Bool {
        if superUsers.contains(principal) { return true }
        let (rules, opensUnruled) = state.withLock { ($0.rules, $0.opensUnruled) }
        return rules.allowsAny(operation, of: type, to: principal, from: host, opensUnruled: opensUnruled)
    }
}
