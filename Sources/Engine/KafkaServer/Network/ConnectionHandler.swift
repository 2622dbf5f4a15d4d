import NIOCore

/// One client's connection: frames in, requests to the executor, answers out in order.
///
/// Thread rule: everything on the connection's event loop. Requests are pipelined: the next one begins while earlier ones wait for
/// the disk or for data. Reading stops while too many are under way, while the client does not take its answers, and while it is
/// throttled, so that a connection's memory is bounded.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = IOData

    private let executor: any RequestExecutor
    private let configuration: ServerConfiguration
    private let limits: ServerLimits
    private let census: ConnectionCensus
    let client: ClientSession
    private var assembler = FrameAssembler()
    private var responses = ResponseQueue()
    private var context: ChannelHandlerContext?
    private var isDraining = false
    private var wantsRead = false
    private var closesWhenSent = false
    private var mutedUntil: NIODeadline?
    private var isHeld = false
    /// A whole request has come.
    private var hasBegun = false
    private var lastActivity = NIODeadline.now()
    private var watch: Scheduled<Void>?

    init(client: ClientSession, executor: any RequestExecutor, configuration: ServerConfiguration, limits: ServerLimits, census: ConnectionCensus) {
        self.limits = limits
        self.client = client
        self.executor = executor
        self.configuration = configuration
        self.census = census
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        watchIdleness(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch?.cancel()
        self.context = nil
        census.left(client.address)
        executor.ended(client)
        context.fireChannelInactive()
    }

    /// Network errors and failed handshakes end the connection; they concern nobody else.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// How often a connection that may be idle for ever is looked at, in case that changes.
    private static let longestWatchMilliseconds: Int64 = 600_000

    private func watchIdleness(_ context: ChannelHandlerContext) {
        let patience = client.isReady && hasBegun ? limits.maximumIdleMilliseconds : configuration.firstRequestMilliseconds
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let due = patience.map { lastActivity + .milliseconds($0) } ?? .now() + .milliseconds(Self.longestWatchMilliseconds)
        watch = context.eventLoop.scheduleTask(deadline: due) { handler.value.closeIfIdle(after: patience) }
    }

    private func closeIfIdle(after patience: Int64?) {
        guard let context else { return }
        guard let patience else { return watchIdleness(context) }
        // A request that is being worked on, such as a long poll, is activity.
        if responses.count == 0, NIODeadline.now() - lastActivity >= .milliseconds(patience) {
            close()
        } else {
            if responses.count > 0 { lastActivity = .now() }
            watchIdleness(context)
        }
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        assembler.add(unwrapInboundIn(data))
        drain()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        guard takesRequests else {
            wantsRead = true
            return
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume()
        context.fireChannelWritabilityChanged()
    }

    private var takesRequests: Bool {
        guard let context else { return false }
        return mutedUntil == nil && !isHeld && !closesWhenSent && responses.count < configuration.maximumRequestsInFlight && context.channel.isWritable
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while takesRequests, let context {
            do throws(FrameError) {
                let limit = client.isReady ? limits.maximumRequestBytes : configuration.maximumUnauthenticatedRequestBytes
                guard let frame = try assembler.next(limit: limit) else { return }
                lastActivity = .now()
                hasBegun = true
                let reply = Reply(
                    eventLoop: context.eventLoop, connection: NIOLoopBound(self, eventLoop: context.eventLoop),
                    number: responses.reserve())
                executor.execute(frame, of: client, reply: reply)
            } catch {
                client.note(error.description)
                return close()
            }
        }
    }

    private func resume() {
        guard takesRequests, !isDraining else { return }
        drain()
        // No read ends here that would flush what was answered meanwhile.
        context?.flush()
        if wantsRead, takesRequests, let context {
            wantsRead = false
            context.read()
        }
    }

    // MARK: Out

    func complete(_ number: UInt64, with answer: Answer?, throttleMilliseconds: Int64) {
        responses.complete(number, with: answer)
        guard let context else { return }
        if throttleMilliseconds > 0 { mute(throttleMilliseconds, context) }
        var wrote = false
        while let next = responses.next() {
            write(next, context)
            wrote = true
        }
        // Answers given while input is gone through are flushed together, at the end of the read.
        if wrote, !isDraining { context.flush() }
        if closesWhenSent, responses.count == 0 { return finish(context) }
        if !isDraining { resume() }
    }

    private func write(_ answer: Answer, _ context: ChannelHandlerContext) {
        executor.sent(answer.byteCount)
        for (index, part) in answer.parts.enumerated() {
            switch part {
            case .bytes(let bytes):
                var sent: EventLoopPromise<Void>?
                if let share = answer.share, index == answer.parts.count - 1 {
                    sent = context.eventLoop.makePromise()
                    sent?.futureResult.whenComplete { _ in withExtendedLifetime(share) {} }
                }
                context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: sent)
            case .region(let region):
                guard let (file, handle) = region.fileRegion() else { return close() }
                let sent = context.eventLoop.makePromise(of: Void.self)
                sent.futureResult.whenComplete { _ in
                    try? handle.close()
                    withExtendedLifetime(region) {}
                }
                context.write(wrapOutboundOut(.fileRegion(file)), promise: sent)
            }
        }
    }

    func closeWhenSent() {
        closesWhenSent = true
        if responses.count == 0, let context { finish(context) }
    }

    private func finish(_ context: ChannelHandlerContext) {
        context.flush()
        context.close(promise: nil)
    }

    func close() { context?.close(promise: nil) }

    var isOpen: Bool { context?.channel.isActive ?? false }

    /// The next request waits for what this one will decide.
    func hold() { isHeld = true }

    func release() {
        isHeld = false
        resume()
    }

    /// A client over its quota is not read from until it has waited (KIP-219).
    private func mute(_ milliseconds: Int64, _ context: ChannelHandlerContext) {
        let end = NIODeadline.now() + .milliseconds(milliseconds)
        // Answers of several requests may each ask for a wait: the longest holds.
        if let mutedUntil, mutedUntil >= end { return }
        mutedUntil = end
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: end) { handler.value.unmute(end) }
    }

    private func unmute(_ end: NIODeadline) {
        guard mutedUntil == end else { return }
        mutedUntil = nil
        resume()
    }
}
