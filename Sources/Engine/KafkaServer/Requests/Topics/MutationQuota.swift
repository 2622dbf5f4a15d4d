import AccessControl
import Coordination

/// What one request makes and deletes, against its client's quota of partitions a second (KIP-599).
struct MutationQuota {
    let core: ServerCore
    let client: ClientIdentity
    /// Newer versions of the requests are refused what is too much; of older ones the client has to wait afterwards.
    let isStrict: Bool
    /// How long the client has to wait.
    private(set) var throttleMilliseconds: Int64 = 0

    init(core: ServerCore, client: ClientIdentity, isStrict: Bool) {
        self.core = core
        self.client = client
        self.isStrict = isStrict
    }

    var isBounded: Bool { core.access.quotas.isActive(.controllerMutationRate) }

    /// False where so many partitions may not be made or deleted now.
    mutating func admit(_ partitions: Int) -> Bool {
        let answer = core.access.quotas.admitMutations(
            partitions, isStrict: isStrict, user: client.principal.name, clientID: client.clientID, now: core.steadyMilliseconds)
        throttleMilliseconds = max(throttleMilliseconds, Int64(answer.throttleMilliseconds))
        return answer.isAdmitted
    }

    var refusal: (code: KafkaErrorCode, message: String) {
        (.throttlingQuotaExceeded, "quota \(QuotaKey.controllerMutationRate.rawValue) is used up; ask again in \(throttleMilliseconds) ms")
    }
}
