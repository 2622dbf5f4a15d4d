import Crypto
import Documents

/// Ids that are a function of a page: the same page has the same id in every run.
enum PageIdentity {
    /// SHA-256.
    static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBytes { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return Array(hash.finalize())
        }
    }

    /// The first 16 bytes of SHA-256 over URL, date and the body's SHA-256, each behind a line feed, in hexadecimal.
    static func identifier(url: String, date: String, bodyDigest: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(data: Array(url.utf8))
        hash.update(data: [0x0A])
        hash.update(data: Array(date.utf8))
        hash.update(data: [0x0A])
        hash.update(data: bodyDigest)
        return hexadecimal(hash.finalize().prefix(16))
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] { digits.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble) }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

/// Stamps documents with the stage that handled them: name, build, digest of settings and models.
struct StageStamper: Sendable {
    let stage: String
    let build: String
    let configuration: String

    /// `inputs`: whatever decides the stage's output beside the documents: settings as text, digests of models.
    init(stage: String, build: String, inputs: [String]) {
        self.stage = stage
        self.build = build
        configuration = PageIdentity.hexadecimal(SHA256.hash(data: Array(inputs.joined(separator: "\n").utf8)).prefix(8))
    }

    var stamp: StageStamp {
        var stamp = StageStamp()
        stamp.stage = stage
        stamp.build = build
        stamp.configuration = configuration
        return stamp
    }
}
