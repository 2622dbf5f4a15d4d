/// What one connection's principal may do: decisions without a lock, as long as the rules stay the same. One thread at a time.
public struct AccessCache: Sendable {
    private struct Resource: Hashable {
        let type: ResourceType
        let name: ExactText
    }

    public let principal: Principal
    public let host: String
    private let authorizer: Authorizer
    private var version: UInt64 = 0
    private var decisions: [Resource: OperationSet] = [:]

    private static let limit = 1_024

    public init(_ authorizer: Authorizer, principal: Principal, host: String) {
        self.authorizer = authorizer
        self.principal = principal
        self.host = host
    }

    public mutating func allowedOperations(on type: ResourceType, _ name: String) -> OperationSet {
        let current = authorizer.version
        if current != version {
            decisions.removeAll(keepingCapacity: true)
            version = current
        }
        let resource = Resource(type: type, name: ExactText(name))
        if let known = decisions[resource] { return known }
        // The version was read first: a change in between makes the next question ask again.
        let allowed = authorizer.allowedOperations(to: principal, from: host, on: type, name)
        if decisions.count >= Self.limit { decisions.removeAll(keepingCapacity: true) }
        decisions[resource] = allowed
        return allowed
    }

    public mutating func allows(_ operation: AclOperation, on type: ResourceType, _ name: String) -> Bool {
        let allowed = allowedOperations(on: type, name)
        return operation == .all ? allowed == .everything : allowed.contains(operation)
    }
}
