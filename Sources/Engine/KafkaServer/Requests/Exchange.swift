import AccessControl
import KafkaWire
import NIOCore

/// Who sent a request.
struct ClientIdentity: Sendable {
    /// `User:ANONYMOUS` where nobody logged in.
    var principal: Principal
    /// The peer's IP address.
    var address: String
    var clientID: String
    /// The listener it came in by, as an index into the server's.
    var listener: Int
    var isEncrypted: Bool
    /// The request's name, for the audit log.
    var request: String
}

/// One request and the way to answer it. Answer once, from any thread.
struct Exchange<Request: WireRequest>: Sendable {
    let request: Request
    let version: Int16
    let correlationID: Int32
    let client: ClientIdentity
    let reply: Reply
    /// Where there are quotas of request time.
    var meter: RequestMeter?
    /// Where errors are counted.
    var counts: RequestCounts.Row?

    /// Answers, and has the client wait where it is over a quota. `throttleMilliseconds`: of quotas other than that of request time.
    func answer(_ response: Request.Response, throttleMilliseconds: Int64 = 0) {
        let wait = max(throttleMilliseconds, meter?.settle() ?? 0)
        guard let frame = encoded(Self.telling(wait, response)) else { return reply.close() }
        reply.send(frame, throttleMilliseconds: wait)
    }

    private static func telling(_ wait: Int64, _ response: Request.Response) -> Request.Response {
        guard wait > 0, var told = response as? any ThrottledResponse else { return response }
        told.throttleTimeMilliseconds = Int32(clamping: wait)
        return told as? Request.Response ?? response
    }

    /// Runs something that waits on the disk, away from the threads that talk to clients; its time counts for the request.
    func work(_ core: ServerCore, _ body: @escaping @Sendable () -> Void) {
        guard let meter else { return core.work(body) }
        core.work { meter.run(body) }
    }

    /// Counts the time of `body` for the request.
    func metered<Result>(_ body: () -> Result) -> Result { meter.map { $0.run(body) } ?? body() }

    func answerAndClose(_ response: Request.Response) {
        guard let frame = encoded(response) else { return reply.close() }
        reply.sendAndClose(frame)
    }

    /// An answer whose fields are filled in by `body`, which answers how long the client has to wait.
    func answerThrottled(_ body: (inout Request.Response) -> Int64) {
        var response = Request.Response()
        let wait = body(&response)
        answer(response, throttleMilliseconds: wait)
    }

    /// An answer whose fields are filled in by `body`.
    func answer(_ body: (inout Request.Response) -> Void) {
        var response = Request.Response()
        body(&response)
        answer(response)
    }

    /// Nil where a value cannot be expressed in this version: a defect of the server, which ends the connection and nothing else.
    private func encoded(_ response: Request.Response) -> ByteBuffer? {
        if let counts, let told = response as? any FailureCodes { counts.note(told.failureCodes) }
        guard let bytes = try? WireFrame.response(response, version: version, correlationId: correlationID) else { return nil }
        return ByteBuffer(bytes: bytes)
    }
}
