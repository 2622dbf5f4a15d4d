// `<data>/cluster-id`, text: 16 random bytes in the URL-safe alphabet of base 64 (RFC 4648, section 5) without padding, and a line break.

import SystemIO

/// The name that clients know the data folder by.
enum ClusterIdentifier {
    static func readOrMake(_ path: String, fileSystem: any FileSystem, entropy: any EntropySource) throws -> String {
        if try fileSystem.fileExists(path) {
            let text = String(decoding: try fileSystem.readFile(path, limit: 256), as: UTF8.self)
            let identifier = text.split(separator: "\n").first.map(String.init) ?? ""
            guard !identifier.isEmpty, identifier.utf8.allSatisfy(isAllowed) else {
                throw BrokerError(.damaged, "\(path): this is no cluster id; remove the file to get a new one")
            }
            return identifier
        }
        let identifier = encode(try entropy.identifier().bytes)
        try fileSystem.replaceFile(path, with: Array((identifier + "\n").utf8))
        return identifier
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func isAllowed(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

    private static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count { digits.append(alphabet[Int(word >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
