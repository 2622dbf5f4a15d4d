import NIOCore
import NIOHTTP1
import NIOPosix

/// One GET to an endpoint of ours (``HTTPEndpoint``), waited for. Plain HTTP, no redirects, no compression; one thread, once.
public enum HTTPQuestion {
    /// `url`: http://host:port/path. Throws ``EndpointError`` where nobody answers in time, or with more than `limit` bytes.
    public static func get(_ url: String, seconds: Int64 = 10, limit: Int = 16 << 20) throws -> HTTPAnswer {
        let place = try Place(url)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let answer = group.next().makePromise(of: HTTPAnswer.self)
        let bootstrap = ClientBootstrap(group: group).connectTimeout(.seconds(min(seconds, 5))).channelInitializer { channel in
            channel.pipeline.addHTTPClientHandlers().flatMapThrowing {
                try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer, limit: limit))
            }
        }
        let channel: any Channel
        do {
            channel = try bootstrap.connect(host: place.host, port: place.port).wait()
        } catch {
            answer.fail(error)
            throw EndpointError(description: "\(url): nobody answers there (\(error)); is it the address that --metrics names?")
        }
        let late = group.next().scheduleTask(in: .seconds(seconds)) { answer.fail(EndpointError(description: "\(url): no answer in \(seconds) s")) }
        defer { late.cancel() }
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: place.path, headers: ["host": "\(place.host):\(place.port)", "connection": "close", "user-agent": "leat"])
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        defer { try? channel.close().wait() }
        do {
            return try answer.futureResult.wait()
        } catch let error as EndpointError {
            throw EndpointError(description: error.description.hasPrefix(url) ? error.description : "\(url): \(error)")
        } catch {
            throw EndpointError(description: "\(url): \(error)")
        }
    }

    private struct Place {
        var host: String
        var port: Int
        var path: String

        init(_ url: String) throws {
            func wrong(_ why: String) -> EndpointError { EndpointError(description: "\(url) is no endpoint: \(why); write it as http://host:9400") }
            guard url.hasPrefix("http://") else {
                throw wrong(url.hasPrefix("https://") ? "it serves plain HTTP, for a trusted network" : "http:// is missing")
            }
            let rest = url.dropFirst(7)
            let authority = rest.prefix { $0 != "/" }
            path = authority.endIndex == rest.endIndex ? "/" : String(rest[authority.endIndex...])
            guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port) else {
                throw wrong("the port is missing")
            }
            self.port = port
            var host = authority[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { throw wrong("the host is missing") }
            self.host = String(host)
        }
    }
}

private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<HTTPAnswer>
    private let limit: Int
    private var status = 0
    private var contentType = ""
    private var body = ByteBuffer()

    init(_ promise: EventLoopPromise<HTTPAnswer>, limit: Int) {
        self.promise = promise
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            contentType = head.headers.first(name: "content-type") ?? ""
        case .body(var part):
            body.writeBuffer(&part)
            if body.readableBytes > limit {
                promise.fail(EndpointError(description: "the answer is longer than \(limit) bytes"))
                context.close(promise: nil)
            }
        case .end: promise.succeed(HTTPAnswer(status: status, contentType: contentType, String(buffer: body)))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(EndpointError(description: "the connection ended before the answer did")) }
}
