import AccessControl
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
        _ configuration: ServerConfiguration, limits: ServerLimits, census: ConnectionCensus, makeExecutor: ([Listener], any EventLoopGroup) throws -> any RequestExecutor
    ) throws -> ServerListeners {
        let threads = configuration.threads > 0 ? configuration.threads : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        var channels: [any Channel] = []
        do {
            let executor = ExecutorBox()
            var listeners: [Listener] = []
            for (index, listener) in configuration.listeners.enumerated() {
                let tls = try listener.tls.map { try $0.context() }
                let channel = try bind(listener, index, tls, configuration, limits, census, executor, group)
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
        _ listener: Listener, _ index: Int, _ tls: NIOSSLContext?, _ configuration: ServerConfiguration, _ limits: ServerLimits,
        _ census: ConnectionCensus, _ executor: ExecutorBox, _ group: MultiThreadedEventLoopGroup
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
                    guard let executor = executor.executor else { throw ChannelError.ioOnClosedChannel }
                    switch census.enter(address) {
                    case .accepted: break
                    case .refused: throw ChannelError.ioOnClosedChannel
                    case .throttled(let milliseconds): return try keepWaiting(channel, milliseconds) { census.left(address) }
                    }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(
                            client: ClientSession(
                                address: address, listener: index, isEncrypted: tls != nil,
                                requiresAuthentication: listener.requiresAuthentication),
                            executor: executor, configuration: configuration, limits: limits, census: census))
                }
            }
        do {
            return try bootstrap.bind(host: listener.host, port: listener.port).wait()
        } catch {
            throw ServerError("\(listener.host):\(listener.port) cannot be listened on: \(error); is it in use?")
        }
    }

    /// A connection that came too fast: nothing is read from it, and it is closed after a while, so that its client comes again more slowly.
    private static func keepWaiting(_ channel: any Channel, _ milliseconds: Int32, left: @escaping @Sendable () -> Void) throws {
        try channel.syncOptions?.setOption(.autoRead, value: false)
        channel.closeFuture.whenComplete { _ in left() }
        channel.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) { channel.close(promise: nil) }
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
