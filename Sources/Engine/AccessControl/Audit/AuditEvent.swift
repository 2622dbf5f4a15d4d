/// Something that the audit log records. No event holds a password, a key or a message of an exchange.
public enum AuditEvent: Sendable, Equatable {
    case authenticated(Principal, mechanism: String, address: String)
    /// `user`: whom the client claimed to be, where it came to that.
    case authenticationFailed(user: String?, mechanism: String, address: String, reason: String)
    /// `request`: the API that was asked for, such as "Produce".
    case denied(Principal, address: String, operation: AclOperation, resourceType: ResourceType, resourceName: String, request: String)
    /// `action`: what was done, such as "create rule"; `detail`: to what.
    case changed(Principal, address: String, action: String, detail: String)

    public static func failed(_ failure: SaslFailure, address: String) -> AuditEvent {
        .authenticationFailed(
            user: failure.user, mechanism: failure.mechanism.name, address: address, reason: failure.auditReason)
    }

    /// Fields and their values, in the order in which they are written.
    var fields: [(String, String)] {
        switch self {
        case .authenticated(let principal, let mechanism, let address):
            [("event", "authenticated"), ("principal", principal.description), ("mechanism", mechanism), ("address", address)]
        case .authenticationFailed(let user, let mechanism, let address, let reason):
            [("event", "authentication failed")] + (user.map { [("user", $0)] } ?? [])
                + [("mechanism", mechanism), ("address", address), ("reason", reason)]
        case .denied(let principal, let address, let operation, let type, let name, let request):
            [
                ("event", "denied"), ("principal", principal.description), ("address", address), ("operation", operation.name),
                ("resource_type", type.name), ("resource", name), ("request", request),
            ]
        case .changed(let principal, let address, let action, let detail):
            [("event", "changed"), ("principal", principal.description), ("address", address), ("action", action), ("detail", detail)]
        }
    }

    /// Refusals can come by the thousand from one client in a loop: of those that are alike, one a minute is written.
    var isBounded: Bool {
        switch self {
        case .authenticated, .changed: false
        case .authenticationFailed, .denied: true
        }
    }
}
