import NIOCore
import NIOHTTP1
import NIOPosix

/// What is answered to one request.
public struct HTTPAnswer: Sendable {
    public var status: Int
    public var contentType: String
    public var body: String

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", _ body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// A small HTTP/1.1 server for health, metrics and figures: GET and HEAD, no bodies taken, one thread.
///
/// It is meant for a trusted network: there is no login. `answer` gets the path without its query, is called on the endpoint's thread and should return
/// at once; nil is answered with 404. What takes time is `look`'s: it gets the question where `answer` had nothing, on a thread of its own, one
/// after the other; where 32 are waiting the next one is answered with 503. Limits: 8 KiB of request head (NIO's), 256 connections, a connection that is silent for 30 seconds is closed.
public final class HTTPEndpoint: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    /// "host:port", as the system gave it where port 0 was asked for.
    public let address: String

    /// Throws ``EndpointError`` where the address is wrong or taken.
    public init(
        listen place: String, look: (@Sendable (HTTPLook) -> HTTPAnswer?)? = nil,
        answer: @escaping @Sendable (_ path: String) -> HTTPAnswer?
    ) throws {
        guard let colon = place.lastIndex(of: ":"), let port = Int(place[place.index(after: colon)...]), (0...65_535).contains(port) else {
            throw EndpointError(description: "\(place) is no address: host:port is needed, such as 127.0.0.1:9400")
        }
        var host = String(place[..<colon])
        // IPv6 addresses stand in brackets.
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let open = OpenConnections()
        let looks = look.map { SlowAnswers($0) }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard open.enter(channel) else { return channel.close() }
                return channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: .seconds(30)))
                    try channel.pipeline.syncOperations.addHandler(EndpointHandler(answer, looks))
                }
            }
        do {
            channel = try bootstrap.bind(host: host.isEmpty ? "127.0.0.1" : host, port: port).wait()
        } catch {
            try? group.syncShutdownGracefully()
            throw EndpointError(description: "cannot listen on \(place): \(error)")
        }
        self.group = group
        address = "\(host.isEmpty ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host):\(channel.localAddress?.port ?? port)"
    }

    /// Ends all connections.
    public func close() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }
}

public struct EndpointError: Error, Sendable, CustomStringConvertible {
    public var description: String
}

/// Counts connections. Used on the endpoint's one event loop.
private final class OpenConnections: @unchecked Sendable {
    // Sendable: there is one event loop, and everything here happens on it.
    private var count = 0

    func enter(_ channel: any Channel) -> Bool {
        guard count < 256 else { return false }
        count += 1
        channel.closeFuture.whenComplete { _ in self.count -= 1 }
        return true
    }
}

private final class EndpointHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (String) -> HTTPAnswer?
    private let looks: SlowAnswers?
    private var head: HTTPRequestHead?

    init(_ answer: @escaping @Sendable (String) -> HTTPAnswer?, _ looks: SlowAnswers?) {
        self.answer = answer
        self.looks = looks
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            respond(to: head, context)
        }
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = String(head.uri.prefix { $0 != "?" })
        guard head.method == .GET || head.method == .HEAD else { return send(HTTPAnswer(status: 405, "GET and HEAD are answered\n"), to: head, context) }
        if let found = answer(path) { return send(found, to: head, context) }
        guard let looks else { return send(Self.nothing(path), to: head, context) }
        let back = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let question = HTTPLook(path: path, query: HTTPQuery.fields(head.uri), isLocal: Self.isLocal(context.channel.remoteAddress?.ipAddress))
        let isTaken = looks.take(question) { found in
            back.eventLoop.execute {
                let (handler, context) = back.value
                if context.channel.isActive { handler.send(found ?? Self.nothing(path), to: head, context) }
            }
        }
        if !isTaken { send(HTTPAnswer(status: 503, "too many questions are waiting\n"), to: head, context) }
    }

    /// From this machine; a container's own network counts as one.
    private static func isLocal(_ address: String?) -> Bool {
        guard let address else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }

    private static func nothing(_ path: String) -> HTTPAnswer { HTTPAnswer(status: 404, "there is no \(path.prefix(200)) here\n") }

    private func send(_ found: HTTPAnswer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isRead = head.method == .GET || head.method == .HEAD
        var headers = HTTPHeaders([("content-type", found.contentType), ("content-length", String(found.body.utf8.count)), ("cache-control", "no-store")])
        if !isRead { headers.add(name: "allow", value: "GET, HEAD") }
        let keeps = head.isKeepAlive && isRead
        headers.add(name: "connection", value: keeps ? "keep-alive" : "close")
        let response = HTTPResponseHead(version: .http1_1, status: .init(statusCode: found.status), headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: found.body)))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in if !keeps { channel.close(promise: nil) } }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
