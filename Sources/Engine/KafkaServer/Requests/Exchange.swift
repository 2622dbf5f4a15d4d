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

    func answer(_ response: Request.Response, throttleMilliseconds: Int64 = 0) {
        guard let frame = encoded(response) else { return reply.close() }
        reply.send(frame, throttleMilliseconds: throttleMilliseconds)
    }

    func answerAndClose(_ response: Request.Response) {
        guard let frame = encoded(response) else { return reply.close() }
        reply.sendAndClose(frame)
    }

    /// An answer whose fields are filled in by `body`.
    func answer(_ body: (inout Request.Response) -> Void) {
        var response = Request.Response()
        body(&response)
        answer(response)
    }

    /// Nil where a value cannot be expressed in this version: a defect of the server, which ends the connection and nothing else.
    private func encoded(_ response: Request.Response) -> ByteBuffer? {
        guard let bytes = try? WireFrame.response(response, version: version, correlationId: correlationID) else { return nil }
        return ByteBuffer(bytes: bytes)
    }
}
