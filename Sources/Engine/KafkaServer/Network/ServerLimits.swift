import AccessControl
import Broker
import Synchronization

/// The bounds of a server that may change while it runs: the broker's settings where they say something, otherwise what the server was
/// configured with. Thread rule: any thread.
final class ServerLimits: Sendable {
    private let configuration: ServerConfiguration
    private let requestBytes: Atomic<Int>
    private let fetchBytes: Atomic<Int>
    private let idleMilliseconds: Atomic<Int64>

    init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        requestBytes = Atomic(configuration.maximumRequestBytes)
        fetchBytes = Atomic(configuration.maximumFetchBytes)
        idleMilliseconds = Atomic(configuration.maximumIdleMilliseconds)
    }

    /// Bytes of one request of an authenticated client.
    var maximumRequestBytes: Int { requestBytes.load(ordering: .relaxed) }
    /// Bytes of records in one fetch response.
    var maximumFetchBytes: Int { fetchBytes.load(ordering: .relaxed) }
    /// Milliseconds after which a connection without requests is closed; nil for never.
    var maximumIdleMilliseconds: Int64? {
        let value = idleMilliseconds.load(ordering: .relaxed)
        // More than a century would not fit a deadline.
        return value >= 0 && value < 1 << 42 ? value : nil
    }

    /// Puts the settings in force. The bounds on connections are for the census.
    func apply(_ settings: BrokerSettings) -> ConnectionBounds {
        func value(_ name: String, _ configured: Int64) -> Int64 { settings.values[name] == nil ? configured : settings.integer(name) }
        requestBytes.store(Int(value("socket.request.max.bytes", Int64(configuration.maximumRequestBytes))), ordering: .relaxed)
        fetchBytes.store(Int(value("fetch.max.bytes", Int64(configuration.maximumFetchBytes))), ordering: .relaxed)
        idleMilliseconds.store(value("connections.max.idle.ms", configuration.maximumIdleMilliseconds), ordering: .relaxed)
        return ConnectionBounds(
            total: Int(value("max.connections", Int64(configuration.maximumConnections))),
            perAddress: Int(value("max.connections.per.ip", Int64(configuration.maximumConnectionsPerAddress))),
            exceptions: settings.connectionsByAddress)
    }
}
