internal import Crypto
internal import CryptoExtras

/// The two SCRAM mechanisms (RFC 5802 and RFC 7677) with Kafka's numbers, and the functions that they are made of.
public enum ScramMechanism: Int8, Sendable, CaseIterable, Comparable {
    case sha256 = 1
    case sha512 = 2

    public static let minimumIterations = 4_096
    public static let maximumIterations = 16_384

    /// As it is named in a SASL handshake.
    public var name: String {
        switch self {
        case .sha256: "SCRAM-SHA-256"
        case .sha512: "SCRAM-SHA-512"
        }
    }

    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Bytes of a hash, and so of every key.
    var keyLength: Int { self == .sha256 ? SHA256.byteCount : SHA512.byteCount }

    /// H(bytes).
    func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }

    /// HMAC(key, bytes).
    func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        switch self {
        case .sha256: return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha512: return Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        }
    }

    /// Hi(password, salt, iterations): PBKDF2 with HMAC. It takes about half a microsecond of processor time an iteration.
    func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) throws(AccessError) -> [UInt8] {
        do {
            let key = try KDF.Insecure.PBKDF2.deriveKey(
                from: password, salt: salt, using: self == .sha256 ? .sha256 : .sha512, outputByteCount: keyLength,
                unsafeUncheckedRounds: iterations)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw AccessError(.unacceptableCredential, "\(name): no key can be derived from this password: \(error)")
        }
    }
}

/// Compares secrets in a time that depends on their length alone.
func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
