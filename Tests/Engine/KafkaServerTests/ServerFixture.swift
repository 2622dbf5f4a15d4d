import AccessControl
import Broker
import Foundation
import ObjectStore

@testable import KafkaServer

/// A server over a data folder of its own, on a port that the system chose.
final class ServerFixture {
    let folder: String
    private(set) var broker: Broker
    private(set) var server: KafkaServer
    private(set) var access: AccessStore
    private let superUsers: Set<Principal>
    private let configuration: ServerConfiguration
    private let remote: (any ObjectStore)?

    init(
        superUsers: Set<Principal> = [], remote: (any ObjectStore)? = nil, _ configure: (inout ServerConfiguration) -> Void = { _ in }
    ) throws {
        folder = NSTemporaryDirectory() + "leat-server-\(UUID().uuidString)"
        self.superUsers = superUsers
        self.remote = remote
        var configuration = ServerConfiguration(listeners: [Listener(host: "127.0.0.1", port: 0)])
        configuration.threads = 2
        configure(&configuration)
        self.configuration = configuration
        (broker, access, server) = try Self.open(folder, superUsers, remote, configuration)
    }

    private static func open(
        _ folder: String, _ superUsers: Set<Principal>, _ remote: (any ObjectStore)?, _ configuration: ServerConfiguration
    ) throws -> (Broker, AccessStore, KafkaServer) {
        let broker = try Broker(folder: folder, remote: remote)
        let access = try AccessStore(folder: folder, superUsers: superUsers)
        return (broker, access, try KafkaServer(broker: broker, configuration: configuration, access: access))
    }

    func client(listener: Int = 0) throws -> WireClient { try WireClient(port: server.listeners[listener].port) }

    /// Ends the server and starts another on the same folder.
    func reopen() throws {
        server.close()
        try broker.close()
        (broker, access, server) = try Self.open(folder, superUsers, remote, configuration)
    }

    deinit {
        server.close()
        try? broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
