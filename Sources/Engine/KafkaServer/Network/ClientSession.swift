import AccessControl
import KafkaWire

/// What a connection knows of its client. Thread rule: on the connection's event loop.
final class ClientSession {
    /// The peer's IP address.
    let address: String
    /// Which of the server's listeners it came in by.
    let listener: Int
    let isEncrypted: Bool
    /// Whether requests other than those of the login are taken.
    var isReady: Bool
    var principal = Principal.anonymous
    /// The login that is under way.
    var login: SaslSession?
    /// After a handshake of version 0 the tokens come without request headers.
    var expectsBareToken = false
    /// The name that the client gave itself last.
    var clientID = ""
    /// Why the connection was ended.
    private(set) var notes: [String] = []

    init(address: String, listener: Int, isEncrypted: Bool, requiresAuthentication: Bool) {
        self.address = address
        self.listener = listener
        self.isEncrypted = isEncrypted
        isReady = !requiresAuthentication
    }

    func note(_ text: String) { if notes.count < 8 { notes.append(text) } }

    func identity(for request: ApiKey) -> ClientIdentity {
        ClientIdentity(principal: principal, address: address, clientID: clientID, listener: listener, isEncrypted: isEncrypted, request: request.name)
    }
}
