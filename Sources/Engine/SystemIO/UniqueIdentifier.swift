/// 128 bits that name one thing for ever (RFC 9562), such as a topic.
public struct UniqueIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 4 identifier of 16 random bytes; bytes that are missing count as zero.
    init(randomBytes bytes: [UInt8]) {
        func word(_ from: Int) -> UInt64 {
            (from..<from + 8).reduce(0) { $0 << 8 | UInt64($1 < bytes.count ? bytes[$1] : 0) }
        }
        high = word(0) & ~0xf000 | 0x4000
        low = word(8) & ~(0xc0 << 56) | 0x80 << 56
    }

    /// Reads 32 hexadecimal digits, with or without the four dashes; `nil` for anything else.
    public init?(_ text: String) {
        var words: [UInt64] = [0, 0]
        var digits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard digits < 32, let value = Self.value(ofDigit: byte) else { return nil }
            words[digits / 16] = words[digits / 16] << 4 | value
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words[0], low: words[1])
    }

    /// The usual form: 8-4-4-4-12 hexadecimal digits.
    public var description: String {
        var text = ""
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            let word = index < 16 ? high : low
            text.append(String((word >> UInt64(60 - 4 * (index % 16))) & 0xf, radix: 16))
        }
        return text
    }

    /// The 16 bytes, most significant first: as they go over the wire.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
    }

    private static func value(ofDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
