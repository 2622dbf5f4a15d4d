import Crypto

/// Digests of bytes, as archives and object stores name them.
///
/// SHA-1 and MD5 are here because archives carry them (WARC-Payload-Digest, ETag): they tell damage from content, and prove nothing against an attacker.
public enum ContentDigest: String, Sendable, CaseIterable {
    case md5, sha1, sha256

    /// Bytes in a digest of this kind.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The digest of all of `bytes`.
    public func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        switch self {
        case .md5: digest(bytes, Insecure.MD5())
        case .sha1: digest(bytes, Insecure.SHA1())
        case .sha256: digest(bytes, SHA256())
        }
    }

    private func digest(_ bytes: UnsafeRawBufferPointer, _ function: some HashFunction) -> [UInt8] {
        var function = function
        function.update(bufferPointer: bytes)
        return Array(function.finalize())
    }

    /// The digest of all of `bytes`.
    public func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.withContiguousStorageIfAvailable { digest(of: UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { digest(of: $0) }
    }

    /// `bytes` in lower-case hexadecimal.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
