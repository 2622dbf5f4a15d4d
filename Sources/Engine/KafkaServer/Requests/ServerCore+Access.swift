import AccessControl
import Coordination
import KafkaWire
import SystemIO

extension ServerCore {
    /// Whether a client may do something. A refusal is written to the audit log, unless the question only decides what is shown.
    func permits(_ client: ClientIdentity, _ operation: AclOperation, _ type: ResourceType, _ name: String) -> Bool {
        let authorizer = access.authorizer
        if authorizer.allows(operation, on: type, name, to: client.principal, from: client.address) { return true }
        if operation != .describe {
            audit.record(
                .denied(
                    client.principal, address: client.address, operation: operation, resourceType: type, resourceName: name,
                    request: client.request), now: wallMilliseconds)
        }
        return false
    }

    /// The bits of what a client may do, as answers carry them.
    func operations(of client: ClientIdentity, on type: ResourceType, _ name: String) -> Int32 {
        access.authorizer.allowedOperations(to: client.principal, from: client.address, on: type, name).intersection(type.operations).rawValue
    }

    /// An idempotent producer needs the right to write to any topic, or that of its own (KIP-679).
    func mayWriteIdempotently(_ client: ClientIdentity) -> Bool {
        access.authorizer.allowsAny(.write, of: .topic, to: client.principal, from: client.address)
            || permits(client, .idempotentWrite, .cluster, ResourceType.clusterName)
    }

    /// What counts a request's time; nil where no quota bounds that.
    func meter(for client: ClientSession) -> RequestMeter? {
        guard access.quotas.isActive(.requestPercentage) else { return nil }
        return RequestMeter(quotas: access.quotas, user: client.principal.name, clientID: client.clientID, clock: clock)
    }

    /// Counts what a client sent; the milliseconds it has to wait.
    func throttle(produced bytes: Int, by client: ClientIdentity) -> Int64 {
        Int64(
            access.quotas.record(
                .producerByteRate, Double(bytes), user: client.principal.name, clientID: client.clientID, now: steadyMilliseconds))
    }

    func throttle(fetched bytes: Int, by client: ClientIdentity) -> Int64 {
        Int64(
            access.quotas.record(
                .consumerByteRate, Double(bytes), user: client.principal.name, clientID: client.clientID, now: steadyMilliseconds))
    }

    /// Takes back what `throttle(fetched:)` counted: it is not sent.
    func takeBack(fetched bytes: Int, by client: ClientIdentity) {
        access.quotas.unrecord(.consumerByteRate, Double(bytes), user: client.principal.name, clientID: client.clientID, now: steadyMilliseconds)
    }

    /// The most that one fetch may bring: more would be throttled for certain, again and again.
    func largestFetch(for client: ClientIdentity) -> Int {
        let quota = access.quotas.largestFetch(user: client.principal.name, clientID: client.clientID)
        return min(limits.maximumFetchBytes, quota.map { Int(clamping: $0) } ?? .max)
    }

    var wallMilliseconds: Int64 { clock.wallMilliseconds() }
    var steadyMilliseconds: Int64 { Int64(clock.monotonicNanoseconds() / 1_000_000) }

    func noteChange(_ client: ClientIdentity, _ action: String, _ detail: String) {
        audit.record(.changed(client.principal, address: client.address, action: action, detail: detail), now: wallMilliseconds)
    }
}
