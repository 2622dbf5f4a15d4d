/// The ways in which a client can prove who it is.
public enum SaslMechanism: Sendable, Hashable, CaseIterable {
    /// User and password in clear (RFC 4616): only to be offered over TLS.
    case plain
    case scramSHA256
    case scramSHA512

    /// As SaslHandshake names it.
    public var name: String {
        switch self {
        case .plain: "PLAIN"
        case .scramSHA256: ScramMechanism.sha256.name
        case .scramSHA512: ScramMechanism.sha512.name
        }
    }

    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// What a listener offers: PLAIN only where nobody can listen in.
    public static func offered(isEncrypted: Bool) -> [SaslMechanism] {
        isEncrypted ? [.plain, .scramSHA256, .scramSHA512] : [.scramSHA256, .scramSHA512]
    }
}
