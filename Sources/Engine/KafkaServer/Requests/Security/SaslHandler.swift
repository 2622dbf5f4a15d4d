import AccessControl
import Coordination
import KafkaWire
import NIOCore
import SystemIO

/// The login: a handshake that names the mechanism, then its messages (KIP-43, KIP-152).
struct SaslHandler {
    let core: ServerCore

    func handshake(_ exchange: Exchange<SaslHandshakeRequest>, _ client: ClientSession) {
        let offered = SaslMechanism.offered(isEncrypted: client.isEncrypted || core.configuration.offersPlainWithoutEncryption)
        let names = offered.map(\.name)
        guard !client.isReady || client.login != nil else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.illegalSaslState.rawValue; $0.mechanisms = names }
        }
        guard let mechanism = SaslMechanism(name: exchange.request.mechanism), offered.contains(mechanism) else {
            return exchange.answer { $0.errorCode = KafkaErrorCode.unsupportedSaslMechanism.rawValue; $0.mechanisms = names }
        }
        client.login = SaslSession(mechanism, credentials: core.access.credentials, entropy: SystemEntropySource())
        client.expectsBareToken = exchange.version == 0
        exchange.answer { $0.mechanisms = names }
    }

    func authenticate(_ exchange: Exchange<SaslAuthenticateRequest>, _ client: ClientSession) {
        guard client.login != nil else {
            return exchange.answerAndClose(
                SaslAuthenticateResponse {
                    $0.errorCode = KafkaErrorCode.illegalSaslState.rawValue
                    $0.errorMessage = "a handshake comes before the authentication"
                })
        }
        step(exchange.request.authenticationBytes, client, exchange.reply) { outcome in
            switch outcome {
            case .challenge(let bytes): exchange.answer { $0.authenticationBytes = bytes }
            case .success(_, let bytes): exchange.answer { $0.authenticationBytes = bytes }
            case .failure(let failure):
                exchange.answerAndClose(
                    SaslAuthenticateResponse {
                        $0.errorCode = KafkaErrorCode.saslAuthenticationFailed.rawValue
                        $0.errorMessage = failure.clientMessage
                    })
            }
        }
    }

    /// Runs one step away from the threads that talk to clients, since proving a password takes milliseconds, and brings its
    /// outcome back to the connection's thread. The next request of the connection has to wait: it may depend on the outcome.
    func step(_ message: [UInt8], _ client: ClientSession, _ reply: Reply, _ completion: @escaping @Sendable (SaslSession.Step) -> Void) {
        guard let begun = client.login else { return reply.close() }
        let bound = NIOLoopBound(client, eventLoop: reply.eventLoop)
        let address = client.address
        reply.hold()
        core.work {
            var session = begun
            let outcome = session.step(message)
            reply.eventLoop.execute { [session] in
                let client = bound.value
                client.login = session
                switch outcome {
                case .challenge: break
                case .success(let principal, _):
                    core.audit.record(
                        .authenticated(principal, mechanism: session.mechanism.name, address: address), now: core.wallMilliseconds)
                    client.principal = principal
                    client.isReady = true
                    client.login = nil
                    client.expectsBareToken = false
                case .failure(let failure):
                    core.audit.record(.failed(failure, address: address), now: core.wallMilliseconds)
                    client.login = nil
                }
                completion(outcome)
                reply.release()
            }
        }
    }
}

/// Tokens without request headers, after a handshake of version 0: old clients send them so.
struct BareTokenHandler {
    let core: ServerCore

    func handle(_ frame: ByteBuffer, _ client: ClientSession, _ reply: Reply) {
        SaslHandler(core: core).step(Array(frame.readableBytesView), client, reply) { outcome in
            switch outcome {
            case .challenge(let bytes), .success(_, let bytes):
                var answer = ByteBuffer()
                answer.writeInteger(Int32(bytes.count))
                answer.writeBytes(bytes)
                reply.send(answer)
            case .failure: reply.close()
            }
        }
    }
}
