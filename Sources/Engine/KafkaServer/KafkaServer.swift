public import AccessControl
public import Broker
import Coordination
import NIOCore
import SystemIO
import Synchronization

/// The Kafka protocol over a broker: any Kafka client, in any language, against the embedded log.
///
///     let server = try KafkaServer(broker: broker, configuration: ServerConfiguration(listeners: [Listener(host: "127.0.0.1", port: 9092)]))
///     server.listeners[0].port
///     server.close()                 // clients are disconnected; the broker stays open
///
/// The broker is the same that callers in this process use; both see each other's records at once. Durability is the broker's: an
/// answer to `acks=all` means that the disk has the records (see `flush.policy`). Thread rule: any thread.
public final class KafkaServer: Sendable {
    let core: ServerCore
    let census: ConnectionCensus
    private let sockets: ServerListeners
    private let housekeeper: Housekeeper

    /// Binds every listener, or throws and leaves nothing behind.
    ///
    /// `access`: users, rules and quotas; without it everybody may do everything. `audit`: where refusals and changes are written.
    public init(
        broker: Broker, configuration: ServerConfiguration, access: AccessStore? = nil, audit: AuditLog? = nil
    ) throws {
        if access == nil, configuration.listeners.contains(where: \.requiresAuthentication) {
            throw ServerError("a listener asks for authentication, and there is no store of users to ask")
        }
        let access = try access ?? AccessStore(folder: broker.folder)
        let housekeeper = Housekeeper()
        let groups = try broker.openGroups { housekeeper.wake(inMilliseconds: $0) }
        let made = SharedBox<ServerCore?>(nil)
        let clock = SystemTimeSource()
        let limits = ServerLimits(configuration)
        let census = ConnectionCensus(bounds: limits.apply(broker.settings), quotas: access.quotas, clock: clock)
        sockets = try ServerListeners.open(configuration, limits: limits, census: census) { listeners, eventLoops in
            let core = ServerCore(
                broker: broker, groups: groups, access: access, audit: audit ?? AuditLog { _ in }, configuration: configuration, limits: limits,
                listeners: listeners, clock: clock, housekeeper: housekeeper)
            made.withLock { $0 = core }
            broker.observeGrowth { [waiters = core.waiters] in waiters.advanced($0) }
            housekeeper.start(core, on: eventLoops.next())
            return RequestRouter(core: core)
        }
        guard let core = made.withLock({ $0 }) else { throw ServerError("the server has no listener") }
        self.core = core
        self.census = census
        self.housekeeper = housekeeper
        let apply: @Sendable (BrokerSettings) -> Void = { settings in
            census.setBounds(limits.apply(settings))
            access.authorizer.setOpensUnruled(settings.boolean("allow.everyone.if.no.acl.found"))
        }
        apply(broker.settings)
        broker.observeSettings { settings in
            apply(settings)
            housekeeper.noteSettings()
        }
    }

    /// What is listened on, with the ports that the system chose.
    public var listeners: [Listener] { sockets.listeners }

    /// Bytes of records in memory on their way to clients.
    var answerBytes: Int { core.answers.usedBytes }

    /// Answers what can be answered, ends every connection and joins the threads. Acknowledged records are safe before and after.
    public func close() {
        housekeeper.stop()
        core.broker.observeGrowth(nil)
        core.broker.observeSettings(nil)
        core.groups.close()
        sockets.close()
        core.close()
    }
}
