import AccessControl
import ArgumentParser
import Broker
import Foundation
import KafkaServer

/// How a broker is offered to clients: shared by `leat serve` and `leat run --listen`.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where Kafka clients connect; PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL. May be given more than once.",
            valueName: "[protocol://]host:port"))
    var listen: [ListenerOption] = []
    @Option(name: .long, help: ArgumentHelp("What clients are told to connect to, one for each --listen, where it differs.", valueName: "host:port"))
    var advertise: [ListenerOption] = []
    @Option(name: .long, help: ArgumentHelp("The certificate chain of SSL listeners, PEM.", valueName: "file")) var tlsCertificate: String?
    @Option(name: .long, help: ArgumentHelp("The private key of SSL listeners, PEM.", valueName: "file")) var tlsKey: String?
    @Option(name: .long, help: ArgumentHelp("A user who may do everything, whatever the access rules say.", valueName: "name"))
    var superUser: [String] = []
    @Option(name: .long, help: "Threads that talk to clients. Default: one a core.") var networkThreads: Int?
    @Option(name: .long, help: "Connections at most; the setting max.connections. Default: 1000.") var maxConnections: Int?
    @Option(name: .long, help: "Bytes of one request at most; the setting socket.request.max.bytes. Default: 16 MiB.") var maxRequestBytes: Int?
    @Option(name: .long, help: "Send records of a partition with sendfile when there are so many bytes of them. Default: never.")
    var sendfileFrom: Int?
    @Flag(name: .long, help: "Offer SASL PLAIN without TLS too: passwords then cross the network in clear.") var allowPlainWithoutTls = false

    @Flag(name: .long, help: "Tell on standard error why connections were ended.") var verbose = false

    func validate() throws {
        guard advertise.isEmpty || advertise.count == listen.count else {
            throw ValidationError("--advertise: there are \(listen.count) --listen and \(advertise.count) --advertise; give one for each")
        }
        if listen.contains(where: \.security.isEncrypted), tlsCertificate == nil || tlsKey == nil {
            throw ValidationError("an SSL listener needs --tls-certificate and --tls-key")
        }
        if let networkThreads, !(1...256).contains(networkThreads) {
            throw ValidationError("--network-threads \(networkThreads): 1 to 256 are allowed")
        }
        if let sendfileFrom, sendfileFrom < 1 { throw ValidationError("--sendfile-from \(sendfileFrom): 1 byte or more") }
        if let maxConnections, !(1...1_000_000).contains(maxConnections) {
            throw ValidationError("--max-connections \(maxConnections): 1 to 1000000 are allowed")
        }
        if let maxRequestBytes, !(1_024...(1 << 30)).contains(maxRequestBytes) {
            throw ValidationError("--max-request-bytes \(maxRequestBytes): 1024 to 1073741824 are allowed")
        }
    }

    /// What the options say of the broker's settings.
    var settings: [String: String] {
        var settings: [String: String] = [:]
        if let maxConnections { settings["max.connections"] = String(maxConnections) }
        if let maxRequestBytes { settings["socket.request.max.bytes"] = String(maxRequestBytes) }
        return settings
    }

    /// Offers `broker` to clients. Where the broker's settings say something, they hold. `keepsHouse`: false where a runtime of this process applies retention.
    func serve(_ broker: Broker, defaultListen: ListenerOption? = nil, keepsHouse: Bool = true) throws -> ServedBroker {
        let places = listen.isEmpty ? [defaultListen].compactMap { $0 } : listen
        let tls = tlsCertificate.flatMap { chain in tlsKey.map { TLSFiles(certificateChain: chain, privateKey: $0) } }
        var configuration = ServerConfiguration(
            listeners: places.enumerated().map { index, place in
                place.listener(advertised: advertise.isEmpty ? nil : advertise[index], tls: tls)
            })
        configuration.keepsHouse = keepsHouse
        configuration.threads = networkThreads ?? 0
        if let sendfileFrom { configuration.minimumFileRegionBytes = sendfileFrom }
        if let maxConnections {
            configuration.maximumConnections = maxConnections
            configuration.maximumConnectionsPerAddress = maxConnections
        }
        if let maxRequestBytes { configuration.maximumRequestBytes = maxRequestBytes }
        configuration.offersPlainWithoutEncryption = allowPlainWithoutTls
        if verbose {
            configuration.report = { line in FileHandle.standardError.write(Data("leat: \(line)\n".utf8)) }
        }
        let users = superUser.map { Principal($0) ?? Principal(user: $0) }
        let access = try AccessStore(folder: broker.folder, superUsers: Set(users))
        let file = try AuditFile(folder: broker.folder)
        let audit = AuditLog { file.append($0) }
        let server = try KafkaServer(broker: broker, configuration: configuration, access: access, audit: audit)
        return ServedBroker(server: server, audit: audit)
    }
}

/// A server with what has to be closed with it.
struct ServedBroker {
    let server: KafkaServer
    let audit: AuditLog

    /// `host:port` of every listener.
    var addresses: [String] { server.listeners.map { "\($0.host):\($0.port)" } }

    func close() {
        server.close()
        audit.close(now: wallMilliseconds())
    }
}
