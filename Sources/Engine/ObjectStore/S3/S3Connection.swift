import Synchronization

/// The transfers of a store that are not in use, each with its open connection.
///
/// `@unchecked Sendable`: a transfer is in the list, behind the mutex, or with the one thread that took it out; never both.
final class S3Connections: @unchecked Sendable {
    // Sendable: only ever inside the mutex below, for the reason above.
    private struct Idle: @unchecked Sendable { var transfers: [HTTPTransfer] = [] }
    private let idle = Mutex(Idle())

    func take() -> HTTPTransfer { idle.withLock { $0.transfers.popLast() }.map { $0 } ?? HTTPTransfer() }

    func giveBack(_ transfer: HTTPTransfer) {
        transfer.stop()
        let kept = Idle(transfers: [transfer])
        idle.withLock { if $0.transfers.count < 16 { $0.transfers += kept.transfers } }
    }
}

/// A response held in memory.
struct S3Response {
    var head: HTTPResponseHead
    var body: [UInt8]
    /// Whether an earlier attempt of this request may have been carried out without our hearing of it.
    var afterDoubt: Bool

    var errorCode: String? { S3Document(body).first("Code") }
}

extension S3Store {
    /// Makes the request until it is answered by something that waiting does not change; `make` signs it anew each time.
    func perform(_ what: String, limit: Int, _ make: () -> HTTPRequest) throws(ObjectStoreError) -> S3Response {
        var inDoubt = false
        var attempt = 0
        var tooLong = false
        while !tooLong {
            var reason = ""
            var retryAfter: Int?
            let transfer = connections.take()
            do throws(HTTPTransfer.Failure) {
                let head = try transfer.begin(make(), settings.timeouts)
                guard let body = try S3Store.readBody(transfer, limit: max(limit, 1 << 20)) else {
                    tooLong = true
                    break
                }
                connections.giveBack(transfer)
                let response = S3Response(head: head, body: body, afterDoubt: inDoubt)
                // S3 answers some requests with 200 and an error in the body.
                let isTemporary =
                    RetryPolicy.isTemporary(head.status)
                    || (head.status == 200 && ["InternalError", "SlowDown"].contains(response.temporaryCode))
                if !isTemporary { return response }
                reason = "status \(head.status) \(response.errorCode ?? "")"
                retryAfter = head.retryAfterSeconds
            } catch {
                reason = error.reason
            }
            inDoubt = true
            attempt += 1
            guard attempt < settings.retry.attempts else {
                throw ObjectStoreError(
                    .unavailable, at: location, "\(what): no answer after \(attempt) attempts: \(reason)")
            }
            settings.retry.wait(before: attempt, retryAfterSeconds: retryAfter)
        }
        throw ObjectStoreError(
            .tooLarge, at: location, "\(what): the answer is longer than the \(limit) bytes allowed here")
    }

    private static func readBody(_ transfer: HTTPTransfer, limit: Int) throws(HTTPTransfer.Failure) -> [UInt8]? {
        var body: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = try transfer.read(into: piece)
            if count == 0 { return body }
            guard body.count + count <= limit else { return nil }
            body.append(contentsOf: piece[..<count])
        }
    }

    /// The error that a response means.
    func failure(_ response: S3Response, _ what: String) -> ObjectStoreError {
        let message = [response.errorCode, S3Document(response.body).first("Message")].compactMap { $0 }.joined(
            separator: ": ")
        let kind: ObjectStoreError.Kind =
            switch response.head.status {
            case 404: .notFound
            case 401, 403: .accessDenied
            case 412: .alreadyExists
            case 400, 405, 411, 416: .invalidRequest
            default: .invalidResponse
            }
        return ObjectStoreError(kind, at: location, "\(what): status \(response.head.status) \(message)")
    }
}

extension S3Response {
    /// The code of an error document in an answer of success.
    var temporaryCode: String { body.count < 4096 && body.contains(UInt8(ascii: "<")) ? (errorCode ?? "") : "" }
}
