import AccessControl
import Broker
import Foundation

@testable import KafkaServer

/// A server over a data folder of its own, on a port that the system chose.
final class ServerFixture {
    let folder: String
    let broker: Broker
    let server: KafkaServer
    let access: AccessStore

    init(superUsers: Set<Principal> = [], _ configure: (inout ServerConfiguration) -> Void = { _ in }) throws {
        folder = NSTemporaryDirectory() + "leat-server-\(UUID().uuidString)"
        broker = try Broker(folder: folder)
        access = try AccessStore(folder: folder, superUsers: superUsers)
        var configuration = ServerConfiguration(listeners: [Listener(host: "127.0.0.1", port: 0)])
        configuration.threads = 2
        configure(&configuration)
        server = try KafkaServer(broker: broker, configuration: configuration, access: access)
    }

    func client(listener: Int = 0) throws -> WireClient { try WireClient(port: server.listeners[listener].port) }

    deinit {
        server.close()
        try? broker.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
