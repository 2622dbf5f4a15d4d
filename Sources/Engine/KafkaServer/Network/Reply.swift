import NIOCore

/// The place for one request's answer in its connection's order. To be used once; from any thread.
struct Reply: Sendable {
    let eventLoop: any EventLoop
    let connection: NIOLoopBound<ConnectionHandler>
    let number: UInt64

    /// Sends an answer, framed already; nil sends nothing (`acks=0`).
    func send(_ answer: ByteBuffer?, throttleMilliseconds: Int64 = 0) {
        send(answer: answer.map { Answer($0) }, throttleMilliseconds: throttleMilliseconds)
    }

    func send(answer: Answer?, throttleMilliseconds: Int64 = 0) {
        onLoop { $0.complete(number, with: answer, throttleMilliseconds: throttleMilliseconds) }
    }

    /// Sends an answer as the connection's last.
    func sendAndClose(_ answer: ByteBuffer?) {
        onLoop { connection in
            connection.complete(number, with: answer.map { Answer($0) }, throttleMilliseconds: 0)
            connection.closeWhenSent()
        }
    }

    /// Ends the connection without an answer: what came was no request.
    func close() { onLoop { $0.close() } }

    /// On the event loop: no further request of the connection is begun before `release()`.
    func hold() { connection.value.hold() }
    /// On the event loop.
    func release() { connection.value.release() }

    /// On the event loop: whether there is anybody to answer.
    var isOpen: Bool { connection.value.isOpen }

    private func onLoop(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
        if eventLoop.inEventLoop {
            body(connection.value)
        } else {
            eventLoop.execute { body(connection.value) }
        }
    }
}

/// Does what requests ask for.
protocol RequestExecutor: AnyObject, Sendable {
    /// Called on the connection's event loop, in the order of the requests. `frame` is one request without its length. Answers
    /// through `reply`, now or later.
    func execute(_ frame: ByteBuffer, of client: ClientSession, reply: Reply)
    /// So many bytes of answers were given to the socket.
    func sent(_ byteCount: Int)
    /// The connection is gone.
    func ended(_ client: ClientSession)
}
