import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// The listening sockets of a server and the threads behind them.
final class ServerListeners: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]
    /// What was listened on, with the ports that the system chose.
    let listeners: [Listener]

    private init(group: MultiThreadedEventLoopGroup, channels: [any Channel], listeners: [Listener]) {
        self.group = group
        self.channels = channels
        self.listeners = listeners
    }

    /// Binds all addresses, or none. `makeHandlers` is called once all are bound, since the executor has to know the ports.
    static func open(
        _ configuration: ServerConfiguration, makeExecutor: ([Listener], any EventLoopGroup) throws -> any RequestExecutor
    ) throws -> ServerListeners {
        let threads = configuration.threads > 0 ? configuration.threads : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        var channels: [any Channel] = []
        do {
            let executor = ExecutorBox()
            let census = ConnectionCensus(
                limit: configuration.maximumConnections, limitPerAddress: configuration.maximumConnectionsPerAddress)
            var listeners: [Listener] = []
            for (index, listener) in configuration.listeners.enumerated() {
                let tls = try listener.tls.map { try $0.context() }
                let channel = try bind(listener, index, tls, configuration, census, executor, group)
                channels.append(channel)
                var bound = listener
                bound.port = channel.localAddress?.port ?? listener.port
                listeners.append(bound)
            }
            executor.set(try makeExecutor(listeners, group))
            // Connections that came meanwhile waited in the backlog.
            for channel in channels { channel.read() }
            for channel in channels { try channel.setOption(.autoRead, value: true).wait() }
            return ServerListeners(group: group, channels: channels, listeners: listeners)
        } catch {
            for channel in channels { try? channel.close().wait() }
            try? group.syncShutdownGracefully()
            throw error
        }
    }

    private static func bind(
        _ listener: Listener, _ index: Int, _ tls: NIOSSLContext?, _ configuration: ServerConfiguration, _ census: ConnectionCensus,
        _ executor: ExecutorBox, _ group: MultiThreadedEventLoopGroup
    ) throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 8)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 8_192, maximum: 1 << 18))
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let address = channel.remoteAddress?.ipAddress ?? "unknown"
                    guard let executor = executor.executor, census.enter(address) else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(
                            client: ClientSession(
                                address: address, listener: index, isEncrypted: tls != nil,
                                requiresAuthentication: listener.requiresAuthentication),
                            executor: executor, configuration: configuration, census: census))
                }
            }
        do {
            return try bootstrap.bind(host: listener.host, port: listener.port).wait()
        } catch {
            throw ServerError("\(listener.host):\(listener.port) cannot be listened on: \(error); is it in use?")
        }
    }

    /// Takes no more connections, ends those there are, and joins the threads.
    func close() {
        for channel in channels { try? channel.close().wait() }
        try? group.syncShutdownGracefully()
    }
}

/// Lets the pipelines be set up before the executor is there.
private final class ExecutorBox: Sendable {
    private let value = NIOLockedValueBox<(any RequestExecutor)?>(nil)
    var executor: (any RequestExecutor)? { value.withLockedValue { $0 } }
    func set(_ executor: any RequestExecutor) { value.withLockedValue { $0 = executor } }
}

/// Why a server does not start.
public struct ServerError: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ description: String) { self.description = description }
}
