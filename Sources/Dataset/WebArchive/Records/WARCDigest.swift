public import ObjectStore

/// A labelled digest as WARC-Payload-Digest and WARC-Block-Digest carry it: `sha1:` and the value in base32, hexadecimal, base64 or URL-safe base64.
public struct WARCDigest: Sendable, Equatable {
    public let algorithm: ContentDigest
    public let value: [UInt8]

    /// Nil where the algorithm is not known or the value is not one of its digests.
    public init?(_ text: String) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = parts[0].trimmingSpace.filter { $0 != UInt8(ascii: "-") }.map(\.asciiLowercased)
        guard let algorithm = ContentDigest(rawValue: String(decoding: name, as: UTF8.self)) else { return nil }
        let digits = parts[1].trimmingSpace.filter { $0 != UInt8(ascii: "=") }
        let size = algorithm.byteCount
        let bitsPerDigit: Int
        switch digits.count {
        case size * 2: bitsPerDigit = 4
        case (size * 8 + 4) / 5: bitsPerDigit = 5
        case (size * 8 + 5) / 6: bitsPerDigit = 6
        default: return nil
        }
        guard let value = WARCDigest.decode(digits, bitsPerDigit) else { return nil }
        self.algorithm = algorithm
        self.value = Array(value.prefix(size))
    }

    /// Whether this is the digest of `bytes`.
    public func matches(_ bytes: some Collection<UInt8>) -> Bool { algorithm.digest(of: bytes) == value }

    private static func decode(_ digits: [UInt8], _ bitsPerDigit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = 0
        var bits = 0
        for digit in digits {
            guard let value = number(digit, bitsPerDigit) else { return nil }
            buffer = buffer << bitsPerDigit | value
            bits += bitsPerDigit
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(buffer >> bits & 0xff))
                buffer &= 1 << bits - 1
            }
        }
        return bytes
    }

    private static func number(_ digit: UInt8, _ bitsPerDigit: Int) -> Int? {
        switch bitsPerDigit {
        case 4: return ChunkedBody.hexadecimal(digit)
        case 5:
            let letter = digit.asciiLowercased
            if letter.isLetter { return Int(letter) - 97 }
            return digit >= 50 && digit <= 55 ? Int(digit) - 24 : nil
        default:
            if digit >= 65 && digit <= 90 { return Int(digit) - 65 }
            if digit >= 97 && digit <= 122 { return Int(digit) - 71 }
            if digit.isDigit { return Int(digit) + 4 }
            if digit == UInt8(ascii: "+") || digit == UInt8(ascii: "-") { return 62 }
            return digit == UInt8(ascii: "/") || digit == UInt8(ascii: "_") ? 63 : nil
        }
    }
}

/// What comparing a record with the digests in its own headers shows.
public enum DigestCheck: Sendable, Equatable {
    case matches, differs
    /// There is no digest, or none that can be read.
    case absent
}

extension WARCRecord {
    /// Compares the block with WARC-Block-Digest.
    public func checkBlockDigest() -> DigestCheck {
        guard let digest = headers["WARC-Block-Digest"].flatMap({ WARCDigest($0) }) else { return .absent }
        return digest.matches(block) ? .matches : .differs
    }

    /// Compares the payload with WARC-Payload-Digest. Tools disagree on what a payload is: the body as it came, without chunks, or decoded; any of them will do.
    public func checkPayloadDigest(limit: Int = 16 << 20) -> DigestCheck {
        guard let digest = headers["WARC-Payload-Digest"].flatMap({ WARCDigest($0) }) else { return .absent }
        let message = HTTPMessage(self)
        if digest.matches(message.body) || digest.matches(message.unchunkedBody()) { return .matches }
        return digest.matches(message.decodedBody(limit: limit).bytes) ? .matches : .differs
    }
}
