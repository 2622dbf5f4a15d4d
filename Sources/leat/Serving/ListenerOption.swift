import Foundation
import ArgumentParser
import KafkaServer

/// One `--listen`: `[PROTOCOL://]HOST:PORT`, with Kafka's names of the protocols.
struct ListenerOption: ExpressibleByArgument, Equatable {
    enum SecurityProtocol: String, CaseIterable {
        case plaintext = "PLAINTEXT"
        case tls = "SSL"
        case saslPlaintext = "SASL_PLAINTEXT"
        case saslTLS = "SASL_SSL"

        var isEncrypted: Bool { self == .tls || self == .saslTLS }
        var requiresAuthentication: Bool { self == .saslPlaintext || self == .saslTLS }
    }

    var security = SecurityProtocol.plaintext
    var host: String
    var port: Int

    /// Nil for anything else; the caller says what is expected.
    init?(argument: String) {
        var rest = argument[...]
        if let scheme = argument.range(of: "://") {
            guard let security = SecurityProtocol(rawValue: argument[..<scheme.lowerBound].uppercased()) else { return nil }
            self.security = security
            rest = argument[scheme.upperBound...]
        }
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]), (0...65_535).contains(port) else {
            return nil
        }
        var host = rest[..<colon]
        // IPv6 addresses stand in brackets.
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    func listener(advertised: ListenerOption?, tls: TLSFiles?) -> Listener {
        var listener = Listener(host: host, port: port)
        listener.advertisedHost = advertised?.host
        listener.advertisedPort = advertised?.port
        listener.requiresAuthentication = security.requiresAuthentication
        if security.isEncrypted { listener.tls = tls }
        return listener
    }
}
