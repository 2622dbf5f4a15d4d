import AccessControl
import Broker
import Coordination
import KafkaWire
import LogStorage
import NIOCore
import NIOPosix
import SystemIO

/// What all handlers share. Thread rule: any thread.
final class ServerCore: Sendable {
    /// There is one node, and it leads every partition from the beginning.
    static let leaderEpoch: Int32 = 0
    static let nodeID: Int32 = 1

    let broker: Broker
    let groups: GroupService
    let access: AccessStore
    let audit: AuditLog
    let configuration: ServerConfiguration
    /// With the ports that were really bound.
    let listeners: [Listener]
    let clock: any TimeSource
    let waiters = FetchWaiters()
    let housekeeper: Housekeeper
    let sessions: FetchSessions
    let limits: ServerLimits
    let answers: AnswerBudget
    let counts = RequestCounts()
    /// For what waits on the disk and is rare: topics made and deleted, settings changed, passwords proved.
    private let workers: NIOThreadPool

    init(
        broker: Broker, groups: GroupService, access: AccessStore, audit: AuditLog, configuration: ServerConfiguration,
        limits: ServerLimits, listeners: [Listener], clock: any TimeSource, housekeeper: Housekeeper
    ) {
        self.limits = limits
        answers = AnswerBudget(limit: configuration.maximumAnswerBytes)
        self.housekeeper = housekeeper
        self.broker = broker
        self.groups = groups
        self.access = access
        self.audit = audit
        self.configuration = configuration
        self.listeners = listeners
        self.clock = clock
        sessions = FetchSessions(limit: configuration.maximumFetchSessions)
        workers = NIOThreadPool(numberOfThreads: 2)
        workers.start()
    }

    var flusher: FlushScheduler { broker.flushScheduler }
    var transactions: TransactionService { broker.transactions }
    var createsTopics: Bool { broker.settings.createsTopics }

    /// Nil for an epoch that a client may ask under.
    static func objection(toLeaderEpoch epoch: Int32) -> KafkaErrorCode? {
        if epoch < 0 || epoch == leaderEpoch { return nil }
        return epoch > leaderEpoch ? .unknownLeaderEpoch : .fencedLeaderEpoch
    }

    /// Runs something that waits on the disk, away from the threads that talk to clients.
    func work(_ body: @escaping @Sendable () -> Void) {
        workers.submit { state in
            if state == .active { body() }
        }
    }

    func close() { try? workers.syncShutdownGracefully() }

    func minimumInSyncReplicas(of topic: Topic) -> Int {
        topic.declaration.settings["min.insync.replicas"].flatMap(Int.init) ?? 1
    }

    /// This node as a client of that listener reaches it.
    func node(for client: ClientIdentity) -> MetadataResponse.Broker {
        let listener = listeners[client.listener]
        return MetadataResponse.Broker {
            $0.nodeId = Self.nodeID
            $0.host = listener.advertisedHost ?? listener.host
            $0.port = Int32(listener.advertisedPort ?? listener.port)
        }
    }

    /// Makes topics that a client asked for by name, with the broker's number of partitions. What cannot be made stays missing.
    ///
    /// Answers the milliseconds that the client has to wait for it.
    func createAutomatically(_ names: [String], for client: ClientIdentity) -> Int64 {
        let allowed = names.filter { name in
            TopicDeclaration.isValidName(name) && !name.hasPrefix("__")
                && (permits(client, .create, .topic, name) || permits(client, .create, .cluster, ResourceType.clusterName))
        }
        let partitions = broker.settings.partitionCount
        let results = (try? broker.createTopics(allowed.map { TopicDeclaration(name: $0, partitions: partitions) })) ?? []
        topicsChanged(allowed)
        let made = results.count { if case .success = $0 { true } else { false } }
        var quota = MutationQuota(core: self, client: client, isStrict: false)
        if made > 0 { _ = quota.admit(made * Int(partitions)) }
        return quota.throttleMilliseconds
    }

    /// Tells those that look at topics: consumer groups assign partitions by them.
    func topicsChanged(_ names: [String]) {
        guard !names.isEmpty else { return }
        groups.topicsChanged()
        housekeeper.noteTopics()
    }

    /// Whether an API is offered. Telemetry is not: nothing here would read it.
    func serves(_ key: ApiKey) -> Bool { key != .getTelemetrySubscriptions && key != .pushTelemetry }

    var freeBytes: Int64? { try? PosixFileSystem().freeSpace(at: broker.folder) }

    /// A connection is gone; why is told where it was the server's doing.
    func ended(_ client: ClientSession) {
        guard let report = configuration.report else { return }
        for note in client.notes { report("\(client.address) \(client.clientID): \(note)") }
    }
}

extension WireUUID {
    init(_ identifier: UniqueIdentifier) { self.init(high: identifier.high, low: identifier.low) }

    var identifier: UniqueIdentifier { UniqueIdentifier(high: high, low: low) }
}
