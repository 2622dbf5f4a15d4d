import NIOSSL

/// Where clients connect, and what they are allowed to cost.
///
/// Bounds that the broker has settings for (`max.connections`, `max.connections.per.ip`, `socket.request.max.bytes`,
/// `connections.max.idle.ms`, `fetch.max.bytes`) are those of the settings, where they say something.
public struct ServerConfiguration: Sendable {
    public var listeners: [Listener]
    /// Bytes of one request of an authenticated client.
    public var maximumRequestBytes = 16 << 20
    /// Bytes of one request before authentication.
    public var maximumUnauthenticatedRequestBytes = 64 << 10
    public var maximumConnections = 1_000
    public var maximumConnectionsPerAddress = Int(Int32.max)
    /// Requests of one connection that are being worked on; more are left in the socket.
    public var maximumRequestsInFlight = 128
    /// Milliseconds in which a new connection has to send its first request, and to log in.
    public var firstRequestMilliseconds: Int64 = 5_000
    /// Milliseconds after which a connection without requests is closed (`connections.max.idle.ms`).
    public var maximumIdleMilliseconds: Int64 = 600_000
    /// Bytes of records in one fetch response, whatever a client asks for (`fetch.max.bytes`).
    public var maximumFetchBytes = 57_671_680
    /// Bytes of records in memory on their way to all clients together; above it fetches bring less.
    public var maximumAnswerBytes = 256 << 20
    /// Records of one partition are sent from the page cache by `sendfile` when there are so many bytes of them, and read into the answer
    /// when there are fewer; never by `sendfile` over TLS. Over loopback reading costs no more (benchmarks/README.md), so it is the default.
    public var minimumFileRegionBytes = Int.max
    /// Incremental fetch sessions that are remembered (`max.incremental.fetch.session.cache.slots`).
    public var maximumFetchSessions = 1_000
    /// Retention, compaction and tiering are the server's work. False where they are that of the process that owns the broker and runs stages on it: that one
    /// knows what they have yet to read, or would read again after a crash.
    public var keepsHouse = true
    /// Threads that talk to clients; 0 for one a core.
    public var threads = 0
    /// Offers SASL PLAIN, which sends passwords in clear, also on listeners without TLS.
    public var offersPlainWithoutEncryption = false
    /// Told why a connection was ended by the server: one line each, without secrets. Called on the threads that talk to clients.
    public var report: (@Sendable (String) -> Void)?

    public init(listeners: [Listener]) { self.listeners = listeners }
}

/// One address that is listened on.
public struct Listener: Sendable {
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// What clients are told to connect to; the same address unless set.
    public var advertisedHost: String?
    public var advertisedPort: Int?
    /// TLS 1.2 or newer where set.
    public var tls: TLSFiles?
    /// Clients have to authenticate by SASL before anything else.
    public var requiresAuthentication = false

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

/// PEM files of a server's identity.
public struct TLSFiles: Sendable {
    /// The certificate, followed by those between it and the authority.
    public var certificateChain: String
    public var privateKey: String

    public init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    /// Reads the files. Throws NIOSSL's errors, which name what is wrong with them.
    func context() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificateChain).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }
}
