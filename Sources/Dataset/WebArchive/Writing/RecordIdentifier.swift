import ObjectStore

/// Record ids that are a function of content, so that the same page gets the same id in every run.
public enum RecordIdentifier {
    /// `<urn:uuid:…>` with the first 16 bytes of the SHA-1 of `bytes`, marked as RFC 9562 version 5.
    public static func derived(from bytes: some Collection<UInt8>) -> String {
        uuid(ContentDigest.sha1.digest(of: bytes))
    }

    /// The same from a SHA-1 that is known already (at least 16 bytes).
    public static func uuid(_ digest: [UInt8]) -> String {
        var bytes = Array(digest.prefix(16))
        while bytes.count < 16 { bytes.append(0) }
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        let text = Array(ContentDigest.hexadecimal(bytes).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: text[$0], as: UTF8.self) }
        return "<urn:uuid:\(groups.joined(separator: "-"))>"
    }
}
